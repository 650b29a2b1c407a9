"""Rows that the end of a page cut in two: half of the label above, half below, the numbers in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crawler.parser.tables.labels import Reading, recognise
from crawler.parser.tables.lines import Line, Mark

MAX_HEADER_LINES = 4
"""Lines of a repeated header that may stand between the halves."""


class _Half(NamedTuple):
    at: int
    text: str


def join_halves(lines: Sequence[Line]) -> list[Line]:
    """`lines` of one table, each row whose two halves together print a label of a row as one line.

    The line with the numbers takes the whole label, the other one loses its half.
    """
    joined = list(lines)
    for above, line in enumerate(lines):
        if line.last_figure >= 0 and line.marks and _names_row(line.marks[-1].reading):
            continue
        if any(_names_column(mark.reading) for mark in line.marks):
            continue
        below = _next(lines, above)
        if below is None or (line.last_figure >= 0) == (lines[below].last_figure >= 0):
            continue
        upper, lower = _half(joined[above]), _half(lines[below])
        if upper is None or lower is None or recognise(lower.text) is not None:
            continue
        if line.rectangular and len(line.slots) == len(lines[below].slots) and upper.at != lower.at:
            continue
        label = upper.text + lower.text
        reading = recognise(label)
        if reading is None or not _names_row(reading):
            continue
        numbers, other = (above, below) if line.last_figure >= 0 else (below, above)
        kept, lost = (upper, lower) if numbers == above else (lower, upper)
        joined[numbers] = _with_label(joined[numbers], kept.at, label, reading)
        joined[other] = _without_label(joined[other], lost.at)
    return joined


def _names_row(reading: Reading) -> bool:
    return reading.row is not None or reading.item is not None


def _next(lines: Sequence[Line], above: int) -> int | None:
    """The line below, a repeated header left out."""
    for at in range(above + 1, min(above + 2 + MAX_HEADER_LINES, len(lines))):
        if lines[at].last_figure >= 0 or not any(_names_column(mark.reading) for mark in lines[at].marks):
            return at
    return None


def _names_column(reading: Reading) -> bool:
    if reading.row is not None:
        return False
    column = reading.applicant or reading.applicant_group or reading.measure or reading.article
    return column is not None


def _half(line: Line) -> _Half | None:
    """The cell that may hold half a label: the last words before figures, or before blanks alone."""
    words = line.unknown_label()
    if words is None:
        return None
    at, text = words
    if line.last_figure < 0 and any(other for place, other in line.cells if place > at):
        return None
    return _Half(at, text)


def _with_label(line: Line, at: int, label: str, reading: Reading) -> Line:
    marks = [*(mark for mark in line.marks if mark.at != at), Mark(at, reading, label)]
    cells = [(place, label if place == at else text) for place, text in line.cells]
    return line._replace(cells=cells, marks=sorted(marks, key=lambda mark: mark.at))


def _without_label(line: Line, at: int) -> Line:
    cells = [(place, "" if place == at else text) for place, text in line.cells]
    return line._replace(cells=cells, marks=[mark for mark in line.marks if mark.at != at])
