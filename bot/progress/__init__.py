"""How far someone is in the help: phases that the desk moves, and what is told about it."""
