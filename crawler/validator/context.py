"""What is known besides the report itself. Everything may be absent: a bare file has no page and no past.

A rule names the parts that it needs (`Need`); where one is absent the rule is not applicable, never passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from crawler.extract.document import Format
from crawler.likeness import Passage
from crawler.report.model import Bilingual, Kind, Report
from crawler.validator.policy import Policy

WHOLE = "report"
"""In `Context.taken`: the report as a whole."""


class Need(StrEnum):
    """A part of the context that a rule cannot do without."""

    PAGE = "page"
    COLUMN = "column"
    HISTORY = "history"
    ABSENCE = "absence"
    PREVIOUS = "previous"
    ROSTER = "roster"
    PEERS = "peers"
    OUTSIDE = "outside"


NEEDS: Mapping[Need, Bilingual] = MappingProxyType(
    {
        Need.PAGE: Bilingual("需要报告所在的网页", "needs the web page that the report stands on"),
        Need.COLUMN: Bilingual("未检查网站的公开专栏", "the portal's disclosure column was not examined"),
        Need.HISTORY: Bilingual("需要以往的访问记录", "needs the record of earlier visits"),
        Need.ABSENCE: Bilingual(
            "由抓取后的应报未报核对得出", "is found when duties are assessed after a crawl"
        ),
        Need.PREVIOUS: Bilingual("需要上一年度的报告", "needs last year's report"),
        Need.ROSTER: Bilingual("需要本地区机关名录", "needs the roster of the region's bodies"),
        Need.PEERS: Bilingual("需要其他机关的报告", "needs the reports of other bodies"),
        Need.OUTSIDE: Bilingual(
            "尚待实现：需要本系统没有的外部数据", "planned: needs outside data not held here"
        ),
    }
)
"""Why a rule whose need is not met was not applied."""


class AttachmentReading(NamedTuple):
    """What became of a file that the report's page links to.

    `report` is the report that it holds, of whichever body and year; None where it holds none, or where it
    could not be read for the reason `problem`. `broken`: its own bytes prove that nobody can open it.
    """

    url: str
    name: str  # the text of the link, or the file's name
    sha256: str | None = None  # None where it could not be had
    format: Format | None = None  # None where it was not read
    report: Report | None = None
    problem: Bilingual | None = None
    broken: bool = False


@dataclass(frozen=True, slots=True)
class WebPage:
    """The page that the report stands on: what it says of itself besides its text."""

    url: str | None = None  # None where the page came as a file
    title: str = ""  # of the <title> element
    meta: tuple[tuple[str, str], ...] = ()  # (name, content) in source order, names as printed
    headings: tuple[str, ...] = ()  # h1 to h3 outside the body
    around: tuple[str, ...] = ()  # breadcrumb, date line, footer
    listed_title: str | None = None  # what the list page calls it


@dataclass(frozen=True, slots=True)
class Column:
    """What a clean crawl saw of the portal's disclosure column. None where it did not look.

    `dead` are entries of the column that lead nowhere: address, and what came instead.
    """

    portal: str
    annual_reports: bool | None = None
    guide: bool | None = None
    system: bool | None = None
    statutory: bool | None = None
    clicks: int | None = None  # from the home page to the list of annual reports
    dead: tuple[tuple[str, Bilingual], ...] | None = None
    hijacked: tuple[tuple[str, Bilingual], ...] = ()  # address, and what foreign matter stands there


class Version(NamedTuple):
    """An earlier reading of this report at the same address."""

    seen: date  # China's day on which this version was first seen
    sha256: str
    report: Report


class Twin(NamedTuple):
    """Another page with the report of the same body and year."""

    url: str
    report: Report


@dataclass(frozen=True, slots=True)
class History:
    """What is on record of this report and its body from earlier visits. Days are China's."""

    first_seen: date | None = None
    versions: tuple[Version, ...] = ()  # earlier ones, oldest first
    twins: tuple[Twin, ...] = ()
    unseen_on: tuple[datetime, ...] = ()  # clean visits of the right lists that did not show it, one a day
    years_held: tuple[int, ...] = ()  # report years of this body that are or were found
    years_aside: tuple[int, ...] = ()  # years not owed, or whose absence is told when duties are assessed
    lists_whole: bool = False  # a clean visit walked the lists of all years, nothing unread may be its own
    gone_since: date | None = None  # the day from which clean visits found its address gone
    gone_as: str = ""  # what came instead: "404", "410"


class Lookalike(NamedTuple):
    """Another body's report of the same year whose own prose is much like this one's."""

    organ: str
    similarity: float  # 0 to 1, boilerplate, names, years and numbers taken out
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Peers:
    """Reports of other bodies of that year.

    `children` are reports of the bodies below this one; `all_children` says that none of them is lacking.
    """

    lookalikes: tuple[Lookalike, ...] = ()
    children: tuple[Report, ...] = ()
    all_children: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Names of the other bodies of the region, aliases included; of the publisher of the page, its column."""

    others: tuple[str, ...] = ()  # full names of bodies that are neither this one nor above it
    own: tuple[str, ...] = ()  # this body's name and aliases
    above: tuple[str, ...] = ()  # names of bodies and places that this one belongs to


@dataclass(frozen=True, slots=True)
class Context:
    """Everything known around one report.

    `taken` names the parts of the report ("report" for the whole, "prose", a table's key) that stand in an
    attachment and not on its page, each with the attachment's index.
    """

    policy: Policy
    kind: Kind | None = None  # as given by a flag or the roster, not inferred
    organ: str | None = None  # canonical name from the roster or a flag, else the report's
    region: str | None = None  # GB/T 2260 code of the place that the body belongs to
    seen: date | None = None  # China's day on which a visit first saw this body's report of this year
    previous: Report | None = None
    web_page: bool = False  # read from a web page itself, so what a page lacks is the publisher's omission
    attachments: tuple[AttachmentReading, ...] = ()
    taken: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    partial: bool = False  # not all of it was read: what is lacking may stand elsewhere
    page: WebPage | None = None
    column: Column | None = None
    history: History | None = None
    roster: Roster | None = None
    peers: Peers | None = None
    owes: bool = True  # False where the roster says that the body owes no report of its own for that year

    def has(self, need: Need) -> bool:
        """Whether the part that a rule needs is known."""
        return need in _PARTS and getattr(self, _PARTS[need]) is not None


_PARTS = MappingProxyType(
    {
        Need.PAGE: "page",
        Need.COLUMN: "column",
        Need.HISTORY: "history",
        Need.PREVIOUS: "previous",
        Need.ROSTER: "roster",
        Need.PEERS: "peers",
    }
)
"""Which part of the context answers a need; no context answers the others."""
