"""What a page of pdfium shows: characters, ruled lines and images, in points from its upper left corner.

The caller holds pdfium's lock and closes what it opened.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from crawler.extract.document import Unreadable
from crawler.extract.geometry import UNREADABLE, Char, Rule, rules_of_rectangle
from crawler.extract.geometry.rules import THICKEST

MAX_CHARS = 600_000
"""Most characters of a file; 300 pages of a report have 400,000."""
MAX_OBJECTS = 400_000
"""Most drawn objects of a file."""
MAX_SEGMENTS = 1_000_000
"""Most lines and curves of a file."""
MAX_FORM_DEPTH = 8
MAX_POINTS = 20_000.0
"""Longest side of a page."""

_FEW_CHARS = 50  # a stamp, a page number, the scanner's name
_SCAN = 0.6  # of a page: an image so large is a scan
_PICTURE = 0.15  # of a page: a page without text and with so much image is a picture
_OUTLINES = 200  # paths: so many without any text may be text drawn as outlines
_LARGE = 0.08  # of a page: a smaller image is a seal or a sign
_UNDECIPHERABLE = 0.1  # share of characters
_FEW_UNKNOWN = 5
_LIGHT = 245  # of 255
_UPRIGHT = math.radians(4)
_INVISIBLE = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
_ASCENT, _DESCENT = 0.86, 0.14  # of the font size, above and below the line that characters stand on
_FLAT = 0.9  # of the font size: no font's characters are given so little room
_HYPHEN = "\x02"  # what pdfium makes of a hyphen at the end of a line


class Work:
    """Counts what reading a file costs. Raises Unreadable beyond the bounds."""

    def __init__(self) -> None:
        self.chars = self.objects = self.segments = 0

    def add(self, *, chars: int = 0, objects: int = 0, segments: int = 0) -> None:
        self.chars += chars
        self.objects += objects
        self.segments += segments
        if self.chars > MAX_CHARS or self.objects > MAX_OBJECTS or self.segments > MAX_SEGMENTS:
            raise Unreadable("PDF 内容过多，拒绝读取", "the PDF holds too much to be a report")


class Box(NamedTuple):
    """A rectangle on the page."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Content:
    """One page. `hidden` are characters that are drawn invisibly, as recognition leaves them over a scan."""

    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    hidden: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    paths: int = 0
    unknown: int = 0  # characters whose font does not tell what they are

    @property
    def is_picture(self) -> bool:
        """Whether what the page says is drawn and not written."""
        printed = sum(not char.text.isspace() for char in self.chars)
        images = sum(map(self._share, self.images))
        if printed == 0:
            return images >= _PICTURE or self.paths >= _OUTLINES or bool(self.hidden and self.images)
        return printed <= _FEW_CHARS and images >= _SCAN

    @property
    def is_undecipherable(self) -> bool:
        """Whether the fonts of the page do not tell which characters they draw."""
        return self.unknown > max(_FEW_UNKNOWN, _UNDECIPHERABLE * len(self.chars))

    def is_large(self, image: Box) -> bool:
        """Whether an image may hold a table."""
        return self._share(image) >= _LARGE

    def has_text_on(self, image: Box) -> bool:
        """Whether an image is the paper of some text."""
        return (
            sum(
                image.x0 <= char.x0 and char.x1 <= image.x1 and image.y0 <= char.y0 and char.y1 <= image.y1
                for char in self.chars
            )
            > _FEW_CHARS
        )

    def _share(self, image: Box) -> float:
        width = max(min(image.x1, self.width) - max(image.x0, 0.0), 0.0)
        height = max(min(image.y1, self.height) - max(image.y0, 0.0), 0.0)
        return width * height / (self.width * self.height)


