"""What people think of how they were helped: asked at the right moments, counted without a name, told per year."""
