"""What is ink and what is paper; connected pieces of ink and their holes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]
"""Height x width, 0 is black."""
Mask = NDArray[np.bool_]
"""Height x width, true where there is ink."""
Runs = NDArray[np.int64]
"""(n, 3): row, start, end (beyond the run); ordered by row, then start."""

MAX_RUNS = 4_000
"""Most runs of ink in a picture whose pieces are told apart: a cell of text has some hundreds."""

_BLOCK = 48  # pixels; side of the squares whose paper is measured
_PAPER_PERCENTILE = 85
_DARKEST_PAPER = 90
_FAINTEST_INK, _DARKEST_LIMIT = 0.80, 0.45


def flatten(grey: Grey) -> Grey:
    """`grey` with its paper made white everywhere: shadows and yellow go, ink stays dark."""
    height, width = grey.shape
    rows, columns = -(-height // _BLOCK), -(-width // _BLOCK)
    padded = np.pad(grey, ((0, rows * _BLOCK - height), (0, columns * _BLOCK - width)), mode="edge")
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK)[:, ::4, :, ::4]
    paper = np.percentile(blocks, _PAPER_PERCENTILE, axis=(1, 3))
    page = np.percentile(paper, _PAPER_PERCENTILE)
    paper = np.maximum(paper, max(_DARKEST_PAPER, page * 0.6)).astype(np.float32)
    smooth = Image.fromarray(paper).resize((columns * _BLOCK, rows * _BLOCK), Image.Resampling.BILINEAR)
    light = grey.astype(np.float32) / np.asarray(smooth)[:height, :width]
    flat: Grey = np.clip(light * 255.0, 0, 255).astype(np.uint8)
    return flat


def threshold(flat: Grey) -> int:
    """The grey, of a flattened page, below which a pixel is ink: the best split of its histogram (Otsu)."""
    counts = np.bincount(flat.ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    above = below[-1] - below
    weighted = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = weighted / below - (weighted[-1] - weighted) / above
        between = below * above * apart * apart
    split = int(np.nanargmax(np.nan_to_num(between)))
    return int(min(max(split, 255 * _DARKEST_LIMIT), 255 * _FAINTEST_INK))


@dataclass(frozen=True, slots=True)
class Piece:
    """A connected piece of ink; `right` and `bottom` are the first pixels beyond it."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    holes: int  # patches of paper that its ink encloses

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def runs(mask: Mask) -> Runs:
    """All runs of ink in the rows of `mask`."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return np.stack([rows, starts, ends], axis=1)


def pieces(mask: Mask) -> tuple[Piece, ...]:
    """The connected pieces of `mask` (pixels touch at sides and corners), from left to right.

    Empty where `mask` holds more than MAX_RUNS runs, which no line of text does.
    """
    found = runs(mask)
    if len(found) > MAX_RUNS:
        return ()
    labels = link(found)
    by_label: dict[int, list[int]] = {}
    for at, label in enumerate(labels):
        by_label.setdefault(label, []).append(at)
    result = []
    for members in by_label.values():
        part = found[members]
        top, bottom = int(part[:, 0].min()), int(part[:, 0].max()) + 1
        left, right = int(part[:, 1].min()), int(part[:, 2].max())
        own = np.zeros((bottom - top + 2, right - left + 2), dtype=np.bool_)
        for row, start, end in part.tolist():
            own[row - top + 1, start - left + 1 : end - left + 1] = True
        area = int((part[:, 2] - part[:, 1]).sum())
        result.append(Piece(left, top, right, bottom, area, _holes(own)))
    return tuple(sorted(result, key=lambda piece: (piece.left, piece.top)))


def link(found: Runs, *, reach: int = 1) -> list[int]:
    """A label for each of the runs (ordered by row); runs of adjacent rows that touch share it.

    `reach` is how far ends may lie apart: 1 joins corners, 0 only sides.
    """
    parents = list(range(len(found)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    listed = found.tolist()
    behind = 0
    for at, (row, start, end) in enumerate(listed):
        while listed[behind][0] < row - 1:
            behind += 1
        above = behind
        while above < at and listed[above][0] == row - 1 and listed[above][1] < end + reach:
            if listed[above][2] > start - reach:
                parents[root(above)] = root(at)
            above += 1
        while behind < at and listed[behind][0] == row - 1 and listed[behind][2] <= start - reach:
            behind += 1
    return [root(at) for at in range(len(listed))]


def _holes(own: Mask) -> int:
    """Patches of paper inside a piece that stands in a margin of one pixel of paper."""
    paper = runs(~own)
    return len(set(link(paper, reach=0))) - 1
