"""Plain values that cross the border between storage and the rest. No ORM object ever does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

INFERRED = frozenset({"url", "signature"})
"""Sources of a publication date that the publisher does not state."""

RECHECK = "recheck"
"""Kind of a run that reads the archive again and visits nothing."""

GONE_DAYS = 2
"""Days on which clean visits must have found nothing at an address before what it showed counts as gone."""


class FindingStatus(StrEnum):
    """Where a finding stands in its life."""

    NEW = "new"
    OPEN = "open"
    CHANGED = "changed"
    FIXED = "fixed"
    RETURNED = "returned"
    WAIVED = "waived"  # a person has decided that it is not to be told
    WITHDRAWN = "withdrawn"  # not stated any more, though nobody has repaired anything


RESOLVED = frozenset({FindingStatus.FIXED, FindingStatus.WITHDRAWN})
"""Statuses of findings that do not stand any more."""


class Origin(StrEnum):
    """What a finding was stated from; each origin states and resolves its own findings and no others."""

    READING = "reading"  # of one page
    DUTY = "duty"  # the assessment of what was owed
    COMPARISON = "comparison"  # with other reports and earlier visits, at the end of a crawl


class ObligationStatus(StrEnum):
    """What is known of one body's duty for one year."""

    NOT_DUE = "not_due"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    NOT_ASSESSABLE = "not_assessable"
    EXCLUDED = "excluded"  # the roster says that the body owes no report of its own


ASSESSED = frozenset({ObligationStatus.ON_TIME, ObligationStatus.LATE, ObligationStatus.MISSING})
"""Statuses of duties of which it is known how they were kept."""
NOT_OWED = frozenset({ObligationStatus.NOT_DUE, ObligationStatus.EXCLUDED})
"""Statuses that count in no rate: nothing is owed, or not yet."""


class ChangeKind(StrEnum):
    """What happened to a finding; the digest is made of these."""

    NEW = "new"
    CHANGED = "changed"
    FIXED = "fixed"
    RETURNED = "returned"
    WAIVED = "waived"  # a decision covers it from now on
    LAPSED = "lapsed"  # a decision covers it no longer
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """Why a decision lapsed, or a finding was withdrawn; or what a finding was fixed by."""

    VALUES = "values"  # the finding says something else than when it was decided
    EXPIRED = "expired"  # the decision's time is over
    REVOKED = "revoked"  # somebody has withdrawn the decision
    GRAVER = "graver"  # the finding has become critical, which the decision does not cover
    RULES = "rules"  # settings, table of rules, roster or this program judge otherwise now
    MISREAD = "misread"  # it was stated by mistake
    ROSTER = "roster"  # the body is no longer in the roster
    UNPROVED = "unproved"  # what it was stated from proves it no longer
    RENAMED = "renamed"  # the body goes by another name in the roster, and its reports with it
    EDITED = "edited"  # its page shows something else
    REPLACED = "replaced"  # another page is the report now
    FILED = "filed"  # the report that was missing has come
    ELSEWHERE = "elsewhere"  # what it was held against has changed, its own page has not


