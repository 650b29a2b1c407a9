"""The lines of text in a cell, and all of them as one: labels are broken over lines wherever a cell ends, and
are recognised better in one line than in several short ones.
"""

from __future__ import annotations

import numpy as np

from crawler.extract.picture.ink import Grey, Mask, runs

_INK = 160  # of 255
_LOW = 0.55  # of the highest line; what is lower is part of a line: the strokes of 二, a comma
_GAP = 0.1  # of the height: paper between lines that are put side by side
_AROUND = 2  # pixels


def lines_of_cell(cut: Grey) -> list[Grey]:
    """The lines of `cut`, white paper with some ink, from above; at least one."""
    return [_trimmed(cut[max(0, top - _AROUND) : bottom + _AROUND]) for top, bottom in _bands(cut)] or [cut]


def in_one_line(cut: Grey) -> Grey:
    """The lines of `cut` side by side."""
    lines = lines_of_cell(cut)
    height = max(line.shape[0] for line in lines)
    gap = np.full((height, max(2, round(_GAP * height))), 255, dtype=np.uint8)
    parts = []
    for line in lines:
        above = (height - line.shape[0]) // 2
        below = height - line.shape[0] - above
        parts += [gap, np.pad(line, ((above, below), (0, 0)), constant_values=255)]
    return np.concatenate(parts[1:], axis=1)


def _bands(cut: Grey) -> list[tuple[int, int]]:
    """The rows of each line: from, and beyond the last."""
    inked: Mask = (cut < _INK).max(axis=1, keepdims=True)
    bands = [(top, bottom) for _, top, bottom in runs(inked.T).tolist()]
    while len(bands) > 1:
        heights = [bottom - top for top, bottom in bands]
        low = heights.index(min(heights))
        if heights[low] >= _LOW * max(heights):
            break
        above = bands[low][0] - bands[low - 1][1] if low else np.inf
        below = bands[low + 1][0] - bands[low][1] if low + 1 < len(bands) else np.inf
        first = low - 1 if above <= below else low
        bands[first : first + 2] = [(bands[first][0], bands[first + 1][1])]
    return bands


def _trimmed(line: Grey) -> Grey:
    columns = np.flatnonzero((line < _INK).any(axis=0))
    return line[:, max(0, int(columns[0]) - _AROUND) : int(columns[-1]) + 1 + _AROUND]
