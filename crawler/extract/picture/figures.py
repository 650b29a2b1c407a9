"""Which cells print a number, judged by the shapes of their ink, and when a reading of one may be believed.

Characters are recognised by two models and in two ways, as they stand and printed several times in a row; two
readings must agree and none may contradict. Another witness knows no characters: a digit is one piece of ink
with as many holes as that digit has, and points, commas and signs have their sizes and heights. What does not
fit is unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image

from crawler.extract.geometry.model import UNREADABLE
from crawler.extract.picture.ink import Grey, Piece, pieces

MAX_CHARACTERS = 16
_HOLES = {
    "0": {1},
    "1": {0},
    "2": {0},
    "3": {0},
    "4": {0, 1},  # some are open at the top
    "5": {0},
    "6": {1},
    "7": {0},
    "8": {2},
    "9": {1},
}
_DIGIT, _POINT, _COMMA, _MINUS, _PLUS = "0", ".", ",", "-", "+"
_TALL = 48  # pixels; the height to which digits are scaled for looking at their holes
_LEVEL = 0.1  # of the height of a digit; so much may the tops and bottoms of digits differ
_LIMITS = (0.5, 0.35)  # of the way from paper to the darkest ink
_APART = 0.6  # of the height of a digit; pieces of one number stand nearer to each other
_SPECK = 0.004  # of the square of that height; a smaller piece is dirt, a larger one no hole of dirt

_NUMERALS = "0-9０-９〇零一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾两"
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")
_FIGURE = re.compile(rf"[{_NUMERALS}]+")
_BESIDE_FIGURES = re.compile(
    rf"[{_NUMERALS}\s.,，．、。·'’‘:;+＋\-−－—_%％/／()（）件份条宗例项个次起家万亿元增加减少约]"
)


def enlarge(picture: Grey, height: int) -> Grey:
    """`picture` scaled, both ways alike, to `height` pixels."""
    width = max(1, round(picture.shape[1] * height / picture.shape[0]))
    scaled = Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(scaled, dtype=np.uint8)


def shapes(figure: Grey) -> tuple[tuple[Piece, ...], ...]:
    """The pieces of ink of a number, at _TALL pixels of height and without specks, as far as they may be one.

    Thin strokes break at one limit between ink and paper, small holes close at another: each gives its own.
    """
    tall = enlarge(figure, _TALL)
    darkest = float(np.percentile(tall, 3))
    found = (pieces(tall < 255 - share * (255 - darkest)) for share in _LIMITS)
    whole = (tuple(piece for piece in some if piece.area > _SPECK * _TALL * _TALL) for some in found)
    return tuple(some for some in whole if pattern(some) is not None)


def pattern(found: Sequence[Piece]) -> str | None:
    """What pieces of ink may be, as "0" for a digit and the marks themselves: "-00.00"; None if no number."""
    if not 0 < len(found) <= MAX_CHARACTERS:
        return None
    height = max(piece.height for piece in found)
    digits = [piece for piece in found if _is_digit(piece, height)]
    if not digits:
        return None
    top, base = min(piece.top for piece in digits), max(piece.bottom for piece in digits)
    if any(
        abs(piece.top - top) > _LEVEL * 2 * height or abs(piece.bottom - base) > _LEVEL * 2 * height
        for piece in digits
    ):
        return None
    ordered = sorted(found, key=lambda piece: piece.left)
    if any(right.left - left.right > _APART * height for left, right in pairwise(ordered)):
        return None
    kinds = [_DIGIT if _is_digit(piece, height) else _mark(piece, top, base, height) for piece in found]
    return None if None in kinds else "".join(kind for kind in kinds if kind)


def _is_digit(piece: Piece, height: int) -> bool:
    return piece.height >= (1 - 2 * _LEVEL) * height and 0.08 * height <= piece.width <= 0.9 * height


def _mark(piece: Piece, top: int, base: int, height: int) -> str | None:
    middle = (piece.top + piece.bottom) / 2
    central = top + 0.25 * height <= middle <= base - 0.2 * height
    if central and piece.height <= 0.25 * height and piece.width >= 1.6 * piece.height:
        return _MINUS
    if central and 0.3 * height <= piece.height and 0.3 * height <= piece.width <= height:
        return _PLUS
    if piece.top < base - 0.35 * height or piece.width > 0.35 * height:
        return None
    if piece.bottom <= base + 0.05 * height:
        return _POINT
    return _COMMA if piece.bottom >= base + 0.08 * height else None


def agrees(text: str, ways: Sequence[Sequence[Piece]]) -> bool:
    """Whether `text` may be what is printed, judged by the ways to see its ink (see `shapes`).

    Count, sizes and heights must fit, and of each digit the most holes that any way shows: one may close or
    its ring break, but none comes from nothing.
    """
    kinds = "".join(_DIGIT if character in _HOLES else character for character in text)
    fitting = [found for found in ways if pattern(found) == kinds]
    if not fitting:
        return False
    most = [max(piece.holes for piece in seen) for seen in zip(*fitting, strict=True)]
    return all(holes in _HOLES.get(character, {0}) for character, holes in zip(text, most, strict=True))


def repeated(figure: Grey, times: int) -> Grey:
    """`figure` printed `times` times in a row."""
    height = figure.shape[0]
    gap = np.full((height, max(2, round(0.15 * height))), 255, dtype=np.uint8)
    return np.concatenate([part for _ in range(times) for part in (figure, gap)][:-1], axis=1)


def is_number(text: str) -> bool:
    """Whether `text` is digits and their marks alone."""
    return _NUMBER.fullmatch(text) is not None


def without_figures(text: str) -> str:
    """`text`, a cell recognised only once, with UNREADABLE for digits that might be taken for its number.

    The numbers of labels ("1.属于国家秘密", "第二十条第（一）项") stay.
    """
    return _FIGURE.sub(UNREADABLE, text) if len(_BESIDE_FIGURES.sub("", text)) < 2 else text
