"""What the web page says of itself, and where it stands."""
