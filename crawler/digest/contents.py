"""What a digest holds, as values; the mail, its plain text and its preview are made of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crawler.report.model import Bilingual
from storage.records import Coverage


class PartKind(StrEnum):
    """The parts of a digest, in the order in which they stand."""

    NEW = "new"
    RETURNED = "returned"
    CHANGED = "changed"
    LAPSED = "lapsed"  # a person's decision no longer holds
    DUTY = "duty"  # late or missing
    FIXED = "fixed"
    WITHDRAWN = "withdrawn"  # nobody has repaired anything: it is we who judge otherwise


PART_TITLES = {
    PartKind.NEW: Bilingual("新问题", "New"),
    PartKind.RETURNED: Bilingual("再次出现", "Came back"),
    PartKind.CHANGED: Bilingual("有变化", "Changed"),
    PartKind.LAPSED: Bilingual("豁免失效", "Decisions that no longer hold"),
    PartKind.DUTY: Bilingual("逾期与未发布", "Late or missing"),
    PartKind.FIXED: Bilingual("已整改", "Fixed"),
    PartKind.WITHDRAWN: Bilingual("不再适用", "No longer applies"),
}

PART_COLUMNS = {
    PartKind.NEW: Bilingual("新增", "new"),
    PartKind.RETURNED: Bilingual("复现", "back"),
    PartKind.CHANGED: Bilingual("变化", "changed"),
    PartKind.LAPSED: Bilingual("失效", "lapsed"),
    PartKind.DUTY: Bilingual("逾期缺报", "late, missing"),
    PartKind.FIXED: Bilingual("整改", "fixed"),
    PartKind.WITHDRAWN: Bilingual("撤回", "dropped"),
}
"""The same where there is little room: a table on a phone."""


@dataclass(frozen=True, slots=True)
class Item:
    """One finding, in the reader's language; `under` are those of which it is the likely cause."""

    severity: str
    rule: str
    place: str
    message: str
    basis: str
    fingerprint: str = ""
    url: str = ""  # of the page that shows it
    under: tuple[Item, ...] = ()
    more_under: int = 0  # beyond those spelled out
    cause: str = ""  # why a decision no longer holds, the finding no longer applies or is fixed


@dataclass(frozen=True, slots=True)
class ReportItems:
    """The findings of one report that belong to one part, worst first."""

    year: int
    url: str
    items: tuple[Item, ...]
    more: int = 0  # findings beyond those spelled out
    act: str | None = None  # where the reader says that they know, or do not want to hear


@dataclass(frozen=True, slots=True)
class OrganItems:
    """One body and its reports."""

    organ: str
    reports: tuple[ReportItems, ...]


@dataclass(frozen=True, slots=True)
class ProvinceItems:
    """One province and its bodies, worst first."""

    name: str
    organs: tuple[OrganItems, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the digest. `count` is exact even where not every finding is spelled out; findings with one
    likely cause count as one.
    """

    kind: PartKind
    count: int
    provinces: tuple[ProvinceItems, ...]
    more_reports: int = 0


@dataclass(frozen=True, slots=True)
class ProvinceState:
    """How many findings of a province each part holds, and of how many of its duties it is known how they
    were kept.
    """

    name: str
    changes: Mapping[PartKind, int]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Unvisited:
    """A portal whose last visit was not clean, and why."""

    portal: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood open at the end of a day, by severity, worst first; those that none has left out."""

    day: date
    open: tuple[tuple[str, int], ...]

    @property
    def number(self) -> int:
        """All of them."""
        return sum(number for _, number in self.open)


@dataclass(frozen=True, slots=True)
class Trend:
    """What stands open now beside what stood when the reader was last told, and a week ago; None where that
    is not on record. `course` are the latest weeks, or days where there are no weeks yet, oldest first.
    """

    last: Standing | None = None
    week: Standing | None = None
    course: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What one reader is told. `last_change` is remembered once the mail was composed."""

    lang: str
    day: date
    subject: str
    parts: tuple[Part, ...]
    still_open: tuple[tuple[str, int], ...]  # severity and number, worst first
    unvisited: tuple[Unvisited, ...]
    unreachable: int  # duties that no visit could settle
    not_assessable: int
    missing: int
    late: int
    coverage: Coverage
    last_change: int
    provinces: tuple[ProvinceState, ...] = ()
    more_unvisited: int = 0
    trend: Trend = field(default_factory=Trend)
    scope: str = ""  # what the reader is told of, in words; empty where it is everything
    known: int = 0  # open too, but the reader knows of it or has muted it: it is in no count
    muted: int = 0  # what the reader does not want to hear of
    open_link: str | None = None  # where what stands open is listed
    leave_link: str | None = None  # where the reader ends this subscription
