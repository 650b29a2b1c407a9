"""The columns of a table, without those too narrow to print anything."""

from __future__ import annotations

import re
from itertools import accumulate

from lxml import etree

from crawler.extract.word.names import w

_GRID, _COLUMN, _WIDTH = map(w, ("tblGrid", "gridCol", "w"))
_NARROW = 100  # twentieths of a point: 1.8 mm, less than one character and the margins beside it
_MAX_COLUMNS = 1_000
_TWIPS = re.compile(r"[0-9]{1,6}")


class Columns:
    """Where columns of the drawn grid stand among those that can hold text.

    Borders that were meant to be one are often some twips apart, after dragging or converting; Word then has
    a column between them, which cells above and below span to different sides.
    """

    def __init__(self, table: etree._Element | None) -> None:
        grid = table.find(_GRID) if table is not None else None
        widths = [] if grid is None else [_width(column) for column in grid.iterchildren(_COLUMN)]
        if not all(widths) or len(widths) > _MAX_COLUMNS:
            widths = []  # some writers state no widths
        self._edges = [0, *accumulate(width > _NARROW for width in widths)]

    def edge(self, drawn: int) -> int:
        """The border left of column `drawn` of the grid, as a number of columns that can hold text."""
        last = len(self._edges) - 1
        return self._edges[drawn] if drawn <= last else self._edges[last] + drawn - last


def _width(column: etree._Element) -> int:
    width = column.get(_WIDTH, "")
    return int(width) if _TWIPS.fullmatch(width) else 0
