"""Lines of text outside tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import numpy as np

from crawler.extract.document import Paragraph
from crawler.extract.geometry.lines import TextLine
from crawler.extract.geometry.model import UNREADABLE, Placed
from crawler.extract.outside import Recognised, Script
from crawler.extract.picture.ink import Mask, Runs, runs
from crawler.extract.picture.tables import Box

MAX_LINES = 400

_LOWEST, _HIGHEST = 0.05, 0.7  # inches; a line of text is no lower, a higher strip is a picture or many lines
_NEAR = 0.02  # inches; ink of one line may leave such a gap (the strokes of 二)
_ROUND = 0.03  # inches of paper kept around a line
_DIRT = 0.01  # inches of ink in a row that are dirt
_ALIKE = 1.25  # heights of ink of lines in one size differ by no more: it depends on their characters
_WIDE = 1.5  # heights of a line; white space so wide parts columns
_COLUMNS = 3  # such white spaces make a row of a table


class PrintedLine(NamedTuple):
    """A line on the page, in pixels. `is_row`: it looks like a row of a table whose ruled lines are gone."""

    box: Box  # of its ink
    paper: Box  # what is cut out
    script: Script
    is_row: bool = False


def text_lines(ink: Mask, tables: Sequence[Box], dpi: int) -> tuple[PrintedLine, ...]:
    """The lines of text outside `tables`, from top to bottom."""
    free = ink.copy()
    for table in tables:
        free[table.top : table.bottom, table.left : table.right] = False
    rows = free.sum(axis=1) > max(1, _DIRT * dpi)
    near, lowest, highest = round(_NEAR * dpi), _LOWEST * dpi, _HIGHEST * dpi
    around = round(_ROUND * dpi)
    lines = []
    for top, bottom in _joined(runs(rows[np.newaxis]), near):
        if bottom - top < lowest:
            continue
        inked = free[top:bottom].any(axis=0)
        columns = np.flatnonzero(inked)
        left, right = int(columns[0]), int(columns[-1]) + 1
        box = Box(left, top, right, bottom)
        paper = Box(max(0, left - around), max(0, top - around // 2), right + around, bottom + around // 2)
        if bottom - top > highest:
            lines.append(PrintedLine(box, paper, Script.PAGE))
        else:
            gaps = np.diff(columns) > _WIDE * (bottom - top)
            lines.append(PrintedLine(box, paper, Script.LINE, int(gaps.sum()) >= _COLUMNS))
    return tuple(lines[:MAX_LINES])


def _joined(found: Runs, near: int) -> Iterator[tuple[int, int]]:
    top = bottom = -1
    for _, start, end in found.tolist():
        if top >= 0 and start - bottom <= near:
            bottom = end
            continue
        if top >= 0:
            yield top, bottom
        top, bottom = start, end
    if top >= 0:
        yield top, bottom


def first_of_rows(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Of rows of a table that follow each other the first."""
    return [
        line
        for before, line in pairwise([None, *lines])
        if line and line.is_row and not (before and before.is_row)
    ]


def lines_of_text(
    lines: Sequence[PrintedLine],
    texts: Sequence[Recognised],
    placed: Callable[[Box], tuple[float, float, float, float]],
) -> Iterator[TextLine | Placed]:
    """What was recognised in `lines`; of a strip of many lines each is a paragraph."""
    boxes = [placed(line.box) for line in lines]
    usual = median([y1 - y0 for _, y0, _, y1 in boxes] or [0.0])
    for line, box, read in zip(lines, boxes, texts, strict=True):
        if line.script is Script.PAGE:
            yield Placed(
                tuple(Paragraph(text, read.confidence) for text in read.text.split("\n") if text), *box
            )
        else:
            height = box[3] - box[1]
            size = usual if usual / _ALIKE <= height <= usual * _ALIKE else height
            text = read.text.replace("\n", "") or UNREADABLE  # there is ink
            yield TextLine(text, *box, size, read.confidence)
