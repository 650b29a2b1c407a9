"""The characters of a page of pdfium: those that are seen, and how sure it is what they are."""

from __future__ import annotations

import ctypes
import math
import sys
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from crawler.extract.geometry import UNREADABLE, Char
from crawler.extract.geometry.lines import is_digit
from crawler.extract.geometry.painted import Box
from crawler.extract.pdf.drawings import LIGHT, Drawn, lightness
from crawler.extract.pdf.model import Content, Placing, Work

_PALE = 200  # ink that watermarks have, and figures do not
_CLIPPED = 0.3  # of a figure: so much of it cut off may make it another one
_UPRIGHT = math.radians(4)
_INVISIBLE = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
_ASCENT, _DESCENT = 0.86, 0.14  # of the font size, above and below the line that characters stand on
_FLAT = 0.9  # of the font size: no font's characters are given so little room
_HYPHEN = "\x02"  # what pdfium makes of a hyphen at the end of a line


class _Style(NamedTuple):
    """What the characters of one text object share."""

    shown: bool
    light: bool
    turn: int | None  # None: slanting, as watermarks do
    pale: bool = False
    order: int = -1  # among the objects of the page
    clip: Box | None = None
    em: float = 0.0  # its font size on the page, in points


def read_characters(
    text: Any, placed: Placing, quarter_turns: int, content: Content, drawn: Drawn, work: Work
) -> None:
    """Take over the characters of a text page; the page is shown turned so often. Raises Unreadable."""
    count = pdfium.FPDFText_CountChars(text)
    work.add(chars=max(count, 0))
    box = pdfium.FS_RECTF()
    get_unicode, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    get_object, has_error = pdfium.FPDFText_GetTextObject, pdfium.FPDFText_HasUnicodeMapError
    object_at, style = 0, _Style(True, False, 0)
    for at in range(count):
        printed = _printed(get_unicode(text, at))
        if not printed or (printed == " " and pdfium.FPDFText_IsGenerated(text, at)):
            continue
        item = get_object(text, at)
        address = ctypes.addressof(item.contents) if item else 0
        if address != object_at:
            object_at, style = address, _style(text, at, item, quarter_turns, drawn)
        if style.turn is None or not get_box(text, at, box):
            continue
        if box.top - box.bottom < _FLAT * style.em and style.turn == quarter_turns:
            _raise_to_line(text, at, box, style.em)
        x0, y0, x1, y1 = placed(box.left, box.bottom, box.right, box.top)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if not (0 <= x <= content.width and 0 <= y <= content.height):
            continue
        on_paper = (style.light or style.pale) and not drawn.shades.at(x, y)
        if on_paper and style.light:
            continue
        shown = style.shown and not drawn.scans.after(style.order, x, y)
        if printed == UNREADABLE or has_error(text, at) == 1:
            printed = UNREADABLE
            content.unknown += shown
        elif is_digit(printed) and (
            on_paper or drawn.opaque.after(style.order, x, y) or _is_cut_off(Box(x0, y0, x1, y1), style.clip)
        ):
            printed = UNREADABLE  # what is seen there is not what is written, or not for certain
        (content.chars if shown else content.hidden).append(Char(printed, x0, y0, x1, y1, style.turn))


def _is_cut_off(char: Box, clip: Box | None) -> bool:
    if clip is None:
        return False
    seen = char.within(clip)
    return seen.x1 - seen.x0 < (1 - _CLIPPED) * (char.x1 - char.x0) or seen.y1 - seen.y0 < (1 - _CLIPPED) * (
        char.y1 - char.y0
    )


def _raise_to_line(text: Any, at: int, box: Any, em: float) -> None:
    """Give a character the height of its line: of a font without one pdfium tells only where its ink is."""
    x, y = ctypes.c_double(), ctypes.c_double()
    if pdfium.FPDFText_GetCharOrigin(text, at, x, y):
        box.left = min(box.left, x.value)
        box.bottom = min(box.bottom, y.value - _DESCENT * em)
        box.top = max(box.top, y.value + _ASCENT * em)


@lru_cache(maxsize=8192)
def _printed(code: int) -> str:
    """The character of a code of pdfium: "" for line ends, UNREADABLE where it is none of Unicode's."""
    if code == 0:
        return UNREADABLE
    char = chr(code) if code <= 0x10FFFF else UNREADABLE
    if char == _HYPHEN:
        return "-"
    if char in "\r\n":
        return ""
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("Co", "Cs", "Cn", "Cc"):
        return UNREADABLE
    if category == "Cf":
        return ""
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":  # some fonts name ideographs by radicals
        return unicodedata.normalize("NFKC", char)
    return char


def _style(text: Any, at: int, item: Any, quarter_turns: int, drawn: Drawn) -> _Style:
    matrix = pdfium.FS_MATRIX()
    turn: int | None = quarter_turns
    if pdfium.FPDFText_GetMatrix(text, at, matrix) and (matrix.a or matrix.b):
        angle = math.atan2(matrix.b, matrix.a)
        quarters = round(angle / (math.pi / 2))
        upright = abs(angle - quarters * math.pi / 2) <= _UPRIGHT
        turn = (quarter_turns - quarters) % 4 if upright else None
    em = abs(pdfium.FPDFText_GetFontSize(text, at)) * math.hypot(matrix.c, matrix.d)
    if not item:
        return _Style(True, False, turn, em=em)
    shown = pdfium.FPDFTextObj_GetTextRenderMode(item) not in _INVISIBLE
    order, clip = drawn.texts.get(ctypes.addressof(item.contents), (sys.maxsize, None))
    ink = lightness(item)
    return _Style(shown, ink >= LIGHT, turn, ink >= _PALE, order, clip, em)
