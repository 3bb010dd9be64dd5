"""The texts of this municipality: what it words otherwise, what native speakers confirmed, and where each is said."""
