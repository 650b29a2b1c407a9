"""The objects of an OFD page as placed characters and ruled lines. Lengths in the file are millimetres."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import NamedTuple

from lxml import etree

from crawler.extract.document import Picture
from crawler.extract.geometry import UNREADABLE, Char, Placed, Rule, rules_of_rectangle
from crawler.extract.geometry.painted import Box as Area
from crawler.extract.geometry.rules import THICKEST
from crawler.extract.ofd.numbers import MAX_COORDINATE, NUMBER, damaged, number, numbers, too_much
from crawler.extract.ofd.painting import Painting
from crawler.extract.xml import child, local

POINTS = 72 / 25.4
"""Points to a millimetre."""
MAX_DRAWN = 50_000
"""Characters, lines and pictures of one file, those of a template counted on every page that shows it."""
_ASCENT, _DESCENT = 0.88, 0.12  # of the font size, above and below the baseline
_DEFAULT_SIZE = 3.5
_THICKEST_RULE = 1.5
_STRAIGHT = 0.3  # how far a ruled line may be from level
_CLOSED = 0.05  # how far an outline's last point may be from its first
_SLANT = math.radians(3)
_PATH_TOKEN = re.compile(rf"[A-Za-z]|{NUMBER.pattern}")
_PATH_NUMBERS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_PLACEHOLDERS = frozenset("¤\N{REPLACEMENT CHARACTER}")  # the first by the standard's own custom
_WHITE = ("255 255 255", "#FF #FF #FF")


class Box(NamedTuple):
    """A rectangle: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


class _Matrix(NamedTuple):
    """(x, y) -> (ax + cy + e, bx + dy + f)."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What layers show, in points."""

    chars: list[Char] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.chars) + len(self.rules) + len(self.placed)


def drawn(layers: Sequence[etree._Element]) -> Drawn:
    """What `layers` show, in the order in which it is drawn.

    Raises Unreadable where numbers are none, or where there is more than MAX_DRAWN.
    """
    found = Drawn()
    painting = Painting()
    pending = list(reversed(layers))
    while pending:
        element = pending.pop()
        kind = local(element)
        if element.get("Visible", "true").strip().lower() in ("false", "0"):
            continue
        if kind in ("Layer", "PageBlock"):
            pending.extend(reversed(element))
        elif kind == "TextObject":
            start = len(found.chars)
            found.chars.extend(islice(_chars(element), MAX_DRAWN + 1))
            painting.wrote(element, start, len(found.chars))
        elif kind == "PathObject":
            found.rules.extend(islice(_rules(element), MAX_DRAWN + 1))
            painting.painted(element, islice(_areas(element), MAX_DRAWN))
        elif kind in ("ImageObject", "CompositeObject"):
            place = _Placing(element)
            corners = place.bounds(0, 0, 1, 1) if element.get("CTM") else place.boundary_bounds()
            found.placed.append(Placed((Picture(str(element.get("ResourceID", ""))),), *corners))
        if found.count > MAX_DRAWN:
            raise too_much()
    painting.hide(found.chars)
    return found


def box(text: str | None) -> Box | None:
    """The box that `text` spells; None where it spells none."""
    found = numbers(text)
    return Box(*found) if len(found) == 4 else None