@dataclass(frozen=True, slots=True)
class PortalRecord:
    """A registered portal."""

    id: str
    province: str
    name: str
    home: str


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a body had; `until` is the last report year under it."""

    name: str
    until: int


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Report years of which a body owes no report of its own, and why. A bound that is None is open."""

    reason: str
    since: int | None = None
    until: int | None = None

    def holds(self, year: int) -> bool:
        """Whether `year` is among them."""
        return (self.since is None or year >= self.since) and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class OrganRecord:
    """A body that must file, as the roster says. `since` and `until` bound the report years it owes."""

    name: str
    province: str
    portal: str
    kind: str
    code: str | None = None
    aliases: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    successor: str | None = None
    former: tuple[FormerName, ...] = ()
    excluded: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One crawl of one province. Times are aware."""

    id: int | None
    kind: str  # crawl, nightly, demo, recheck
    province: str
    started: datetime
    ended: datetime | None = None
    verdict: str | None = None  # clean, partial, failed; None while it runs
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One portal in one run.

    `clean` means that every page that was asked for was had, and every list that was begun was walked as far
    as it had to be; `whole` that its lists were walked to their very ends: a visit that stopped where a list
    showed nothing new may be clean, but cannot prove that something is absent. `detail` holds the rest of the
    verdict: how pages answered, where the column was found, why the visit was not clean.
    """

    run: int
    portal: str
    started: datetime
    ended: datetime
    clean: bool
    reason_zh: str = ""  # why it was not clean, one line
    reason_en: str = ""
    years: tuple[int, ...] | None = None  # report years that were looked for; None = all
    lists: tuple[str, ...] = ()  # list pages that were walked
    requests: int = 0
    reports: int = 0  # articles of the right kind that the lists showed
    whole: bool = True
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListRecord:
    """The first page of a list, as last seen: where the next visit begins, and what it may leave out.

    `walked` is when the list was last walked to its end without a failure; `rows` stands for the rows that
    its first page showed, `entries` is the number that the list announced.
    """

    portal: str
    url: str
    family: str | None
    trail: tuple[str, ...]  # texts of the links that led there from the home page
    clicks: int | None  # from the home page; None where the way is not known
    seen: datetime
    walked: datetime | None = None
    rows: str = ""
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A further page of an article, or a file that it links to and that may be its report, as last seen."""

    url: str
    role: str  # page, behind, attachment (crawler.items.Role)
    text: str = ""  # of the link
    sha256: str | None = None  # None where it could not be had
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One address as last seen; what conditional requests and `seen again` are decided from."""

    url: str
    portal: str
    sha256: str
    seen: datetime
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    listed_title: str = ""
    listed_date: date | None = None
    organ: str | None = None  # whose report it holds; None when it is no report
    year: int | None = None
    rules_version: int = 0  # the version of reading and rules that it was inspected with
    judged_by: str = ""  # what settings, rule book and roster held then; see crawler.yardstick
    problem: str = ""  # why it could not be read as a report, or not to its end, one line; else empty
    parts: tuple[PartRecord, ...] = ()  # what was read together with it
    first_seen: datetime | None = None  # set by storage; None where it is not known
    gone_on: tuple[date, ...] = ()  # days on which clean visits found nothing there any more; set by storage
    gone_as: str = ""  # what came instead then: "404", "410"

    @property
    def gone(self) -> bool:
        """Whether clean visits have proved that nothing is there any more."""
        return len(self.gone_on) >= GONE_DAYS


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Bytes in the archive."""

    sha256: str
    size: int
    content_type: str | None
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """How bytes came from an address the first time; until `last_seen` it brought no others.

    `url` is what was asked for, `answered` the address that the answer came from where that is another one.
    `headers` are None where they were not kept; `left_out` counts those that were not kept of them. A page
    that was `rendered` is what a browser made of the answer, which had other bytes.
    """

    url: str
    sha256: str
    fetched: datetime
    status: int
    headers: tuple[tuple[str, str], ...] | None = None
    left_out: int = 0
    answered: str | None = None
    rendered: bool = False
    last_seen: datetime | None = None  # set by storage


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """One body's report for one year, as last read."""

    organ: str
    year: int
    title: str
    url: str
    portal: str
    province: str
    sha256: str
    seen: datetime
    published: date | None = None
    published_from: str | None = None
    signed: date | None = None
    form: str | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, Any] = field(default_factory=dict)
    cells: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    rules_version: int = 0
    first_seen: datetime | None = None  # set by storage
    signature: bytes | None = None  # of its own prose, for the search for copies


@dataclass(frozen=True, slots=True)
class Filing:
    """A report that is held, without what it holds: where and when it was published, and how it was judged.

    `rules` as ReportRecord.rules. What goes over all reports of a province takes these.
    """

    organ: str
    year: int
    url: str
    portal: str
    province: str
    sha256: str
    published: date | None = None
    published_from: str | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    first_seen: datetime | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """What an address showed as the report of one body and year, until it showed something else.

    `content` is the report whole, as the reader of this program writes it down. `digest` stands for what a
    change of it would alter; it is empty where not all of the report could be read for certain.
    """

    organ: str
    year: int
    url: str
    sha256: str
    first_seen: datetime
    rules_version: int
    digest: str
    content: Mapping[str, Any] = field(default_factory=dict)
    last_seen: datetime | None = None  # the last visit that saw it; None while it is shown, or not known


