"""Straight lines -> lattices: the cells that lines enclose, by their edges. Knows no text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from crawler.extract.geometry.rules import Straight, clusters, intervals

MAX_LINES = 4_000
"""Most lines of a page, across and down, pieces joined; a dense table has some hundreds."""
MAX_MEETINGS = 200_000
"""Most pairs of lines of a page that are compared."""
MAX_PLACES = 30_000
"""Most places of the lattices of a page."""

_TOUCH = 3.5  # points; so far may the end of a line be from the line that it meets
_SAME = 3.0  # points; nearer lines are one edge: double lines, borders of neighbouring cells
_WIDEST_EDGE = 7.0  # points
_NARROWEST = 6.0  # points; a cell holds a character
_WALL = 0.5  # share of a side that is ruled


class Span(NamedTuple):
    """A cell: the places that it takes, ends beyond it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table: edges in points, and its cells, which fill it.

    `open_top` and `open_bottom` tell that lines down go on beyond the last line across: the row there has
    no end of its own.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Span, ...]
    open_top: bool = False
    open_bottom: bool = False


class TooManyLines(Exception):
    """A page has more lines than any table."""


def lattices(across: Sequence[Straight], down: Sequence[Straight]) -> list[Lattice]:
    """The ruled tables of a page, in no order; a frame of one cell is none. Raises TooManyLines."""
    if len(across) + len(down) > MAX_LINES:
        raise TooManyLines
    found = []
    places = 0
    for rows, columns in _connected(across, down):
        edges = _edges(rows, columns)
        if edges is None:
            continue
        xs, ys, open_top, open_bottom = edges
        places += (len(xs) - 1) * (len(ys) - 1)
        if places > MAX_PLACES:
            raise TooManyLines
        cells = _cells(xs, ys, rows, columns)
        if len(cells) > 1:
            found.append(Lattice(xs, ys, cells, open_top, open_bottom))
    return found


def _connected(
    across: Sequence[Straight], down: Sequence[Straight]
) -> list[tuple[list[Straight], list[Straight]]]:
    """Lines that meet, directly or by others: (across, down) of each group."""
    rows = sorted(across)
    heights = [row.at for row in rows]
    parent = list(range(len(rows) + len(down)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    compared = 0
    for place, column in enumerate(down, len(rows)):
        low = bisect_left(heights, column.start - _TOUCH)
        high = bisect_right(heights, column.end + _TOUCH)
        compared += high - low
        if compared > MAX_MEETINGS:
            raise TooManyLines
        for at in range(low, high):
            if rows[at].start - _TOUCH <= column.at <= rows[at].end + _TOUCH:
                parent[root(at)] = root(place)
    groups: dict[int, tuple[list[Straight], list[Straight]]] = {}
    for at, row in enumerate(rows):
        groups.setdefault(root(at), ([], []))[0].append(row)
    for at, column in enumerate(down, len(rows)):
        groups.setdefault(root(at), ([], []))[1].append(column)
    return [group for group in groups.values() if group[0] and group[1]]


def _edges(
    rows: Sequence[Straight], columns: Sequence[Straight]
) -> tuple[tuple[float, ...], tuple[float, ...], bool, bool] | None:
    xs = _middles(column.at for column in columns)
    ys = _middles(row.at for row in rows)
    left, right = _beyond(xs, [row.start for row in rows], [row.end for row in rows])
    top, bottom = _beyond(ys, [column.start for column in columns], [column.end for column in columns])
    xs = [*left, *xs, *right]
    ys = [*top, *ys, *bottom]
    if len(xs) < 2 or len(ys) < 2:
        return None
    return tuple(xs), tuple(ys), bool(top), bool(bottom)


def _middles(places: Iterable[float]) -> list[float]:
    return [sum(group) / len(group) for group in clusters(places, _SAME, _WIDEST_EDGE)]


def _beyond(
    edges: Sequence[float], starts: Sequence[float], ends: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Edges that are not ruled: where several lines begin before the first edge, or end behind the last."""
    first, last = min(starts), max(ends)
    before = first < edges[0] - _NARROWEST and sum(start <= first + _SAME for start in starts) > 1
    behind = last > edges[-1] + _NARROWEST and sum(end >= last - _SAME for end in ends) > 1
    return [first] if before else [], [last] if behind else []


def _cells(
    xs: Sequence[float], ys: Sequence[float], rows: Sequence[Straight], columns: Sequence[Straight]
) -> tuple[Span, ...]:
    width = len(xs) - 1
    walls = _walls(xs, ys, columns)
    floors = _walls(ys, xs, rows)
    cells: list[Span] = []
    for members in regions(walls, floors):
        span = rectangle(members, width)
        if span is not None:
            cells.append(span)
        else:  # lines are missing: its places are told apart by the lines of their neighbours
            cells.extend(Span(at // width, at % width, at // width + 1, at % width + 1) for at in members)
    return tuple(sorted(cells))


def regions(walls: Sequence[Sequence[bool]], floors: Sequence[Sequence[bool]]) -> list[list[int]]:
    """The places of a lattice that no line parts, places counted along the rows: each region in order.

    `walls[x][y]` tells of a line at the left of place (x, y), `floors[y][x]` of one above it.
    """
    width, height = len(walls) - 1, len(floors) - 1
    parent = list(range(width * height))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for y in range(height):
        for x in range(width):
            if x and not walls[x][y]:
                parent[root(y * width + x)] = root(y * width + x - 1)
            if y and not floors[y][x]:
                parent[root(y * width + x)] = root((y - 1) * width + x)
    found: dict[int, list[int]] = {}
    for at in range(width * height):
        found.setdefault(root(at), []).append(at)
    return list(found.values())


def rectangle(members: Sequence[int], width: int) -> Span | None:
    """The cell that the places of a region make in a lattice of `width`; None where they are no rectangle."""
    top, bottom = members[0] // width, members[-1] // width + 1
    left = min(at % width for at in members)
    right = max(at % width for at in members) + 1
    return Span(top, left, bottom, right) if (bottom - top) * (right - left) == len(members) else None


def _walls(edges: Sequence[float], along: Sequence[float], lines: Sequence[Straight]) -> list[list[bool]]:
    """For each edge and each step along it, whether it is ruled there."""
    by_edge: list[list[Straight]] = [[] for _ in edges]
    middles = [(one + other) / 2 for one, other in pairwise(edges)]
    for line in lines:
        by_edge[bisect_left(middles, line.at)].append(line)
    walls = []
    for members in by_edge:
        covered = intervals(members)
        ruled = []
        at = 0
        for low, high in pairwise(along):
            while at < len(covered) and covered[at][1] < low:
                at += 1
            share = 0.0
            for start, end in covered[at:]:
                if start >= high:
                    break
                share += min(end, high) - max(start, low)
            ruled.append(share >= _WALL * (high - low))
        walls.append(ruled)
    return walls
