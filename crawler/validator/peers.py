"""The report against those of other bodies."""
