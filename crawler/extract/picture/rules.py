"""Ruled lines of a straightened page."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from crawler.extract.picture.ink import Grey, Mask, Runs, link, runs

MAX_RUNS = 60_000
"""Most long runs of ink of a page; a page of dense tables has some thousands."""

_ALONG = 0.04  # inches; the way along a line over which its grey is taken
_APART = (0.012, 0.03)  # inches; how far from a thin and a thick line its paper is looked at
_CONTRAST = 12  # of 255; by so much is a faint line darker than the paper beside it
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


def faint_lines(flat: Grey, dpi: int) -> Mask:
    """Where ink, or something darker than what is above and below it, runs along the rows of `flat`.

    A thin line that a scanner left grey and broken is found by the mean of a short way along it; of text,
    such means differ little from those above and below.
    """
    along = max(3, round(_ALONG * dpi))
    height, width = flat.shape
    total = np.zeros((height, width + along + 1), dtype=np.int32)
    padded = np.pad(flat, ((0, 0), (along // 2, along - along // 2)), mode="edge")
    np.cumsum(padded, axis=1, out=total[:, 1:])
    mean = (total[:, along:-1] - total[:, : -along - 1]).astype(np.float32) / along
    faint = np.zeros((height, width), dtype=np.bool_)
    for apart in {max(3, round(inches * dpi)) for inches in _APART}:
        framed = np.pad(mean, ((apart, apart), (0, 0)), constant_values=255)
        faint |= mean < np.minimum(framed[: -2 * apart], framed[2 * apart :]) - _CONTRAST
    return faint


def ruled_lines(lines: Mask, ink: Mask, shortest: float, dpi: int) -> tuple[Rule, ...]:
    """The lines along the rows of a page, strokes of large characters among them.

    `lines` are its faint_lines; `shortest` is in inches.
    """
    gap = max(1, round(_GAP * dpi))
    found = _join(runs(lines), gap)
    found = found[found[:, 2] - found[:, 1] >= shortest * dpi]
    if not len(found) or len(found) > MAX_RUNS:
        return ()
    labels = np.asarray(link(found))
    order = np.argsort(labels, kind="stable")
    rules = []
    for part in np.split(found[order], np.flatnonzero(np.diff(labels[order])) + 1):
        rule = _line(part, lines, ink, dpi)
        if rule is not None:
            rules.append(rule)
    return tuple(sorted(rules))


def _line(part: Runs, lines: Mask, ink: Mask, dpi: int) -> Rule | None:
    """The line that these runs make; None where they are a row of characters or a bar."""
    start, end = int(part[:, 1].min()), int(part[:, 2].max())
    top, bottom = int(part[:, 0].min()), int(part[:, 0].max()) + 1
    band = lines[top:bottom, start:end]
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
