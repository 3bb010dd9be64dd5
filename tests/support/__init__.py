"""What tests of the shell share: a municipality of their own, people who talk to it, a clock that they move."""
