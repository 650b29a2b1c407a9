"""Bytes to a Document of text blocks and grids of cells. Pure; knows nothing of reports."""
