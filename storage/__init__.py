"""Tables and queries. SQL lives here and nowhere else; what it returns is plain data."""
