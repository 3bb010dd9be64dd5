"""Family, friends and volunteers whom a resident lets into their conversation for a time [000] [002]."""
