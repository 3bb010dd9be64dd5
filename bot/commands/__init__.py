"""What the command line does that is more than a few lines: one module per command.

Each has ``add``, which gives a parser its arguments, and ``run``, which does it and gives the exit status.
"""
