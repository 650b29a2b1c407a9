"""Lines of text outside tables, and the paragraphs that they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from crawler.extract.document import Paragraph
from crawler.extract.outside import Recognised, Script
from crawler.extract.picture.ink import Mask, Runs, runs
from crawler.extract.picture.tables import Box

MAX_LINES = 400

_LOWEST, _HIGHEST = 0.05, 0.7  # inches; a line of text is no lower, a higher strip is a picture or many lines
_NEAR = 0.02  # inches; ink of one line may leave such a gap (the strokes of 二)
_ROUND = 0.03  # inches of paper kept around a line
_DIRT = 0.01  # inches of ink in a row that are dirt
_INDENT = 1.2  # heights of a line; what begins so far to the right begins a paragraph
_SHORT = 2.5  # heights of a line; what ends so far before the margin ends a paragraph


class TextLine(NamedTuple):
    """A line on the page, in pixels."""

    box: Box
    script: Script


def text_lines(ink: Mask, tables: Sequence[Box], dpi: int) -> tuple[TextLine, ...]:
    """The lines of text outside `tables`, from top to bottom."""
    free = ink.copy()
    for table in tables:
        free[table.top : table.bottom, table.left : table.right] = False
    rows = free.sum(axis=1) > max(1, _DIRT * dpi)
    near, lowest, highest = round(_NEAR * dpi), _LOWEST * dpi, _HIGHEST * dpi
    lines = []
    for top, bottom in _joined(runs(rows[np.newaxis]), near):
        if bottom - top < lowest:
            continue
        columns = np.flatnonzero(free[top:bottom].any(axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        around = round(_ROUND * dpi)
        box = Box(max(0, left - around), max(0, top - around // 2), right + around, bottom + around // 2)
        lines.append(TextLine(box, Script.PAGE if bottom - top > highest else Script.LINES))
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


class Margins(NamedTuple):
    """Where full lines of a page begin and end."""

    left: int
    right: int


def margins(boxes: Sequence[Box]) -> Margins:
    """The margins of a page of these lines and tables."""
    return Margins(min((box.left for box in boxes), default=0), max((box.right for box in boxes), default=0))


def paragraphs(lines: Sequence[TextLine], texts: Sequence[Recognised], page: Margins) -> Iterator[Paragraph]:
    """What was recognised in `lines`, joined where a line ends at the margin and the next begins there."""
    text, confidence = "", 1.0
    open_ = False
    for line, read in zip(lines, texts, strict=True):
        height = line.box.bottom - line.box.top
        if text and not (open_ and line.box.left - page.left < _INDENT * height):
            yield Paragraph(text, confidence)
            text, confidence = "", 1.0
        if read.text:
            text += read.text.replace("\n", "")
            confidence = min(confidence, read.confidence)
        open_ = page.right - line.box.right < _SHORT * height
    if text:
        yield Paragraph(text, confidence)
