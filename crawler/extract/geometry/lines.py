"""Placed characters -> lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from crawler.extract.geometry.model import UNREADABLE, Char

_FIGURES = frozenset("0123456789０１２３４５６７８９.,．")
_DIGITS = frozenset("0123456789０１２３４５６７８９")
_SAME_LINE = 0.5  # of the height of a character: so far may middles of one line be apart
_TWICE = 0.12  # of the height: a character printed again so near makes it bold
_TWICE_OF_WIDTH = 0.3  # where a character is narrow
_OVERPRINTED = 0.3  # of the width: so far may figures reach into each other
_BLANK_WIDE = 1.0  # of the height: such a gap between ideographs keeps words apart
_BLANK_MIXED = 0.5
_BLANK_FIGURES = 0.25
_BLANK_DIGITS = 0.15  # the blank of a narrow font, between two numbers
_OTHER_SIZE = 1.2  # a footnote mark is smaller by that
_OTHER_DIGIT = 1.06  # digits of one number are of one size
_RAISED = 0.08  # of the height; and stand on one line
_WORD = re.compile(r"[0-9A-Za-z\u00c0-\u024f]")


class TextLine(NamedTuple):
    """A line of text and its bounding box; `size` is the height of its characters."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    confidence: float | None = None


def is_figure(text: str) -> bool:
    """Whether a character is a digit, or a mark that stands within numbers."""
    return text in _FIGURES


def is_digit(text: str) -> bool:
    """Whether a character is a digit."""
    return text in _DIGITS


def visual_lines(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters by the line that they stand in, lines from above, each from left to right; all upright."""
    lines: list[list[Char]] = []
    middle = height = 0.0
    for char in sorted(chars, key=lambda char: char.y0 + char.y1):
        own = (char.y0 + char.y1) / 2
        if lines and own - middle <= _SAME_LINE * min(height, char.y1 - char.y0):
            lines[-1].append(char)
        else:
            lines.append([char])
            middle = own
            height = char.y1 - char.y0
    for line in lines:
        line.sort(key=lambda char: char.x0)
    return lines


def text_lines(chars: Sequence[Char]) -> list[TextLine]:
    """The lines of `chars`; those that stand turned follow the upright ones. None is blank."""
    found = []
    for turn in sorted({char.turn for char in chars}):
        turned = [upright(char) for char in chars if char.turn == turn]
        for line in visual_lines(turned):
            read = _read(line)
            if read is not None:
                found.append(read if not turn else _back(read, turn))
    return found


def upright(char: Char) -> Char:
    """A turned character where it would stand if the paper were turned to read it."""
    x0, y0, x1, y1 = char.x0, char.y0, char.x1, char.y1
    match char.turn:
        case 1:
            return char._replace(x0=y0, y0=-x1, x1=y1, y1=-x0)
        case 2:
            return char._replace(x0=-x1, y0=-y1, x1=-x0, y1=-y0)
        case 3:
            return char._replace(x0=-y1, y0=x0, x1=-y0, y1=x1)
        case _:
            return char


def _back(line: TextLine, turn: int) -> TextLine:
    x0, y0, x1, y1 = line.x0, line.y0, line.x1, line.y1
    match turn:
        case 1:
            return line._replace(x0=-y1, y0=x0, x1=-y0, y1=x1)
        case 2:
            return line._replace(x0=-x1, y0=-y1, x1=-x0, y1=-y0)
        case _:
            return line._replace(x0=y0, y0=-x1, x1=y1, y1=-x0)


def _read(line: Sequence[Char]) -> TextLine | None:
    printed: list[Char] = []
    blank_before: list[bool] = []
    blank = False
    for char in line:
        if char.text.isspace():
            blank = True
        elif not _is_twice(char, printed):
            printed.append(char)
            blank_before.append(blank)
            blank = False
    if not printed:
        return None
    texts = [char.text for char in printed]
    for at, (left, right) in enumerate(pairwise(printed)):
        if is_digit(left.text) and is_digit(right.text):
            narrow = min(left.x1 - left.x0, right.x1 - right.x0)
            if left.x1 - right.x0 > _OVERPRINTED * narrow:
                texts[at] = texts[at + 1] = UNREADABLE
    parts = [texts[0]]
    for at in range(1, len(printed)):
        if _is_apart(printed[at - 1], printed[at], blank_before[at]):
            parts.append(" ")
        parts.append(texts[at])
    doubts = [char.confidence for char in printed if char.confidence is not None]
    return TextLine(
        "".join(parts),
        printed[0].x0,
        min(char.y0 for char in printed),
        max(char.x1 for char in printed),
        max(char.y1 for char in printed),
        max(char.y1 - char.y0 for char in printed),
        min(doubts) if doubts else None,
    )


def _is_twice(char: Char, before: Sequence[Char]) -> bool:
    """Whether a character was printed already, a little beside: bold that the font does not have."""
    down = _TWICE * (char.y1 - char.y0)
    across = min(down, _TWICE_OF_WIDTH * (char.x1 - char.x0))
    return any(
        char.text == other.text and char.x0 - other.x0 <= across and abs(char.y0 - other.y0) <= down
        for other in before[-3:]
    )


def _is_mark(left: Char, right: Char) -> bool:
    """Whether one of two figures is a mark at the other: smaller, or digits that stand on no one line."""
    sizes = left.y1 - left.y0, right.y1 - right.y0
    if not (is_digit(left.text) and is_digit(right.text)):
        return max(sizes) > _OTHER_SIZE * min(sizes)
    return max(sizes) > _OTHER_DIGIT * min(sizes) or abs(left.y1 - right.y1) > _RAISED * min(sizes)


def _is_apart(left: Char, right: Char, blank: bool) -> bool:
    gap = (right.x0 - left.x1) / max(min(left.y1 - left.y0, right.y1 - right.y0), 0.1)
    narrow = (_WORD.match(left.text) is not None) + (_WORD.match(right.text) is not None)
    if is_figure(left.text) and is_figure(right.text):
        return blank or gap > _BLANK_DIGITS or _is_mark(left, right)
    if narrow == 2:
        return blank or gap > _BLANK_FIGURES
    return gap > (_BLANK_MIXED if narrow else _BLANK_WIDE)
