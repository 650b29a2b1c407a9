"""What a page of pdfium shows: characters, ruled lines and images, in points from its upper left corner.

The caller holds pdfium's lock and closes what it opened.
"""

from __future__ import annotations

import ctypes
import math
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from crawler.extract.document import Unreadable
from crawler.extract.geometry import UNREADABLE, Char, Rule, rules_of_rectangle
from crawler.extract.geometry.lines import is_digit
from crawler.extract.geometry.rules import THICKEST
from crawler.extract.pdf.painted import Box, Painted

MAX_CHARS = 600_000
"""Most characters of a file; 300 pages of a report have 400,000."""
MAX_OBJECTS = 400_000
"""Most drawn objects of a file."""
MAX_SEGMENTS = 1_000_000
"""Most lines and curves of a file."""
MAX_COMPARED = 10_000_000
"""Most comparisons of characters with painted areas."""
MAX_COVERING_IMAGES = 20
"""Most images of a page that are looked at for what they hide."""
MAX_COVERING_POINTS = 2_000_000.0
"""Largest of them, in square points; A4 has half a million."""
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
_LIGHT = 245  # of 255: ink that is not seen on paper
_PALE = 200  # ink that watermarks have, and figures do not
_SOLID = 0.9  # of an image: turned ones have corners that are let through
_CLIPPED = 0.3  # of a figure: so much of it cut off may make it another one
_UPRIGHT = math.radians(4)
_INVISIBLE = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
_ASCENT, _DESCENT = 0.86, 0.14  # of the font size, above and below the line that characters stand on
_FLAT = 0.9  # of the font size: no font's characters are given so little room
_HYPHEN = "\x02"  # what pdfium makes of a hyphen at the end of a line


class Work:
    """Counts what reading a file costs. Raises Unreadable beyond the bounds."""

    def __init__(self) -> None:
        self.chars = self.objects = self.segments = self.compared = 0

    def add(self, *, chars: int = 0, objects: int = 0, segments: int = 0, compared: int = 0) -> None:
        self.chars += chars
        self.objects += objects
        self.segments += segments
        self.compared += compared
        if (
            self.chars > MAX_CHARS
            or self.objects > MAX_OBJECTS
            or self.segments > MAX_SEGMENTS
            or self.compared > MAX_COMPARED
        ):
            raise Unreadable("PDF 内容过多，拒绝读取", "the PDF holds too much to be a report")


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

    def is_scan(self, image: Box) -> bool:
        """Whether an image is the page itself."""
        return self._share(image) >= _SCAN

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


def read_content(document: Any, page: Any, text: Any, work: Work) -> Content:
    """What `page` of `document` shows, `text` being its text page. Raises Unreadable."""
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
    drawn = _read_objects(document, page, placed, content, work)
    _read_text(text, placed, quarter_turns, content, drawn, work)
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


class _Drawn:
    """What the drawings of a page do to its characters."""

    def __init__(self, work: Work) -> None:
        self.shades = Painted(work)  # painted in a colour or dark
        self.opaque = Painted(work)
        self.scans = Painted(work)  # images of the whole page
        self.texts: dict[int, tuple[int, Box | None]] = {}  # by address: order, and what is seen of it
        self.images_left = MAX_COVERING_IMAGES


def _read_objects(document: Any, page: Any, placed: _Placing, content: Content, work: Work) -> _Drawn:
    """Take over lines and images."""
    drawn = _Drawn(work)
    for order, (item, kind, outer) in enumerate(_objects(page, work)):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            clip = _clip(item, outer, placed, work)
            drawn.texts[ctypes.addressof(item.contents)] = order, clip.box if clip else None
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            content.paths += 1
            for area in _read_path(item, outer, placed, content, drawn, order, work):
                seen = _covering(item, outer, placed, area, work)
                if seen is not None:
                    drawn.opaque.add(order, seen)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            matrix = _matrix(item).then(outer)
            corners = [matrix(x, y) for x in (0, 1) for y in (0, 1)]
            box = placed(*_around(corners))
            if _is_finite(box):
                content.images.append(box)
                drawn.shades.add(order, box)
                if drawn.texts and drawn.images_left and _is_solid(document, page, item, box):
                    drawn.images_left -= 1
                    seen = _covering(item, outer, placed, box, work)
                    if seen is not None:
                        (drawn.scans if content.is_scan(seen) else drawn.opaque).add(order, seen)
    return drawn


