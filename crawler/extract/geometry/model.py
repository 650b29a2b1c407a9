"""What stands on a page, as plain values. Lengths are points (1/72 inch); x grows to the right, y downwards,
from the upper left corner of the page as a reader holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler.extract.document import Block

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that is printed and cannot be told: no number is read from it."""


class Char(NamedTuple):
    """A printed character and the room that it takes: its advance wide, about its font size high.

    `turn`, in quarter turns clockwise, is how it stands against the page: 0 upright, 3 read from below.
    White space may be given: it keeps figures apart.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    turn: int = 0
    confidence: float | None = None  # 0 to 1 where somebody's program recognised it in a picture


class Rule(NamedTuple):
    """A ruled line, or a thin bar that looks like one: its bounding box."""

    x0: float
    y0: float
    x1: float
    y1: float


class Placed(NamedTuple):
    """Blocks that were read elsewhere, or a picture, at their place on the page."""

    blocks: tuple[Block, ...]
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page; characters in the order in which they are drawn."""

    width: float
    height: float
    chars: Sequence[Char]
    rules: Sequence[Rule] = ()
    placed: Sequence[Placed] = ()


class Reading(NamedTuple):
    """What the pages hold: blocks in reading order; running heads, each once; notes for operators."""

    blocks: tuple[Block, ...]
    around: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
