"""Chinese text made comparable: folded spelling, and numbers written in Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

# White space, soft hyphens, zero-width marks and direction marks; word processors leave them inside words.
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")

_DIGITS = MappingProxyType(
    dict(zip("〇○零Oo一二两三四五六七八九", (0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
)
_POWERS = MappingProxyType({"十": 10, "百": 100, "千": 1000})
_LONGEST_NUMBER = 9
"""Characters; counts, years and days are shorter, anything longer is no such number."""

NUMBER = r"(?:\d{1,9}|[〇○零Oo一二两三四五六七八九十百千]{1,9})"
"""Pattern of a number that `number` may read, for use on folded text."""


_LONGEST_KEPT = 200
"""Characters of a line whose folded spelling is kept; headings, titles and labels are asked for again."""


def fold(text: str) -> str:
    """The text in half width without any white space or invisible marks, for comparison."""
    return _folded_line(text) if len(text) <= _LONGEST_KEPT else _folded(text)


def _folded(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


_folded_line = lru_cache(maxsize=4096)(_folded)


class Folded(NamedTuple):
    """Folded text with the way back: `origin[i]` is the place in the source of the folded character i."""

    text: str
    origin: tuple[int, ...]


def fold_with_origin(text: str) -> Folded:
    """Like `fold`, but keeps where each character came from."""
    characters: list[str] = []
    origin: list[int] = []
    for index, printed in enumerate(text):
        folded = fold(printed)
        characters.append(folded)
        origin.extend([index] * len(folded))
    return Folded("".join(characters), tuple(origin))


def number(text: str) -> int | None:
    """The integer that folded `text` writes in Arabic or Chinese numerals, None where it writes none.

    "二〇二三" is read digit by digit, "一百零三" and "十二" by their powers of ten.
    """
    if not 0 < len(text) <= _LONGEST_NUMBER:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    return _by_powers(text)


def _by_powers(text: str) -> int | None:
    total = 0
    digit: int | None = None
    smallest = 10_000
    for c in text:
        if c in _DIGITS:
            if digit:  # two digits in a row: "二三十" is no number
                return None
            digit = _DIGITS[c]
        elif c in _POWERS and _POWERS[c] < smallest:
            smallest = _POWERS[c]
            if digit == 0 or (digit is None and (smallest != 10 or total)):
                return None
            total += (digit or 1) * smallest
            digit = None
        else:
            return None
    return total + (digit or 0)


_WRITTEN = "零一二三四五六七八九"
_LARGEST_NUMERAL = 9_999


def numeral(text: str) -> int | None:
    """The count that `text` writes in Chinese numerals by the rules, 0 to 9,999; else None.

    "十二", "一百零三" and "两千" are; "一百二" (120 to many, 102 by its digits), "一二", "二〇二三" are
    not.
    """
    value = _by_powers(text) if 0 < len(text) <= _LONGEST_NUMBER else None
    if value is None or value > _LARGEST_NUMERAL:
        return None
    plain = text.replace("两", "二").replace("〇", "零")
    written = _in_words(value)
    return value if plain == written or (10 <= value < 20 and plain == f"一{written}") else None


def _in_words(value: int) -> str:
    """`value` below 10,000 as it is counted: 零, 十二, 一百零三, 二千零一十."""
    if value < 20:
        return _WRITTEN[value] if value < 10 else f"十{_WRITTEN[value - 10]}".rstrip("零")
    words = ""
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            words += _WRITTEN[digit] + name
        elif words and not words.endswith("零"):
            words += "零"
    return words.rstrip("零")


_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;”’」）)]*")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` as printed, each with its closing mark; a line break ends a sentence too."""
    return tuple(stripped for match in _SENTENCE.finditer(text) if (stripped := match[0].strip()))
