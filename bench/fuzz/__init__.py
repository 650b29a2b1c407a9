"""Damaged files against extraction and parser, in child processes: `python -m bench.fuzz`."""
