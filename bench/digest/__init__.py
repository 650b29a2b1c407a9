"""How long it takes to compose everybody's digest, how much memory, and how many statements."""
