"""What a request is for, and how it was come by: the values that travel with requests and come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn

from crawler.health import Stage
from crawler.portals import Portal
from crawler.report.model import Bilingual
from spiders.families.listing import Place
from spiders.gathering import Gathering
from spiders.links import Row
from storage.records import ListRecord

MAX_TRAIL = 12
"""Links that are remembered of the way to a page."""


@dataclass(slots=True)
class ListWalk:
    """One list while its pages are walked.

    `known` is how it stands in memory. `open` pages were asked for and have not been dealt with; `stopped`
    tells that the rest was left out because nothing new was there, `broken` that it could not be had,
    `unread` that a report which it shows could not.
    `accepted` counts rows that announce reports, `branches` parts of the column that its first page led to.
    """

    url: str
    known: ListRecord | None = None
    clicks: int | None = None
    trail: tuple[str, ...] = ()
    family: str | None = None
    rows: set[str] = field(default_factory=set)
    first_rows: str = ""
    newest: date | None = None  # day on its first page
    entries: int | None = None
    accepted: int = 0
    branches: int = 0
    open: int = 0
    stopped: bool = False
    broken: bool = False
    unread: bool = False

    @property
    def to_its_end(self) -> bool:
        """Whether every page of the list was had, and every report that it shows."""
        return not (self.open or self.stopped or self.broken or self.unread)

    @property
    def as_it_was(self) -> bool:
        """Whether what was left out of the list is what was left out before."""
        return self.stopped and not (self.open or self.broken or self.unread)

    @property
    def telling(self) -> bool:
        """Whether the list is worth coming back to."""
        return bool(self.accepted or self.branches)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a request is for.

    `clicks` is how many links a person would have clicked on from the home page, None where the way is not
    known; `trail` are their texts. `jumps` counts pages that sent the reader on by themselves.
    """

    portal: Portal
    stage: Stage
    url: str  # as the page before gave it
    depth: int = 0
    clicks: int | None = None
    trail: tuple[str, ...] = ()
    jumps: int = 0
    branch: bool = False  # part of a column, and not the column itself
    remembered: bool = False  # known before the visit, and not found in it
    listing: ListWalk | None = None
    place: Place | None = None
    first_problem: tuple[str, Bilingual] | None = None  # with the first of several guesses at an address
    row: Row | None = None
    shown_by: ListWalk | None = None  # the list on which the row stands
    doubtful: bool = False  # what the row leads to may be a list
    unlisted: bool = False  # known from before, and shown by no list this time
    article: Gathering | None = None  # whose part it is
    part: int = 0  # its place among the parts
    rendered: bool = False  # asked for as a browser shows it (crawler.rendering)

    def __reduce__(self) -> NoReturn:
        """Aims share what they count, so that a queue on disk would tear them apart. Requests stay in memory;
        a crawl that was stopped is resumed from what is on record (docs/decisions/0009).
        """
        raise TypeError("an aim is not kept on disk")

    @property
    def column(self) -> str:
        """The column in which the rows of the page stand, as the links that led there tell it."""
        return " ".join(self.trail)

    def following(self, text: str) -> tuple[int | None, tuple[str, ...]]:
        """Clicks and trail of what a link with `text` on this page leads to."""
        clicks = None if self.clicks is None else self.clicks + 1
        return clicks, (*self.trail, text)[-MAX_TRAIL:]
