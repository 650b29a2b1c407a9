"""Ruled lines of a straightened page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from crawler.extract.picture.ink import Mask, Runs, link, runs

MAX_RUNS = 60_000
"""Most long runs of ink of a page; a page of dense tables has some thousands."""

_SHORTEST_ACROSS = 0.28  # inches; longer than a stroke of a character in a table
_SHORTEST_DOWN = 0.14  # inches; the height of the lowest row
_THICKEST = 0.06  # inches; what is thicker is a bar or a picture
_GAP = 0.014  # inches; so much may be missing within a line
_COVERED = 0.85  # share of a line's length that is ink
_BESIDE = 0.02  # inches; so wide are the strips at both sides of a line that tell it from text
_CLUTTER = 0.3  # most ink in such a strip


class Rule(NamedTuple):
    """A line: from `start` to `end` along its direction, its middle at `at` across it, in pixels."""

    at: float
    start: int
    end: int
    thickness: int
    breadth: int  # thickness and what it wanders off `at`


class Rules(NamedTuple):
    """The lines of a page: `across` from left to right (`at` is y), `down` from top to bottom (`at` is x)."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def ruled_lines(ink: Mask, dpi: int) -> Rules:
    """Every straight line of ink on the page, strokes of large characters among them."""
    return Rules(
        _lines(ink, dpi, _SHORTEST_ACROSS),
        _lines(np.ascontiguousarray(ink.T), dpi, _SHORTEST_DOWN),
    )


def _lines(ink: Mask, dpi: int, shortest: float) -> tuple[Rule, ...]:
    """Lines along the rows of `ink`."""
    gap = max(1, round(_GAP * dpi))
    # A line that is not quite level goes on in the next row: rows are read together with their neighbours.
    thick = ink.copy()
    thick[1:] |= ink[:-1]
    thick[:-1] |= ink[1:]
    found = _join(runs(thick), gap)
    found = found[found[:, 2] - found[:, 1] >= shortest * dpi]
    if not len(found) or len(found) > MAX_RUNS:
        return ()
    labels = np.asarray(link(found))
    order = np.argsort(labels, kind="stable")
    lines = []
    for part in np.split(found[order], np.flatnonzero(np.diff(labels[order])) + 1):
        rule = _line(part, ink, dpi)
        if rule is not None:
            lines.append(rule)
    return tuple(sorted(lines))


def _line(part: Runs, ink: Mask, dpi: int) -> Rule | None:
    """The line that these runs make; None where they are a row of characters or a bar."""
    start, end = int(part[:, 1].min()), int(part[:, 2].max())
    top, bottom = int(part[:, 0].min()), int(part[:, 0].max()) + 1
    band = ink[top:bottom, start:end]
    covered = band.sum(axis=0)
    thickness = int(np.median(covered))
    if (covered > 0).mean() < _COVERED or not 0 < thickness <= max(2, round(_THICKEST * dpi)):
        return None
    beside = max(2, round(_BESIDE * dpi))
    for strip in (ink[max(0, top - beside) : top, start:end], ink[bottom : bottom + beside, start:end]):
        if strip.size and strip.mean() > _CLUTTER:
            return None
    weights = np.maximum(1, band.sum(axis=1))
    at = float((np.arange(top, bottom) * weights).sum() / weights.sum())
    return Rule(at, start, end, thickness, bottom - top)


def _join(found: Runs, gap: int) -> Runs:
    """Runs of one row, joined where no more than `gap` pixels are missing between them."""
    if not len(found):
        return found
    same = (found[1:, 0] == found[:-1, 0]) & (found[1:, 1] - found[:-1, 2] <= gap)
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.concatenate([starts[1:] - 1, [len(found) - 1]])
    return np.stack([found[starts, 0], found[starts, 1], found[ends, 2]], axis=1)