Shown = str | int | float | None
"""What a cell shows: its number, the text that it holds instead, or None where there is no such cell."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What changed between two versions of one page.

    `last_seen` is the last visit that saw the earlier one, or the first where no other is known; `first_seen`
    the first that saw the later one. It was edited in between. `published` are the dates of publication that
    they state, where these differ.
    """

    url: str
    before: str  # SHA-256
    after: str
    last_seen: datetime
    first_seen: datetime
    cells: Mapping[str, tuple[Shown, Shown]] = field(default_factory=dict)
    published: tuple[date | None, date | None] | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """What a finding was fixed by.

    `edit` is what became of its page (EDITED), its `cells` those of the finding. `url` is where the report
    stands now; a report that had been missing (FILED) was first seen on `first_seen`, `published` as it says,
    so many `days_late`.
    """

    cause: Cause
    url: str = ""
    edit: Edit | None = None
    first_seen: datetime | None = None
    published: date | None = None
    days_late: int | None = None


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One finding to be remembered. Life-cycle fields are set by storage."""

    fingerprint: str
    organ: str
    year: int
    rule: str
    severity: str
    verdict: str
    fault: str
    where: str
    message_zh: str
    message_en: str
    basis_zh: str
    basis_en: str
    province: str
    portal: str
    url: str
    archived: str | None  # sha256 of the evidence; None where the evidence is an absence
    cells: tuple[str, ...] = ()
    expected: str | int | float | None = None
    found: str | int | float | None = None
    quote: str = ""
    group: str | None = None  # fingerprint of the finding that is the likely cause of this one
    stated_by: Origin = Origin.READING
    status: FindingStatus = FindingStatus.NEW
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    waiver: int | None = None  # the decision that covers it, or did when it was resolved


@dataclass(frozen=True, slots=True)
class WaiverRecord:
    """A person's decision that findings of a rule are not to be told; what is None matches all.

    It holds until it expires or is withdrawn, and covers what is found later too. Critical findings it covers
    only where it names body and year, or says so.
    """

    id: int | None
    rule: str
    reason: str
    author: str
    created: datetime
    expires: datetime
    organ: str | None = None
    year: int | None = None
    where: str | None = None  # the place of the finding: a cell, a section, a table
    critical: bool = False
    withdrawn: datetime | None = None
    lapsed: datetime | None = None  # when it was found to have expired; set by storage


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A decision, and what has come of it."""

    waiver: WaiverRecord
    covered: int  # findings that it covers now
    outdated: int  # findings for which it lapsed because they changed
    last_step: datetime | None  # when a finding was last covered by it, or resolved or changed under it


