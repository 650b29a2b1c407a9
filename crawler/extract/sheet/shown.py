"""What a spreadsheet shows for a number: the stored value through the cell's number format.

Stored and shown numbers differ (0.126 as "0.13", 0.5 as "50%", 12000 as "1.2万"), and the reader of a report
knows only what is shown. A format that is not understood gives a text that is no number, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

GENERAL = "General"

BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    31: 'yyyy"年"m"月"d"日"',
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    49: "@",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
}
"""Formats that files name by number alone, as Chinese offices see them; others are not understood."""

_LONGEST_FORMAT = 255
_GENERAL_DIGITS = 10
_GENERAL_LIMIT = Decimal(10) ** 11
_SIGNIFICANT = ".15g"

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<space>_.|\*.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General)'
    r"|(?P<digits>[0#?,.]+)|(?P<percent>%)|(?P<plain>[-+ ()¥￥$:/]|[^\x00-\x7f])|(?P<unknown>.)",
    re.IGNORECASE | re.DOTALL,
)
_CURRENCY = re.compile(r"\$([^-\]]*)(?:-[0-9A-Fa-f]+)?")
_COLOUR = re.compile(
    r"(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?\d{1,2}|[黑蓝青绿红白黄]色?)", re.I
)
_DATE_PART = re.compile(r"[ymdhs]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]', re.DOTALL)
_PATTERN = re.compile(r"(?P<whole>[0#?,]*)(?:\.(?P<fraction>[0#?]*))?(?P<scale>,*)")


@lru_cache(maxsize=4096)
def shown(value: float, code: str, epoch: date) -> str:
    """The text that `value` shows under the format `code`; `epoch` is day 0 of the workbook's dates."""
    exact = Decimal(format(value, _SIGNIFICANT))
    if len(code) > _LONGEST_FORMAT:
        return _not_understood(exact, "…")
    if _DATE_PART.search(_QUOTED.sub("", code)):
        return _date(exact, code, epoch)
    sections = _sections(code)
    index, sign = 0, "-" if exact < 0 else ""
    if exact < 0 and len(sections) > 1:
        index, sign = 1, ""
    elif exact == 0 and len(sections) > 2:
        index = 2
    section = sections[index]
    text = None if section is None or len(sections) > 4 else _apply(abs(exact), section)
    return _not_understood(exact, code) if text is None else sign + text


def _not_understood(exact: Decimal, code: str) -> str:
    return f"{exact:f} [{code}]"


class _Section(NamedTuple):
    """One part of a format: what stands before the number, its digits (None: as General), what follows."""

    before: str
    digits: str | None
    after: str
    percents: int


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section | None, ...]:
    bare = _QUOTED.sub(lambda match: match[0].replace(";", "\0"), code)
    return tuple(_section(_TOKEN.finditer(text.replace("\0", ";"))) for text in bare.split(";"))


def _section(tokens: Iterable[re.Match[str]]) -> _Section | None:
    before, after, digits, percents = "", "", "", 0
    general = False
    for token in tokens:
        kind, text = token.lastgroup, token[token.lastgroup or 0]
        if kind == "space":
            continue
        if kind == "digits":
            if digits or general:
                return None
            digits = text
        elif kind == "general" or text == "@":
            if digits or general:
                return None
            general = True
        elif kind == "unknown":
            return None
        else:
            if kind == "bracket":
                currency = _CURRENCY.fullmatch(text)
                if currency is None and _COLOUR.fullmatch(text) is None:
                    return None
                text = currency[1] if currency else ""
            percents += kind == "percent"
            if digits or general:
                after += text
            else:
                before += text
    return _Section(before, None if general else digits, after, percents)


def _apply(value: Decimal, section: _Section) -> str | None:
    if section.digits is None:
        return f"{section.before}{_general(value)}{section.after}"
    pattern = _PATTERN.fullmatch(section.digits)
    if pattern is None:
        return None
    whole, fraction = pattern["whole"], pattern["fraction"]
    scale = len(pattern["scale"])
    if fraction is None:
        scale += len(whole) - len(whole.rstrip(","))
        whole = whole.rstrip(",")
    fraction = fraction or ""
    value = (value * 100**section.percents / 1000**scale).quantize(
        Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP
    )
    if not section.digits:
        return section.before + section.after
    units, _, decimals = f"{value:f}".partition(".")
    while len(decimals) > 0 and decimals[-1] == "0" and fraction[len(decimals) - 1] != "0":
        decimals = decimals[:-1]
    places = whole.replace(",", "")
    units = units.lstrip("0").rjust(places.count("0"), "0")
    if "," in whole:
        if len(units) > 3 and units.startswith("0"):
            return None
        units = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", units)
    point = "." if "." in section.digits else ""
    return f"{section.before}{units}{point}{decimals}{section.after}"


def _general(value: Decimal) -> str:
    """As cells without a format show it: eleven places at the most."""
    if value >= _GENERAL_LIMIT or 0 < value < Decimal("0.0001"):
        return f"{value:.5E}"
    if value == value.to_integral_value():
        return str(int(value))
    places = _GENERAL_DIGITS - len(str(int(value)))
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded.normalize():f}"


def _date(exact: Decimal, code: str, epoch: date) -> str:
    """A date in one spelling, by the parts that the format shows; a time of day is left out."""
    parts = _QUOTED.sub("", code).lower()
    # before March 1900 the two ways to count days differ
    if not 61 <= exact < 2_000_000 or not {"d", "y"} & set(parts):
        return _not_understood(exact, code)
    day = epoch + timedelta(days=int(exact))
    text = f"{day.year}年" if "y" in parts else ""
    text += f"{day.month}月" if "m" in parts else ""
    return text + (f"{day.day}日" if "d" in parts else "")
