"""The answer of a check in the formats that other programs read."""
