"""Small readings of text that several rules share: folding, counting Chinese characters, years."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from crawler.report.model import Report

_HAN = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_SENTENCE = re.compile(r"[^。；！？\n]+")


_READABLE_MINIMUM = 100
"""Chinese characters of prose below which a document counts as not really read."""

_DAMAGED_TEXT_SHARE = 0.01
"""Share of replacement characters from which a text counts as not really read."""

_LONGEST_KEPT = 20_000
"""Characters of a text whose folded spelling is kept; many rules ask for that of the whole report."""


def fold(text: str) -> str:
    """`text` with full-width forms made ASCII and all white space removed."""
    return _folded_and_kept(text) if len(text) <= _LONGEST_KEPT else _folded(text)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


_folded_and_kept = lru_cache(maxsize=256)(_folded)


def han_count(text: str) -> int:
    """How many Chinese characters `text` holds."""
    return len(_HAN.findall(text))


def years_in(text: str) -> tuple[int, ...]:
    """The years from 2000 to 2099 that `text` names, in Arabic or Chinese digits."""
    folded = fold(text)
    chinese = _CHINESE_YEAR.sub(lambda match: match[0].translate(_CHINESE_DIGITS), folded)
    return tuple(int(year) for year in _YEAR.findall(chinese))


def sentences(text: str) -> list[str]:
    """`text` cut at full stops, semicolons and line ends."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def prose_unreadable(report: Report) -> bool:
    """Whether so little of the prose could be read that nothing may be called absent from it."""
    damaged = report.text.count("\ufffd")
    return han_count(report.text) < _READABLE_MINIMUM or damaged > len(report.text) * _DAMAGED_TEXT_SHARE