class _Placing:
    """From the coordinates of an object to points on the page."""

    def __init__(self, element: etree._Element) -> None:
        boundary = box(element.get("Boundary"))
        if boundary is None:
            raise damaged()
        found = numbers(element.get("CTM"))
        if found and len(found) != 6:
            raise damaged()
        self.matrix = _Matrix(*found)
        self._boundary = boundary

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        left, top, _, _ = self._boundary
        return (left + a * x + c * y + e) * POINTS, (top + b * x + d * y + f) * POINTS

    def bounds(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if not self.matrix.b and not self.matrix.c:  # two corners tell all, and nearly every text is upright
            (left, top), (right, bottom) = self.point(x0, y0), self.point(x1, y1)
            return min(left, right), min(top, bottom), max(left, right), max(top, bottom)
        corners = [self.point(x, y) for x in (x0, x1) for y in (y0, y1)]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        return min(across), min(down), max(across), max(down)

    def boundary_bounds(self) -> tuple[float, float, float, float]:
        x, y, width, height = self._boundary
        return x * POINTS, y * POINTS, (x + width) * POINTS, (y + height) * POINTS

    def scale(self) -> float:
        return math.hypot(self.matrix.a, self.matrix.b)


# --- text ------------------------------------------------------------------------------------------------


def _chars(element: etree._Element) -> Iterator[Char]:
    if _invisible(element):
        return
    place = _Placing(element)
    turn = _turn(place.matrix, element)
    if turn is None:
        return  # a watermark across the page
    size = number(element.get("Size"), _DEFAULT_SIZE)
    stretch = number(element.get("HScale"), 1)
    untold = _untold_codes(element)
    position = 0
    x = y = 0.0
    for code in element:
        if local(code) != "TextCode":
            continue
        text = code.text or ""
        if "\n" in text:
            text = text.strip()  # the file was indented by hand
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        right, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
        pen_x, pen_y = x, y
        for at, character in enumerate(text):
            width = size * stretch * (1 if unicodedata.east_asian_width(character) in "WF" else 0.5)
            step = right[at] if at < len(right) else None
            if step is not None and 0 < step < width:
                width = step
            shown = UNREADABLE if position in untold or _is_placeholder(character) else character
            yield Char(
                shown,
                *place.bounds(pen_x, pen_y - _ASCENT * size, pen_x + width, pen_y + _DESCENT * size),
                turn,
            )
            if step is not None:
                pen_x += step
            elif at >= len(down):
                pen_x += width
            if at < len(down):
                pen_y += down[at]
            position += 1


def _turn(matrix: _Matrix, element: etree._Element) -> int | None:
    """Quarter turns clockwise; None where the text stands aslant."""
    angle = math.atan2(matrix.b, matrix.a) + math.radians(number(element.get("CharDirection"), 0))
    quarters = round(angle / (math.pi / 2))
    return quarters % 4 if abs(angle - quarters * math.pi / 2) <= _SLANT else None


def _invisible(element: etree._Element) -> bool:
    """Drawn with neither fill nor stroke or fully transparent, as text recognised behind a scan is."""
    if element.get("Fill", "true") == "false" and element.get("Stroke", "false") == "false":
        return True
    colour = child(element, "FillColor")
    return element.get("Alpha") == "0" or (colour is not None and colour.get("Alpha") == "0")


def _untold_codes(element: etree._Element) -> frozenset[int]:
    """Positions of codes that stand for several glyphs or share one: what they show is the font's secret."""
    untold: set[int] = set()
    for transform in element:
        if local(transform) == "CGTransform":
            codes = int(number(transform.get("CodeCount"), 1))
            if codes != int(number(transform.get("GlyphCount"), 1)):
                start = int(number(transform.get("CodePosition"), 0))
                untold.update(range(start, start + min(codes, 1_000)))
    return frozenset(untold)


def _is_placeholder(character: str) -> bool:
    return character in _PLACEHOLDERS or (
        unicodedata.category(character) in ("Co", "Cc", "Cn") and not character.isspace()
    )


def _deltas(text: str | None, most: int) -> list[float]:
    """The steps from each character to the next: "5 5 g 3 4" is 5 5 4 4 4. At most `most` of them."""
    tokens = iter((text or "").split())
    found: list[float] = []
    for token in tokens:
        repeated = token == "g"  # noqa: S105
        times = int(number(next(tokens, None), -1)) if repeated else 1
        step = next(tokens, "") if repeated else token
        if times < 0 or NUMBER.fullmatch(step) is None:
            raise damaged()
        found += [number(step, 0)] * min(times, most - len(found))
        if len(found) >= most:
            break
    return found


# --- paths -----------------------------------------------------------------------------------------------


def _rules(element: etree._Element) -> Iterator[Rule]:
    data = child(element, "AbbreviatedData")
    stroked = element.get("Stroke", "true") != "false" and not _white(element, "StrokeColor")
    filled = element.get("Fill", "false") == "true" and not _white(element, "FillColor")
    if data is None or not (stroked or filled):
        return
    place = _Placing(element)
    thick = number(element.get("LineWidth"), 0.353) * place.scale() > _THICKEST_RULE
    for points in _outlines(data.text or ""):
        on_page = [point if point is None else place.point(*point) for point in points]
        rectangle = _rectangle(on_page)
        if rectangle is not None:
            yield from rules_of_rectangle(*rectangle, filled=filled, stroked=stroked and not thick)
        elif stroked and not thick:
            yield from _level_segments(on_page)


def _areas(element: etree._Element) -> Iterator[Area]:
    """The rectangles that a path fills, in points."""
    data = child(element, "AbbreviatedData")
    if data is None or element.get("Fill", "false") != "true":
        return
    place = _Placing(element)
    for points in _outlines(data.text or ""):
        rectangle = _rectangle([point if point is None else place.point(*point) for point in points])
        if rectangle and min(rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]) > THICKEST:
            yield Area(*rectangle)