def read_content(page: Any, text: Any, work: Work) -> Content:
    """What `page` shows, `text` being its text page. Raises Unreadable."""
    bounds = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, bounds)
    quarter_turns = max(pdfium.FPDFPage_GetRotation(page), 0) % 4
    width, height = bounds.right - bounds.left, bounds.top - bounds.bottom
    if not (0 < width <= MAX_POINTS and 0 < height <= MAX_POINTS):
        raise Unreadable("PDF 页面尺寸异常", "a page of the PDF has an impossible size")
    placed = _placing(bounds, quarter_turns)
    if quarter_turns % 2:
        width, height = height, width
    content = Content(width, height)
    shades = _read_objects(page, placed, content, work)
    _read_text(text, placed, quarter_turns, content, shades, work)
    return content


_Placing = Callable[[float, float, float, float], Box]


def _placing(bounds: Any, quarter_turns: int) -> _Placing:
    """From left, bottom, right, top in the page's own space to a box on the page as it is shown."""
    left, bottom, right, top = bounds.left, bounds.bottom, bounds.right, bounds.top
    match quarter_turns:
        case 1:
            return lambda x0, y0, x1, y1: Box(y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        case 2:
            return lambda x0, y0, x1, y1: Box(right - x1, y0 - bottom, right - x0, y1 - bottom)
        case 3:
            return lambda x0, y0, x1, y1: Box(top - y1, right - x1, top - y0, right - x0)
        case _:
            return lambda x0, y0, x1, y1: Box(x0 - left, top - y1, x1 - left, top - y0)


# --- drawings


class _Matrix(NamedTuple):
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, outer: _Matrix) -> _Matrix:
        a, b, c, d, e, f = self
        return _Matrix(
            a * outer.a + b * outer.c,
            a * outer.b + b * outer.d,
            c * outer.a + d * outer.c,
            c * outer.b + d * outer.d,
            *outer(e, f),
        )


_IDENTITY = _Matrix()


def _objects(page: Any, work: Work) -> Iterator[tuple[Any, int, _Matrix]]:
    """All objects of a page with their kind and the matrix of the forms that they stand in."""
    count = pdfium.FPDFPage_CountObjects(page)
    work.add(objects=max(count, 0))
    for at in range(count):
        item = pdfium.FPDFPage_GetObject(page, at)
        yield from _with_forms(item, _IDENTITY, 0, work)


def _with_forms(item: Any, outer: _Matrix, depth: int, work: Work) -> Iterator[tuple[Any, int, _Matrix]]:
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        yield item, kind, outer
    elif depth < MAX_FORM_DEPTH:
        inner = _matrix(item).then(outer)
        count = pdfium.FPDFFormObj_CountObjects(item)
        work.add(objects=max(count, 0))
        for at in range(count):
            yield from _with_forms(pdfium.FPDFFormObj_GetObject(item, at), inner, depth + 1, work)


