"""Contact moments: how they read, and what the municipality's own registration (Open Klant) is told of them."""
