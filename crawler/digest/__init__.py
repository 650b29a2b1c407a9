"""What changed since a reader was last told, as a mail."""