class _Clip(NamedTuple):
    """What bounds the drawing of an object; `exact` where that is a rectangle."""

    box: Box
    exact: bool


def _clip(item: Any, outer: _Matrix, placed: _Placing, work: Work) -> _Clip | None:
    """What bounds an object; None where nothing does, or where a form does: pdfium tells that in a space of
    its own.
    """
    if outer is not _IDENTITY:
        return None
    path = pdfium.FPDFPageObj_GetClipPath(item)
    count = pdfium.FPDFClipPath_CountPaths(path) if path else 0
    if count <= 0:
        return None
    found, exact = Box(-math.inf, -math.inf, math.inf, math.inf), True
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(count):
        segments = max(pdfium.FPDFClipPath_CountPathSegments(path, number), 0)
        work.add(segments=segments + 1)
        points = []
        for at in range(segments):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(path, number, at), x, y)
            points.append((x.value, y.value))
        if not points:
            continue
        box = placed(*_around(points))
        exact = exact and len(points) in (4, 5) and _is_rectangle(points)
        found = found.within(box)
    return _Clip(found, exact)


def _covering(item: Any, outer: _Matrix, placed: _Placing, area: Box, work: Work) -> Box | None:
    """As much of `area` as hides what was drawn below it for certain."""
    if outer is not _IDENTITY or pdfium.FPDFPageObj_HasTransparency(item) or _is_optional(item):
        return None
    clip = _clip(item, outer, placed, work)
    if clip is None:
        return area
    return area.within(clip.box) if clip.exact else None


def _is_opaque_fill(item: Any) -> bool:
    """Whether an area is painted in one colour that lets nothing through."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return bool(pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)) and alpha.value == 255


def _is_solid(document: Any, page: Any, item: Any, box: Box) -> bool:
    """Whether an image lets nothing through, as seals and watermarks do."""
    if (box.x1 - box.x0) * (box.y1 - box.y0) > MAX_COVERING_POINTS:
        return False
    bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(document, page, item)
    if not bitmap:
        return False
    try:
        if pdfium.FPDFBitmap_GetFormat(bitmap) != pdfium.FPDFBitmap_BGRA:
            return True
        size = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
        alphas = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)[3::4]
        return alphas.count(b"\xff") >= _SOLID * len(alphas)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _is_optional(item: Any) -> bool:
    """Whether an object stands in content that a reader may switch off."""
    name = ctypes.create_string_buffer(8)
    size = ctypes.c_ulong()
    for at in range(min(max(pdfium.FPDFPageObj_CountMarks(item), 0), 8)):
        mark = pdfium.FPDFPageObj_GetMark(item, at)
        if (
            mark
            and pdfium.FPDFPageObjMark_GetName(
                mark, ctypes.cast(name, ctypes.POINTER(pdfium.FPDF_WCHAR)), len(name), size
            )
            and name.raw[: size.value].decode("utf-16-le", "ignore").rstrip("\0") == "OC"
        ):
            return True
    return False


def _around(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs = [x for x, _ in points]
    ys = [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _is_finite(box: Box) -> bool:
    return all(abs(edge) <= 10 * MAX_POINTS for edge in box)  # false for NaN too


def _read_path(
    item: Any,
    outer: _Matrix,
    placed: _Placing,
    content: Content,
    drawn: _Drawn,
    order: int,
    work: Work,
) -> Iterator[Box]:
    """Take over the lines of a path; the areas that it fills."""
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
                drawn.shades.add(order, box)
            if _is_opaque_fill(item):
                yield box


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
    pale: bool = False
    order: int = -1  # among the objects of the page
    clip: Box | None = None
    em: float = 0.0  # its font size on the page, in points


def _read_text(
    text: Any, placed: _Placing, quarter_turns: int, content: Content, drawn: _Drawn, work: Work
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


def _style(text: Any, at: int, item: Any, quarter_turns: int, drawn: _Drawn) -> _Style:
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
    lightness = _lightness(item)
    return _Style(shown, lightness >= _LIGHT, turn, lightness >= _PALE, order, clip, em)


def _is_light(item: Any) -> bool:
    """Whether an object is painted in the colour of paper, or not at all."""
    return _lightness(item) >= _LIGHT


def _lightness(item: Any) -> float:
    """How light an object is on white paper, by its darkest colour: 0 to 255."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 0.0
    return 255 - (255 - min(red.value, green.value, blue.value)) * alpha.value / 255
