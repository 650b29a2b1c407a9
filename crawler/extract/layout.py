"""Tables that serve the layout, told from tables of data: which rows of a table are text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_PROSE = 300  # characters in one cell that make it text rather than a label
_PROSE_LINES = 12
_NUMBERED = re.compile(r"\s*(?:第?[一二三四五六七八九十]{1,3}(?:、|[.．]|部分))")


class RowShape(NamedTuple):
    """What the place of a row in its table depends on."""

    cells: int  # that begin in it
    alone: bool  # one cell begins in it, and none reaches into it from above
    flowing: bool  # one of its cells holds prose or a table
    numbered: bool  # its first cell begins like the heading of a section


def is_prose(length: int, lines: int) -> bool:
    """Whether so much text in one cell is prose: `length` in characters, in `lines` lines."""
    return length > _PROSE or lines > _PROSE_LINES


def is_numbered(text: str) -> bool:
    """Whether `text` begins like the heading of a section: 一、 or 第一部分."""
    return _NUMBERED.match(text) is not None


def rows_as_text(rows: Sequence[RowShape]) -> list[bool]:
    """For each row, whether it is text and no row of data.

    A table with prose or tables in its cells serves the layout: such rows are text, and rows of one cell.
    So does a table of one cell a row. Elsewhere only the first rows are text that hold the heading of a
    section alone; a heading is often typed into its table.
    """
    if any(row.flowing for row in rows) or all(row.alone or not row.cells for row in rows):
        return [row.flowing or row.alone for row in rows]
    text = [False] * len(rows)
    for at, row in enumerate(rows):
        if row.cells and not (row.alone and row.numbered):
            break
        text[at] = True
    return text
