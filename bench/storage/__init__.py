"""Storage at the size that it is meant for."""
