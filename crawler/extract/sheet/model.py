"""A worksheet as it is shown, before it is known what on it is a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from crawler.extract.sheet.shown import GENERAL

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)

MAX_CELLS = 50_000
"""Cells read of one workbook; a report fills some hundreds."""
MAX_MERGES = 20_000


class Style(NamedTuple):
    """What of a cell's looks matters: its number format, whether it is struck out, lines around it."""

    code: str = GENERAL
    struck: bool = False
    bordered: bool = False


class SheetCell(NamedTuple):
    """One cell: the text that it shows, and whether lines are drawn around it."""

    text: str
    bordered: bool = False


class Merge(NamedTuple):
    """A merged range, ends included, counted from 0; the cell at its top left shows in all of it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible worksheet. `cells` are those that the file lists, by row and column, counted from 0."""

    cells: dict[tuple[int, int], SheetCell]
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible worksheets in their order, and what was left out, for operators."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = field(default=())
