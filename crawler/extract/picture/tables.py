"""Ruled lines of a page -> tables of cells, in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from crawler.extract.geometry.lattice import Span, rectangle, regions
from crawler.extract.picture.ink import Grey, Mask
from crawler.extract.picture.rules import Rule, faint_lines, ruled_lines

MAX_COLUMNS = 60
MAX_ROWS = 400
_NARROWEST, _LOWEST = 0.24, 0.14  # inches; width and height of the smallest cell
_REACH = 0.035  # inches; so far may an end of a line be from the line that it meets
_SAME = 0.04  # inches; lines nearer to each other are one boundary
_WALL, _OPEN = 0.92, 0.6  # share of a side that is ruled: so much is a wall, so little none
_STROKE = 0.22  # inches; the longest stroke of a character in a table
_OFF_LINES = 0.04  # inches; at least so far from the lines above and below it does such a stroke end
_PARTING = 0.24  # inches; a boundary that is ruled no further is a stroke of a character
_PAPER = 225  # of 255; as dark as that is some ink
_CLUTTER = 0.1  # share of a stroke's length where other strokes begin


class Box(NamedTuple):
    """A rectangle of pixels; `right` and `bottom` are beyond it."""

    left: int
    top: int
    right: int
    bottom: int


class RuledCell(NamedTuple):
    """A cell, and the paper inside its lines."""

    span: Span
    paper: Box


class RuledTable(NamedTuple):
    """A table, its edges in pixels; `cells` is None where its lines make no grid of rectangles for certain.

    `open_top` and `open_bottom` are those of geometry.lattice.Lattice.
    """

    box: Box
    xs: tuple[float, ...]
    height: int
    cells: tuple[RuledCell, ...] | None
    open_top: bool = False
    open_bottom: bool = False


class _Lines(NamedTuple):
    """A page seen so that the lines of one direction run along rows: what is line, what is ink, the lines."""

    flat: Grey
    lines: Mask
    ink: Mask
    rules: tuple[Rule, ...]


def ruled_tables(flat: Grey, ink: Mask, dpi: int) -> tuple[RuledTable, ...]:
    """The tables of a straightened page, from top to bottom; a lone box is one of one cell."""
    across = _seen(flat, ink, _NARROWEST, dpi)
    down = _seen(np.ascontiguousarray(flat.T), np.ascontiguousarray(ink.T), _LOWEST, dpi)
    reach = max(2.0, _REACH * dpi)
    attached = _attached(across.rules, down.rules, reach)
    tables = [
        _table(across._replace(rules=tuple(rows)), down._replace(rules=tuple(columns)), dpi)
        for rows, columns in _groups(*attached, reach)
    ]
    outer = [
        table
        for table in tables
        if table is not None
        and not any(_inside(table.box, other.box) for other in tables if other is not None)
    ]
    return tuple(sorted(outer, key=lambda table: (table.box.top, table.box.left)))


def _seen(flat: Grey, ink: Mask, shortest: float, dpi: int) -> _Lines:
    lines = faint_lines(flat, dpi)
    return _Lines(flat, lines, ink, ruled_lines(lines, ink, shortest, dpi))


def _inside(inner: Box, outer: Box) -> bool:
    return inner != outer and (
        outer.left <= inner.left
        and outer.top <= inner.top
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def _meets(rule: Rule, other: Rule, reach: float) -> bool:
    """Whether two lines of different direction cross or touch."""
    return (
        rule.start - reach <= other.at <= rule.end + reach
        and other.start - reach <= rule.at <= other.end + reach
    )


def _attached(
    across: Sequence[Rule], down: Sequence[Rule], reach: float
) -> tuple[Sequence[Rule], Sequence[Rule]]:
    """The lines that meet others; strokes of characters meet none."""
    while True:
        kept_across = [rule for rule in across if _holds(rule, down, reach)]
        kept_down = [rule for rule in down if _holds(rule, kept_across, reach)]
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return across, down
        across, down = kept_across, kept_down


def _holds(rule: Rule, others: Sequence[Rule], reach: float) -> bool:
    return sum(_meets(rule, other, reach) for other in others) > 1


def _groups(
    across: Sequence[Rule], down: Sequence[Rule], reach: float
) -> list[tuple[list[Rule], list[Rule]]]:
    """The lines of each table: those that hang together."""
    lines = [*across, *down]
    group = list(range(len(lines)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for i, rule in enumerate(across):
        for k, other in enumerate(down, len(across)):
            if _meets(rule, other, reach):
                group[root(i)] = root(k)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at, rule in enumerate(lines):
        found.setdefault(root(at), ([], []))[at >= len(across)].append(rule)
    return [lines for lines in found.values() if len(lines[0]) > 1 and len(lines[1]) > 1]


class _Boundary(NamedTuple):
    """Lines at one place across their direction."""

    at: float
    thickness: int
    rules: tuple[Rule, ...]


def _boundaries(rules: Sequence[Rule], same: float) -> list[_Boundary]:
    found: list[list[Rule]] = []
    for rule in sorted(rules):
        if found and rule.at - found[-1][0].at <= same:
            found[-1].append(rule)
        else:
            found.append([rule])
    boundaries = []
    for group in found:
        lengths = sum(rule.end - rule.start for rule in group)
        middle = sum(rule.at * (rule.end - rule.start) for rule in group) / lengths
        low = min(rule.at - rule.thickness / 2 for rule in group)
        high = max(rule.at + rule.thickness / 2 for rule in group)
        boundaries.append(_Boundary(middle, round(high - low) + 1, tuple(group)))
    return boundaries


def _table(across: _Lines, down: _Lines, dpi: int) -> RuledTable | None:
    rows, columns = _boundaries(across.rules, _SAME * dpi), _boundaries(down.rules, _SAME * dpi)
    rows = [*_beyond(rows, columns, dpi, above=True), *rows, *_beyond(rows, columns, dpi, above=False)]
    while True:
        if not 2 <= len(rows) <= MAX_ROWS or not 2 <= len(columns) <= MAX_COLUMNS:
            return None
        level = _walls(across, rows, columns, dpi)
        upright = _walls(down, columns, rows, dpi)
        kept_rows = [
            row
            for row, walls in zip(rows, level, strict=True)
            if not row.rules or _parts(walls, columns, dpi)
        ]
        kept_columns = [
            column for column, walls in zip(columns, upright, strict=True) if _parts(walls, rows, dpi)
        ]
        if len(kept_rows) == len(rows) and len(kept_columns) == len(columns):
            break
        rows, columns = kept_rows, kept_columns
    box = Box(
        round(columns[0].at - columns[0].thickness),
        round(rows[0].at - rows[0].thickness),
        round(columns[-1].at + columns[-1].thickness) + 1,
        round(rows[-1].at + rows[-1].thickness) + 1,
    )
    return RuledTable(
        box,
        tuple(column.at for column in columns),
        len(rows) - 1,
        _cells(rows, columns, level, upright),
        open_top=not rows[0].rules,
        open_bottom=not rows[-1].rules,
    )


def _beyond(
    rows: Sequence[_Boundary], columns: Sequence[_Boundary], dpi: int, *, above: bool
) -> list[_Boundary]:
    """The edge of a row that the end of the page cuts: no line, but lines down go on beyond the last row."""
    if not rows:
        return []
    ends = sorted(
        (min(rule.start for rule in column.rules) if above else -max(rule.end for rule in column.rules))
        for column in columns
    )
    if len(ends) < 2 or ends[1] - ends[0] > _SAME * dpi:
        return []
    end = abs(ends[0])
    beyond = rows[0].at - end if above else end - rows[-1].at
    return [_Boundary(end, 1, ())] if beyond >= _LOWEST * dpi else []


def _parts(walls: Sequence[bool | None], crossing: Sequence[_Boundary], dpi: int) -> bool:
    """Whether a boundary is ruled far enough to part cells; a stroke of a character may be one wall alone."""
    ruled = sum(
        other.at - one.at for wall, (one, other) in zip(walls, pairwise(crossing), strict=True) if wall
    )
    return ruled >= min(_PARTING * dpi, 0.8 * (crossing[-1].at - crossing[0].at))


_Walls = list[list[bool | None]]
"""For each boundary, whether it is ruled between each two crossings; None where that is in doubt."""


def _cells(
    rows: Sequence[_Boundary], columns: Sequence[_Boundary], level: _Walls, upright: _Walls
) -> tuple[RuledCell, ...] | None:
    """Places of the grid, joined where no line parts them; None where they make no rectangles."""
    if any(None in walls for walls in (*level[1:-1], *upright[1:-1])):
        return None
    cells = []
    for members in regions(
        [list(map(bool, walls)) for walls in upright], [list(map(bool, walls)) for walls in level]
    ):
        span = rectangle(members, len(columns) - 1)
        if span is None:
            return None
        top, left, bottom, right = span
        paper = Box(
            round(columns[left].at + columns[left].thickness / 2) + 1,
            round(rows[top].at + rows[top].thickness / 2) + 1,
            round(columns[right].at - columns[right].thickness / 2),
            round(rows[bottom].at - rows[bottom].thickness / 2),
        )
        cells.append(RuledCell(span, paper))
    return tuple(sorted(cells))


def _walls(seen: _Lines, boundaries: Sequence[_Boundary], crossing: Sequence[_Boundary], dpi: int) -> _Walls:
    """The walls of `boundaries`, which run along rows, between each two of `crossing`."""
    return [
        [_wall(seen, boundary, *between, dpi) for between in pairwise(crossing)] for boundary in boundaries
    ]


def _wall(seen: _Lines, boundary: _Boundary, one: _Boundary, other: _Boundary, dpi: int) -> bool | None:
    start = math.ceil(one.at + one.thickness / 2)
    end = math.floor(other.at - other.thickness / 2)
    if end - start < 2:
        return None
    lined = np.zeros(end - start, dtype=np.bool_)
    beside = np.zeros(end - start, dtype=np.bool_)
    darkest = np.full(end - start, 255, dtype=np.uint8)
    for low, high in {
        (math.floor(rule.at - rule.breadth / 2), math.ceil(rule.at + rule.breadth / 2) + 1)
        for rule in boundary.rules
        if rule.start < end and rule.end > start
    } or {(math.floor(boundary.at - 1), math.ceil(boundary.at + 1) + 1)}:
        low = max(0, low)
        darkest = np.minimum(darkest, seen.flat[low:high, start:end].min(axis=0))
        lined |= seen.lines[low:high, start:end].any(axis=0)
        beside |= seen.ink[max(0, low - 2) : low, start:end].any(axis=0)
        beside |= seen.ink[high : high + 2, start:end].any(axis=0)
    share = float(lined.mean())
    if share <= _OPEN:
        return False
    # A stroke of a character may continue a line or lie between two, but it leaves a gap at an end, or other
    # strokes begin beside it.
    short = end - start < _STROKE * dpi
    if (short or share < _WALL) and float(beside.mean()) > _CLUTTER:
        return False
    if short and max(darkest[:2].max(), darkest[-2:].max()) > _PAPER:
        return False
    if share >= _WALL:
        return True
    return False if _is_stroke(darkest, dpi) else None


def _is_stroke(darkest: Grey, dpi: int) -> bool:
    """Whether what lies between two lines is one stroke of a character, with paper at both of its ends."""
    inked = np.flatnonzero(darkest <= _PAPER)
    if not len(inked):
        return False
    first, last = int(inked[0]), int(inked[-1]) + 1
    return (
        last - first == len(inked)
        and len(inked) <= _STROKE * dpi
        and min(first, len(darkest) - last) >= _OFF_LINES * dpi
    )
