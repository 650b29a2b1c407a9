"""What the areas that an OFD page paints do to its characters."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from crawler.extract.geometry import UNREADABLE, Char
from crawler.extract.geometry.lines import is_digit
from crawler.extract.geometry.painted import Box, Painted
from crawler.extract.ofd.numbers import number, too_much
from crawler.extract.xml import child

MAX_COMPARED = 10_000_000
"""Most comparisons of characters with painted areas."""

_LIGHT, _PALE = 245, 200  # of 255: ink that is not seen, and ink that watermarks have and figures do not


class _Counts:
    def __init__(self) -> None:
        self.compared = 0

    def add(self, *, compared: int) -> None:
        self.compared += compared
        if self.compared > MAX_COMPARED:
            raise too_much()


class Painting:
    """What the areas that are painted do to the characters."""

    def __init__(self) -> None:
        counts = _Counts()
        self._order = 0
        self._shades, self._opaque = Painted(counts), Painted(counts)
        self._written: list[tuple[int, int, int, float]] = []  # from, to, order, lightness
        self._areas = 0

    def wrote(self, element: etree._Element, start: int, end: int) -> None:
        """`element` gave the characters from `start` to `end`."""
        self._order += 1
        if end > start:
            self._written.append((start, end, self._order, _lightness(element)))

    def painted(self, element: etree._Element, areas: Iterable[Box]) -> None:
        """`element` filled `areas`."""
        self._order += 1
        for area in areas:
            self._areas += 1
            if _lightness(element) < _LIGHT:
                self._shades.add(self._order, area)
            if _is_opaque(element):
                self._opaque.add(self._order, area)

    def hide(self, chars: list[Char]) -> None:
        """Take out what has the colour of paper; figures that are pale or painted over are not made out."""
        gone = []
        for start, end, order, lightness in self._written:
            if lightness < _PALE and not self._areas:
                continue
            for at in range(start, end):
                char = chars[at]
                x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
                on_paper = lightness >= _PALE and not self._shades.at(x, y)
                if on_paper and lightness >= _LIGHT:
                    gone.append(at)
                elif is_digit(char.text) and (on_paper or self._opaque.after(order, x, y)):
                    chars[at] = char._replace(text=UNREADABLE)
        if gone:
            left_out = set(gone)
            chars[:] = [char for at, char in enumerate(chars) if at not in left_out]


def _lightness(element: etree._Element) -> float:
    """How light an object is filled on white paper, by its darkest colour: 0 to 255."""
    colour = child(element, "FillColor")
    if colour is None:
        return 0.0
    values = [token for token in str(colour.get("Value", "")).split() if token]
    try:
        parts = [int(token[1:], 16) if token.startswith("#") else float(token) for token in values]
    except ValueError:
        return 0.0
    if len(parts) not in (1, 3):
        return 0.0  # of ink: more of it is darker
    return 255 - (255 - min(parts)) * _alpha(colour) * _alpha(element)


def _alpha(element: etree._Element) -> float:
    return number(element.get("Alpha"), 255) / 255


def _is_opaque(element: etree._Element) -> bool:
    colour = child(element, "FillColor")
    return _alpha(element) == 1 and (
        colour is None or (_alpha(colour) == 1 and len(colour) == 0 and bool(colour.get("Value")))
    )
