"""Text of reports for files that office programs open: none of it is obeyed, none is cut in silence."""

from __future__ import annotations

import re
import unicodedata

from crawler.console import clean

MOST = 16_000
"""Characters of one cell. A cell of a spreadsheet holds 32,767 of UTF-16, and rare characters count twice."""

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")  # no XML may hold them
_SIGNS = frozenset("=+-@")
_INVISIBLE = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp"})
_AFTER_SEMICOLON = re.compile(r"(;[\s\"']*)(?=[=+\-@\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20])")
_FIGURE = re.compile(r"[\d\s.,:/\-+eE%年月日()￥¥$]*")
_QUOTE = "'"


def plain(text: object, most: int = MOST) -> str:
    """`text` on one line, without control characters, marks of direction and what no XML may hold.

    What is longer than `most` characters is cut, and says so.
    """
    said = _NO_CHARACTERS.sub(" ", clean(text))
    return said if len(said) <= most else f"{said[:most]}…（共{len(said)}字，此处截断）"


def inert(text: object) -> str:
    """`text` for a cell of CSV, where the program that opens it guesses what it is.

    What could be taken for a formula, also in full width, behind invisible characters or after a semicolon
    that some programs take for the end of a cell, gets a quotation mark before it; so does what would become
    a number or a date, for the program would show another figure than the text holds.
    """
    said = _AFTER_SEMICOLON.sub(rf"\1{_QUOTE}", plain(text))
    seen = next((mark for mark in said if unicodedata.category(mark) not in _INVISIBLE), "")
    if _is_sign(seen) or (any(map(str.isdigit, said)) and _FIGURE.fullmatch(said)):
        return _QUOTE + said
    return said


def _is_sign(mark: str) -> bool:
    return mark == "\u2212" or unicodedata.normalize("NFKC", mark) in _SIGNS
