"""The tables of words, one file per language. ``README.md`` says how to read and extend them."""