@dataclass(frozen=True, slots=True)
class ObligationRecord:
    """One body's duty for one year, as last assessed."""

    organ: str
    organ_kind: str
    province: str
    year: int
    due: date
    status: ObligationStatus
    published: date | None = None
    first_seen: datetime | None = None
    days_late: int | None = None
    url: str | None = None
    visits: tuple[datetime, ...] = ()  # clean visits that support a `missing`
    reason_zh: str = ""  # why the duty could not be judged, one line
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One step in the life of a finding, with the finding as it stood then.

    A step that a person's decision took belongs to no run, and bears that of the finding's step before.
    """

    id: int
    run: int
    at: datetime
    kind: ChangeKind
    finding: FindingRecord
    cause: Cause | None = None
    waiver: int | None = None  # the decision that began or ended, or under which the finding was resolved
    repair: Repair | None = None  # what it was fixed by, as far as that can be told


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """Something that one process at a time may do, and who does it; over by itself unless it is renewed."""

    name: str  # scheduler, portal:<id>
    owner: str
    purpose: str  # one line for the person who finds it taken
    taken: datetime
    renewed: datetime
    expires: datetime


class Rhythm(StrEnum):
    """When a reader is sent digests."""

    DAILY = "daily"
    WEEKLY = "weekly"
    DEADLINES = "deadlines"  # the editions after 31 January and 31 March alone


class SubscriptionOrigin(StrEnum):
    """Who wants a reader to be sent digests."""

    SUBSCRIBED = "subscribed"
    SETTINGS = "settings"  # as long as the settings name the address
    ONCE = "once"  # somebody asked for a single digest; kept to know what it told


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """What one reader is sent, when, and how far they have been told. Empty scopes let everything pass."""

    id: int | None
    address: str
    origin: SubscriptionOrigin
    created: datetime
    lang: str = "zh"
    provinces: tuple[str, ...] = ()
    organs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    severity: str = "warning"  # the least that is told
    rhythm: Rhythm = Rhythm.DAILY
    weekday: int | None = None  # of weekly digests, Monday is 0
    workbook: bool = False  # with a spreadsheet attached
    told_until: int = 0  # the last change that a digest has told, composed if not sent yet
    ended: datetime | None = None
    looked: datetime | None = None  # when it was last seen whether there was anything to tell


class MuteKind(StrEnum):
    """What a reader has said of findings; nobody else hears less for it."""

    ACKNOWLEDGED = "acknowledged"  # known: counts as open no more, until it says something else
    MUTED = "muted"  # nothing of it is to be told


@dataclass(frozen=True, slots=True)
class MuteRecord:
    """What a reader does not want to hear of: one finding, a body, a rule, or a rule of a body."""

    id: int | None
    subscription: int
    kind: MuteKind
    created: datetime
    fingerprint: str | None = None
    organ: str | None = None
    rule: str | None = None
    said: str = ""  # the acknowledged finding as it was: a hash of what it says
    expires: datetime | None = None
    ended: datetime | None = None  # taken back


class Edition(StrEnum):
    """What a mail is."""

    CHANGES = "changes"
    DEADLINE = "deadline"
    OPERATOR = "operator"


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENDING = "sending"  # some process has claimed it
    SENT = "sent"  # a server has accepted it
    REFUSED = "refused"  # for good: the server will not have it, or not for this reader
    GIVEN_UP = "given_up"  # after days of trying, or by a person


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One mail to one reader, from the moment at which it was composed.

    `key` says what it tells, so that nothing is composed twice. `unsettled` counts how often the connection
    was lost after the last byte had been handed over and before the server had said whether it has it.
    """

    id: int | None
    address: str
    edition: Edition
    key: str
    message_id: str
    subject: str
    composed: datetime
    due: datetime  # not to be tried before
    subscription: int | None = None
    content: bytes | None = None  # the whole message; None once it is no longer needed
    told_until: int | None = None
    state: MailState = MailState.WAITING
    attempts: int = 0
    unsettled: int = 0
    owner: str | None = None
    claimed: datetime | None = None
    ended: datetime | None = None
    answer: str = ""  # what the server said last, or why nothing came of it


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many bodies' duties could be assessed, of how many; stands beside every rate."""

    assessed: int
    total: int


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page that was fetched and inspected.

    `report` is None where the page is no report or could not be read; it then has no findings. `documents`
    are the bytes that it and its parts came as, as far as they may be new, `fetches` how they came. `version`
    is the report whole.
    `reread` is the page as it stood on record when it was inspected again from the archive, None where it was
    visited. Reading it again shows no change of the page, and nothing of whether it is still there; and it
    holds only while the page stands on record as it did.
    """

    page: PageRecord
    documents: tuple[DocumentRecord, ...] = ()
    report: ReportRecord | None = None
    findings: tuple[FindingRecord, ...] = ()
    version: VersionRecord | None = None
    reread: PageRecord | None = None
    fetches: tuple[FetchRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBrief:
    """What tells whether a page is to be read again; `parser` is the version that read its report, or it."""

    url: str
    organ: str | None
    year: int | None
    listed_title: str
    judged_by: str
    parser: int


@dataclass(frozen=True, slots=True)
class LostReport:
    """A report on record whose page, though its bytes are the same, is read as no report by now."""

    organ: str
    year: int
    url: str
    portal: str
    problem: str


@dataclass(frozen=True, slots=True)
class SeenAgain:
    """A page that is known and has not changed; it was not inspected again.

    `listed_title` and `listed_date` are what the list says of it now; None where nothing is told of that.
    """

    url: str
    seen: datetime
    listed_title: str | None = None
    listed_date: date | None = None


Entry = PageSeen | SeenAgain


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparison says of one report: `rules` as ReportRecord.rules.

    `by` stands for the settings, the rule book and the roster that it was compared by; see
    crawler.yardstick. Unless `conclusive`, what it no longer says stays as it is. The report is compared
    `again` next time even if nothing changes until then. `edits` are those of its page, oldest first. `of` is
    the report as it was compared: one that stands otherwise on record by now is left as it is.
    """

    organ: str
    year: int
    rules: Mapping[str, Any]
    findings: tuple[FindingRecord, ...] = ()
    conclusive: bool = True
    again: bool = False
    by: str = ""
    edits: tuple[Edit, ...] = ()
    of: Filing | None = None
