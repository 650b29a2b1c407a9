"""How completely and how fast near-duplicates are found among very many reports."""
