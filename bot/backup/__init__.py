"""Backups: a file of lines that either engine reads and writes, what is put back from it, and what ends by that."""
