"""Drawn lines and bars -> the straight lines of a page, collinear pieces joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from crawler.extract.geometry.model import Rule

THICKEST = 4.0
"""Points; a thicker bar is an area and no line."""
GAP = 4.0
"""Points; so much may be missing within a line: dashes, lines drawn cell by cell. A row is higher."""
_COLLINEAR = 0.8  # points


class Straight(NamedTuple):
    """A line: at `at` across its direction, from `start` to `end` along it."""

    at: float
    start: float
    end: float


def rules_of_rectangle(
    x0: float, y0: float, x1: float, y1: float, *, filled: bool, stroked: bool
) -> list[Rule]:
    """The ruled lines that a drawn rectangle shows: a thin bar is one, a stroked outline is four."""
    if min(x1 - x0, y1 - y0) <= THICKEST:
        return [Rule(x0, y0, x1, y1)] if filled or stroked else []
    if not stroked:
        return []
    return [Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1)]


def straight_lines(rules: Iterable[Rule]) -> tuple[list[Straight], list[Straight]]:
    """The lines across and the lines down; slanting ones and areas are left out."""
    across: list[Straight] = []
    down: list[Straight] = []
    for x0, y0, x1, y1 in rules:
        width, height = x1 - x0, y1 - y0
        if height <= THICKEST and width > height:
            across.append(Straight((y0 + y1) / 2, x0, x1))
        elif width <= THICKEST and height > width:
            down.append(Straight((x0 + x1) / 2, y0, y1))
    return _joined(across), _joined(down)


def intervals(lines: Sequence[Straight]) -> list[tuple[float, float]]:
    """What lines at one place cover along their direction, small gaps closed."""
    covered: list[tuple[float, float]] = []
    for start, end in sorted((line.start, line.end) for line in lines):
        if covered and start <= covered[-1][1] + GAP:
            covered[-1] = (covered[-1][0], max(covered[-1][1], end))
        else:
            covered.append((start, end))
    return covered


def clusters(places: Iterable[float], reach: float, widest: float) -> list[list[float]]:
    """Sorted places in groups: neighbours within `reach`, no group wider than `widest`."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= reach and place - groups[-1][0] <= widest:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _joined(lines: list[Straight]) -> list[Straight]:
    group_of = {
        place: at
        for at, group in enumerate(clusters({line.at for line in lines}, _COLLINEAR, 2 * _COLLINEAR))
        for place in group
    }
    lines.sort(key=lambda line: group_of[line.at])
    joined: list[Straight] = []
    for _, together in groupby(lines, key=lambda line: group_of[line.at]):
        group = list(together)
        middle = sum(line.at for line in group) / len(group)
        joined.extend(Straight(middle, start, end) for start, end in intervals(group))
    return joined
