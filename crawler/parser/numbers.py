"""What number a cell prints. Never a guess: whatever can be read in two ways is None."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from crawler.parser.chinese import numeral
from crawler.report.model import Number

TEN_THOUSAND_YUAN = "万元"

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．＋－％／", "0123456789.+-%/")
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\xad")
_COUNT_UNITS = "件份条宗例项个次起家"
_MOST_DIGITS = 15
_LONGEST_CELL = 100
_LONGEST_RUN = 400

_DIGITS = r"(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)"
_NUMBER = re.compile(rf"([+\-\u2212])?({_DIGITS}(?:\.[0-9]+)?)")
_CHANGE = re.compile(rf"(增加?|减少?|↑|↓)\s?({_DIGITS})")
_DOWNWARD = frozenset("减↓")
_NO_CHANGE = "持平"
_GLYPHS = re.compile(  # U+FFFD is a figure that was not made out
    rf"(?=[^0-9\ufffd]*[0-9\ufffd])[0-9\ufffd,.，、+\-\u2212%/\s↑↓{_COUNT_UNITS}万亿元增减加少]+"
)
_NUMBER_RUN = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_NUMERALS = re.compile(rf"([〇零一二两三四五六七八九十百千]{{1,9}})\s?([{_COUNT_UNITS}]?)")
_LIKE_A_DASH = "一"
_NOTE_MARK = re.compile(r"(?<=[0-9０-９])\s*[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}$")


def parse_number(
    text: str, *, signed: bool = False, unit: str | None = None, recognised: bool = False
) -> Number | None:
    """The number that `text` prints, int where it is whole, else Decimal; None where that is not certain.

    A minus is always read, so that a rule may complain of it; "+3", "减2", "↑3", "持平" only with `signed`.
    With `unit` None a unit of counting ("3件") may follow, with "万元" that unit and no other.
    "1,234" and "十二" are read; "12,34", "05,0", "007", "1 234", "3/4", "251000元", "一百二" are not, nor is
    a single "一", which looks like a dash.
    The raised mark of a note ("8 ¹") is no part of it.
    Text that was `recognised` from a picture may hold no Chinese
    numerals: rules and signs look like them.
    """
    return _parse(text, signed, unit, recognised) if len(text) <= _LONGEST_CELL else None


def looks_numeric(text: str) -> bool:
    """Whether `text` is digits and what goes with them, or a numeral, even where no number is certain."""
    return len(text) <= _LONGEST_RUN and _looks_numeric(text)


def numbers_in(text: str) -> int:
    """How many runs of digits `text` prints: 2 for "0 0", 1 for "1,234"."""
    return len(_NUMBER_RUN.findall(text.translate(_FULL_WIDTH)))


def holds_several(text: str) -> bool:
    """Whether `text` is several numbers and nothing else: "0 0", "3/4"."""
    return looks_numeric(text) and numbers_in(text) > 1


@lru_cache(maxsize=4096)
def _parse(text: str, signed: bool, unit: str | None, recognised: bool) -> Number | None:
    bare = text.translate(_INVISIBLE).strip()
    if not recognised:
        bare = _NOTE_MARK.sub("", bare)
    if not bare:
        return None
    if "，" in bare and bare.translate(_FULL_WIDTH).replace("，", "") == bare.replace("，", ""):
        return None  # a Chinese comma between ASCII digits separates two numbers
    bare = bare.translate(_FULL_WIDTH).replace("，", ",")
    if signed:
        if bare == _NO_CHANGE:
            return 0
        change = _CHANGE.fullmatch(_without_unit(bare, None))
        if change is not None:
            count = _value(change[2])
            return -count if count is not None and change[1][0] in _DOWNWARD else count
    match = _NUMBER.fullmatch(_without_unit(bare, unit))
    if match is None:
        return None if recognised or unit is not None else _in_numerals(bare)
    if match[1] == "+" and not signed:
        return None
    value = _value(match[2])
    return -value if value is not None and match[1] not in (None, "+") else value


def _in_numerals(bare: str) -> int | None:
    match = _NUMERALS.fullmatch(bare)
    return numeral(match[1]) if match is not None and bare != _LIKE_A_DASH else None


@lru_cache(maxsize=4096)
def _looks_numeric(text: str) -> bool:
    bare = _NOTE_MARK.sub("", text.translate(_INVISIBLE).translate(_FULL_WIDTH).strip())
    return _GLYPHS.fullmatch(bare) is not None or _in_numerals(bare) is not None


def _without_unit(text: str, unit: str | None) -> str:
    if unit is not None:
        return text.removesuffix(unit).rstrip()
    return text[:-1].rstrip() if text[-1] in _COUNT_UNITS else text


def _value(digits: str) -> Number | None:
    plain = digits.replace(",", "")
    if len(plain) > _MOST_DIGITS:
        return None
    if "." not in plain:
        return int(plain)
    value = Decimal(plain)
    return int(value) if value == value.to_integral_value() else value.normalize()
