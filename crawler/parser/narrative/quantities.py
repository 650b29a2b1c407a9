"""Exact numbers of the prose: 12件, 十二件, ３ 起; never 约12件, 10余件, 3-5件, 1.2万条."""

from __future__ import annotations

import re

from crawler.parser.chinese import numeral
from crawler.parser.narrative.words import UNIT

DIGITS = (
    r"(?:(?<![\d.第])\d{1,9}(?![\d.%])"
    r"|(?<![第每逐任某同另〇○零一二两三四五六七八九十百千])[零一二两三四五六七八九十百千]{1,9})"
)
QUANTITY = rf"(?P<number>{DIGITS})(?P<unit>{UNIT})"

_INEXACT_BEFORE = re.compile(
    r"(?:约|近|超|超过|逾|多达|不足|至少|将近|大概|不少于|不低于|突破|[\d一二三四五六七八九十][-—–~至到])$"
)
_INEXACT_BEHIND = re.compile(r"(?:左右|以上|以下|以内|上下|多|余)")


def value(text: str) -> int | None:
    """The count that folded `text` writes, None where it writes none for certain."""
    return int(text) if text.isascii() and text.isdigit() else numeral(text)


def exact(match: re.Match[str], text: str) -> int | None:
    """The number of a match of QUANTITY in `text`; None where it is said to be near or a range."""
    start, end = match.start("number"), match.end()
    if _INEXACT_BEFORE.search(text[max(0, start - 5) : start]) or _INEXACT_BEHIND.match(text, end):
        return None
    return value(match["number"])
