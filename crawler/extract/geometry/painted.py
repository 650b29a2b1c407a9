"""Areas that a page paints, found by place: what is painted over is not seen, what stands on a shade is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple, Protocol

_BAND = 32.0  # points: areas are kept by the bands across the page that they reach into
_HIGHEST = 20_000.0


class Box(NamedTuple):
    """A rectangle on the page."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point stands in it."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def within(self, other: Box) -> Box:
        """What both have in common; without extent where they have nothing."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Box(x0, y0, max(x0, min(self.x1, other.x1)), max(y0, min(self.y1, other.y1)))


class Counts(Protocol):
    """What bounds the work that a file may cost."""

    def add(self, *, compared: int) -> None:
        """Raise Unreadable where it is too much."""


class Painted:
    """Areas in the order in which they were painted; `order` counts the objects of the page."""

    def __init__(self, work: Counts) -> None:
        self._work = work
        self._bands: dict[int, list[tuple[int, Box]]] = defaultdict(list)

    def add(self, order: int, area: Box) -> None:
        """Take in an area; those painted later are added later."""
        first, last = (int(min(max(y, 0.0), _HIGHEST) // _BAND) for y in (area.y0, area.y1))
        self._work.add(compared=last - first + 1)
        for band in range(first, last + 1):
            self._bands[band].append((order, area))

    def at(self, x: float, y: float) -> bool:
        """Whether an area holds the point."""
        return any(area.holds(x, y) for _, area in self._latest_first(y))

    def after(self, order: int, x: float, y: float) -> bool:
        """Whether an area that was painted after the object `order` holds the point."""
        for painted, area in self._latest_first(y):
            if painted <= order:
                return False
            if area.holds(x, y):
                return True
        return False

    def _latest_first(self, y: float) -> Iterator[tuple[int, Box]]:
        for entry in reversed(self._bands.get(int(y // _BAND), ())):
            self._work.add(compared=1)
            yield entry
