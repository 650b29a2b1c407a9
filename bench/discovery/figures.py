"""What the nights on one portal came to, and whether that is enough."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

FLOORS: dict[str, Any] = json.loads(Path(__file__).with_name("floors.json").read_text("utf-8"))
"""`found` and `fewer_on_large` are at least, all others at most, what stands there."""
LARGE_PORTALS = 2
"""Sample portals with at least `large` reports that a whole run has to have."""


class Night(NamedTuple):
    """One crawl of one portal. What is held afterwards counts by body and year."""

    requests: int  # that the portal saw
    outside: int  # that any other site saw meanwhile
    at_once: int  # the most that the portal had in hand together, ever
    found: int  # reports of the truth that are held
    others: int  # held, and not of the truth
    clean: bool | None  # None: the crawl did not come to its end
    reason: str = ""  # why it was not clean


@dataclass(frozen=True, slots=True)
class Figures:
    """The nights on one portal. `static` is the first night with no family recognised, None: not measured."""

    portal: str
    existing: int
    changing: int
    can_be_clean: bool
    first: Night
    second: Night
    static: Night | None = None

    @property
    def per_report(self) -> float:
        """Requests of the first night for each report found."""
        return self.first.requests / max(1, self.first.found)

    @property
    def fewer(self) -> float:
        """How many times fewer requests the second night took."""
        return self.first.requests / max(1, self.second.requests)

    @property
    def second_at_most(self) -> int:
        """Requests that a night with nothing new may take."""
        if self.changing:
            return self.changing + int(FLOORS["second_night_beyond_changing"])
        return int(FLOORS["second_night_of_one_list"])


def misses(measured: Sequence[Figures], *, whole: bool) -> list[str]:
    """One line for everything that falls short; `whole` tells that all sample portals were measured."""
    told = [f"{figures.portal}: {line}" for figures in measured for line in _misses(figures)]
    large = [figures for figures in measured if figures.existing >= FLOORS["large"]]
    if whole and len(large) < LARGE_PORTALS:
        told.append(
            f"{len(large)} portals with {FLOORS['large']} reports, at least {LARGE_PORTALS} are wanted"
        )
    least = FLOORS["fewer_on_large"]
    told += [
        f"{figures.portal}: {figures.fewer:.1f} times fewer requests in the second night, at least {least}"
        for figures in large
        if figures.fewer < least
    ]
    return told


def _misses(figures: Figures) -> Iterator[str]:
    nights = {"first": figures.first, "second": figures.second}
    for name, night in nights.items():
        if night.clean is None:
            yield f"the {name} night did not end: {night.reason}"
        elif night.clean is not figures.can_be_clean:
            wanted = "clean" if figures.can_be_clean else "unclean"
            yield f"the {name} visit should be {wanted}" + (f": {night.reason}" if night.reason else "")
        if night.found < FLOORS["found"] * figures.existing:
            yield f"{night.found} of {figures.existing} reports held after the {name} night"
        if night.others > FLOORS["others"]:
            yield f"{night.others} others taken as reports in the {name} night"
    every = [*nights.values(), *([] if figures.static is None else [figures.static])]
    outside = sum(night.outside for night in every)
    if outside > FLOORS["outside"]:
        yield f"{outside} requests outside the portal"
    at_once = max(night.at_once for night in every)
    if at_once > FLOORS["at_once"]:
        yield f"{at_once} requests at the same moment"
    if figures.static is not None and figures.static.others > FLOORS["others"]:
        yield f"{figures.static.others} others taken as reports without families"
    if figures.second.requests > figures.second_at_most:
        yield f"{figures.second.requests} requests in the second night, at most {figures.second_at_most}"


COLUMNS = (
    "portal",
    "reports",
    "found",
    "others",
    "requests",
    "a report",
    "2nd night",
    "at most",
    "fewer",
    "outside",
    "at once",
    "visit",
    "static found",
)


def table(measured: Sequence[Figures]) -> Iterator[str]:
    """A line a portal, and one for their sums."""
    rows = [COLUMNS, *(_row(figures) for figures in measured), _sums(measured)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    for row in rows:
        first, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join((first.strip().ljust(widths[0]), *rest))


def _row(figures: Figures) -> tuple[str, ...]:
    night, static = figures.first, figures.static
    visit = {True: "clean", False: "unclean", None: "no end"}[night.clean]
    return (
        figures.portal,
        str(figures.existing),
        str(night.found),
        str(night.others),
        str(night.requests),
        f"{figures.per_report:.2f}",
        str(figures.second.requests),
        str(figures.second_at_most),
        f"{figures.fewer:.1f}x",
        str(night.outside + figures.second.outside),
        str(max(night.at_once, figures.second.at_once)),
        visit,
        "not measured" if static is None else f"{static.found}",
    )


def _sums(measured: Sequence[Figures]) -> tuple[str, ...]:
    found = sum(figures.first.found for figures in measured)
    requests = sum(figures.first.requests for figures in measured)
    second = sum(figures.second.requests for figures in measured)
    static = [figures.static.found for figures in measured if figures.static is not None]
    return (
        "all",
        str(sum(figures.existing for figures in measured)),
        str(found),
        str(sum(figures.first.others for figures in measured)),
        str(requests),
        f"{requests / max(1, found):.2f}",
        str(second),
        "",
        f"{requests / max(1, second):.1f}x",
        str(sum(figures.first.outside + figures.second.outside for figures in measured)),
        str(max((max(f.first.at_once, f.second.at_once) for f in measured), default=0)),
        f"{sum(bool(figures.first.clean) for figures in measured)} clean",
        str(sum(static)) if len(static) == len(measured) else "not measured",
    )
