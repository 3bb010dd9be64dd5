"""What people ask of their own data: showing that it is them, the page, the file, erasing."""
