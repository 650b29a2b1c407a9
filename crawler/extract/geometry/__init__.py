"""Pages of placed characters and ruled lines -> blocks. Knows no file format and no reports.

`read_pages` takes pages one by one and keeps of each only its lines and tables, so that a caller that yields
pages needs memory for one. Tables are what ruled lines enclose; columns that are only aligned are not guessed
and stay lines of text.
"""

from crawler.extract.geometry.model import UNREADABLE, Char, Page, Placed, Reading, Rule
from crawler.extract.geometry.reading import ReadPage, read_pages
from crawler.extract.geometry.rules import rules_of_rectangle

__all__ = [
    "UNREADABLE",
    "Char",
    "Page",
    "Placed",
    "ReadPage",
    "Reading",
    "Rule",
    "read_pages",
    "rules_of_rectangle",
]