def _matrix(item: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return _IDENTITY
    return _Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _read_objects(page: Any, placed: _Placing, content: Content, work: Work) -> list[Box]:
    """Take over lines and images; the answer is where the page is painted in a colour or dark."""
    shades: list[Box] = []
    for item, kind, outer in _objects(page, work):
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            content.paths += 1
            _read_path(item, outer, placed, content, shades, work)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            matrix = _matrix(item).then(outer)
            corners = [matrix(x, y) for x in (0, 1) for y in (0, 1)]
            box = placed(*_around(corners))
            if _is_finite(box):
                content.images.append(box)
                shades.append(box)
    return shades


def _around(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs = [x for x, _ in points]
    ys = [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_finite(box: Box) -> bool:
    return all(abs(edge) <= 10 * MAX_POINTS for edge in box)  # false for NaN too


def _read_path(
    item: Any, outer: _Matrix, placed: _Placing, content: Content, shades: list[Box], work: Work
) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    filled, stroked = fill.value != pdfium.FPDF_FILLMODE_NONE, stroke.value != 0
    if not (filled or stroked):
        return
    for points, straight in _subpaths(item, _matrix(item).then(outer), work):
        box = placed(*_around(points))
        if not straight or not _is_finite(box):
            continue
        x0, y0, x1, y1 = box
        if x1 < 0 or y1 < 0 or x0 > content.width or y0 > content.height:
            continue
        if min(x1 - x0, y1 - y0) <= THICKEST:
            if stroked or min(x1 - x0, y1 - y0) > 0:  # a filled line without breadth is not seen
                content.rules.append(Rule(*box))
            continue
        if stroked:
            for (ax, ay), (bx, by) in pairwise(points):
                segment = placed(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
                if min(segment.x1 - segment.x0, segment.y1 - segment.y0) <= 1:
                    content.rules.append(Rule(*segment))
        if filled and _is_rectangle(points):
            if not stroked:
                content.rules.extend(rules_of_rectangle(*box, filled=True, stroked=False))
            if not _is_light(item):
                shades.append(box)


def _subpaths(item: Any, matrix: _Matrix, work: Work) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The points of each subpath, a closed one ending where it began, and whether it has no curve."""
    count = pdfium.FPDFPath_CountSegments(item)
    work.add(segments=max(count, 0))
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    straight = True
    for at in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, at)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points, straight
            points, straight = [], True
        elif kind != pdfium.FPDF_SEGMENT_LINETO:
            straight = False
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(matrix(x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, straight


def _is_rectangle(points: list[tuple[float, float]]) -> bool:
    x0, y0, x1, y1 = _around(points)
    return all(min(abs(x - x0), abs(x - x1)) < 0.5 and min(abs(y - y0), abs(y - y1)) < 0.5 for x, y in points)


# --- text


class _Style(NamedTuple):
    """What the characters of one text object share."""

    shown: bool
    light: bool
    turn: int | None  # None: slanting, as watermarks do
    em: float = 0.0  # its font size on the page, in points


def _read_text(
    text: Any, placed: _Placing, quarter_turns: int, content: Content, shades: list[Box], work: Work
) -> None:
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
            object_at, style = address, _style(text, at, item, quarter_turns)
        if style.turn is None or not get_box(text, at, box):
            continue
        if box.top - box.bottom < _FLAT * style.em and style.turn == quarter_turns:
            _raise_to_line(text, at, box, style.em)
        x0, y0, x1, y1 = placed(box.left, box.bottom, box.right, box.top)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if not (0 <= x <= content.width and 0 <= y <= content.height):
            continue
        if style.light and not any(
            shade.x0 <= x <= shade.x1 and shade.y0 <= y <= shade.y1 for shade in shades
        ):
            continue
        if printed == UNREADABLE or has_error(text, at) == 1:
            printed = UNREADABLE
            content.unknown += style.shown
        (content.chars if style.shown else content.hidden).append(Char(printed, x0, y0, x1, y1, style.turn))


def _raise_to_line(text: Any, at: int, box: Any, em: float) -> None:
    """Give a character the height of its line: of a font without one, pdfium tells only how much ink it has."""
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


def _style(text: Any, at: int, item: Any, quarter_turns: int) -> _Style:
    matrix = pdfium.FS_MATRIX()
    turn: int | None = quarter_turns
    if pdfium.FPDFText_GetMatrix(text, at, matrix) and (matrix.a or matrix.b):
        angle = math.atan2(matrix.b, matrix.a)
        quarters = round(angle / (math.pi / 2))
        upright = abs(angle - quarters * math.pi / 2) <= _UPRIGHT
        turn = (quarter_turns - quarters) % 4 if upright else None
    em = abs(pdfium.FPDFText_GetFontSize(text, at)) * math.hypot(matrix.c, matrix.d)
    if not item:
        return _Style(True, False, turn, em)
    shown = pdfium.FPDFTextObj_GetTextRenderMode(item) not in _INVISIBLE
    return _Style(shown, _is_light(item), turn, em)


def _is_light(item: Any) -> bool:
    """Whether an object is painted in the colour of paper, or not at all."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _LIGHT
