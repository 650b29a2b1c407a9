"""The drawings of a page of pdfium: ruled lines, images, and what they hide of its text."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from crawler.extract.geometry import Rule, rules_of_rectangle
from crawler.extract.geometry.painted import Box, Painted
from crawler.extract.geometry.rules import THICKEST
from crawler.extract.pdf.model import Content, Placing, Work

MAX_COVERING_IMAGES = 20
"""Most images of a page that are looked at for what they hide."""
MAX_COVERING_POINTS = 2_000_000.0
"""Largest of them, in square points; A4 has half a million."""
MAX_FORM_DEPTH = 8
MAX_COORDINATE = 200_000.0
"""Points; what lies further off is no drawing."""

LIGHT = 245
"""Of 255: ink that is not seen on paper."""

_SOLID = 0.9  # of an image: turned ones have corners that are let through


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


class Drawn:
    """What the drawings of a page do to its characters."""

    def __init__(self, work: Work) -> None:
        self.shades = Painted(work)  # painted in a colour or dark
        self.opaque = Painted(work)
        self.scans = Painted(work)  # images of the whole page
        self.texts: dict[int, tuple[int, Box | None]] = {}  # by address: order, and what is seen of it
        self.images_left = MAX_COVERING_IMAGES


def read_drawings(document: Any, page: Any, placed: Placing, content: Content, work: Work) -> Drawn:
    """Take over lines and images of a page of `document`. Raises Unreadable."""
    drawn = Drawn(work)
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


def _clip(item: Any, outer: _Matrix, placed: Placing, work: Work) -> _Clip | None:
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


def _covering(item: Any, outer: _Matrix, placed: Placing, area: Box, work: Work) -> Box | None:
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
    return all(abs(edge) <= MAX_COORDINATE for edge in box)  # false for NaN too


def _read_path(
    item: Any,
    outer: _Matrix,
    placed: Placing,
    content: Content,
    drawn: Drawn,
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


def _is_light(item: Any) -> bool:
    """Whether an object is painted in the colour of paper, or not at all."""
    return lightness(item) >= LIGHT


def lightness(item: Any) -> float:
    """How light an object is on white paper, by its darkest colour: 0 to 255."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return 0.0
    return 255 - (255 - min(red.value, green.value, blue.value)) * alpha.value / 255