_Point = tuple[float, float]


def _outlines(data: str) -> Iterator[list[_Point | None]]:
    """The points of each outline; None where a curve leads to the next point."""
    tokens = _PATH_TOKEN.findall(data)
    outline: list[_Point | None] = []
    at = 0
    while at < len(tokens):
        command = tokens[at].upper()
        count = _PATH_NUMBERS.get(command)
        if count is None:
            raise damaged()
        try:
            operands = [float(token) for token in tokens[at + 1 : at + 1 + count]]
        except ValueError:  # a command where a number is due
            raise damaged() from None
        if len(operands) != count or any(abs(number) > MAX_COORDINATE for number in operands):
            raise damaged()
        at += 1 + count
        if command in "SM":
            if outline:
                yield outline
            outline = [(operands[0], operands[1])]
        elif command == "C":
            start = next((point for point in outline if point is not None), None)
            if start is not None:
                outline.append(start)
                yield outline
                outline = [start]
        elif command == "L":
            outline.append((operands[0], operands[1]))
        else:
            outline += [None, (operands[-2], operands[-1])]
    if outline:
        yield outline


def _rectangle(points: Sequence[_Point | None]) -> tuple[float, float, float, float] | None:
    """The bounds of an outline that is a level rectangle."""
    corners = [point for point in points if point is not None]
    if len(corners) != len(points):
        return None
    while len(corners) > 4 and math.dist(corners[0], corners[-1]) < _CLOSED:
        corners.pop()
    if len(corners) != 4:
        return None
    across, down = [x for x, _ in corners], [y for _, y in corners]
    x0, y0, x1, y1 = min(across), min(down), max(across), max(down)
    for corner, following in zip(corners, corners[1:] + corners[:1], strict=True):
        if abs(corner[0] - following[0]) > _STRAIGHT and abs(corner[1] - following[1]) > _STRAIGHT:
            return None
    if any(min(x - x0, x1 - x) > _STRAIGHT or min(y - y0, y1 - y) > _STRAIGHT for x, y in corners):
        return None
    return x0, y0, x1, y1


def _level_segments(points: Sequence[_Point | None]) -> Iterator[Rule]:
    for start, end in pairwise(points):
        if start is None or end is None:
            continue
        across, down = abs(start[0] - end[0]), abs(start[1] - end[1])
        if min(across, down) <= _STRAIGHT < max(across, down):
            yield Rule(
                min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])
            )


def _white(element: etree._Element, name: str) -> bool:
    colour = child(element, name)
    return colour is not None and (
        " ".join(str(colour.get("Value", "")).split()).upper() in _WHITE or colour.get("Alpha") == "0"
    )
