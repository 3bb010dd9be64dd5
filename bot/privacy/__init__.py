"""What keeps personal data personal: encryption (`vault`), and masking of numbers that nobody asked for (`masking`)."""
