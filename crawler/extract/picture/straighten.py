"""Turns a page that was scanned at a small angle upright."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from crawler.extract.picture.ink import Grey

MAX_ANGLE = 5.0
"""Degrees; a page at a greater angle is left as it is."""

_POINTS = 300_000  # most pixels of ink that vote
_STEPS = ((0.25, 20), (0.05, 5), (0.01, 5))  # degrees a step, and steps to each side
_UPRIGHT = 0.02  # degrees; below it, turning only blurs


def straighten(flat: Grey, limit: int) -> Grey:
    """`flat` (white paper), turned so that its lines run along rows; ink is darker than `limit`."""
    angle = slant(flat, limit)
    if abs(angle) < _UPRIGHT:
        return flat
    turned = Image.fromarray(flat).rotate(
        angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    return np.asarray(turned, dtype=np.uint8)


def slant(flat: Grey, limit: int) -> float:
    """Degrees by which lines fall to the right, within MAX_ANGLE; 0 where the page has none.

    The angle is that at which ink gathers in the fewest rows: ruled lines count most, lines of text too.
    """
    rows, columns = np.nonzero(flat < limit)
    if len(rows) > _POINTS:
        # Whole columns are kept: a line is thin, and would be lost among pixels taken at random.
        step = math.ceil(len(rows) / _POINTS)
        kept = columns % step == 0
        rows, columns = rows[kept], columns[kept]
    if not len(rows):
        return 0.0
    y = rows.astype(np.float32)
    x = columns.astype(np.float32) - flat.shape[1] / 2
    best = 0.0
    for size, count in _STEPS:
        scores = {best + k * size: 0.0 for k in range(-count, count + 1)}
        for angle in scores:
            scores[angle] = _gathered(y, x, angle)
        best = max(scores, key=lambda angle: (scores[angle], -abs(angle)))
    return best if abs(best) < MAX_ANGLE else 0.0


def _gathered(y: NDArray[np.float32], x: NDArray[np.float32], angle: float) -> float:
    row = np.rint(y - x * np.float32(math.tan(math.radians(angle)))).astype(np.int64)
    counts = np.bincount(row - row.min()).astype(np.float64)
    return float((counts * counts).sum())
