"""From an inspected page to the records that storage keeps."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, cast

from crawler.clock import local
from crawler.inspection import (
    RULES_VERSION,
    Attached,
    Body,
    Given,
    Inspection,
    NotAReport,
    Unreadable,
    inspect,
)
from crawler.items import PageItem, Part, Received, Role
from crawler.likeness import own_prose, signature
from crawler.parser.assembly import shows_report
from crawler.portals import Organ, Portal, Province
from crawler.report.model import Kind, Number, Report
from crawler.validator.context import Roster
from crawler.validator.finding import CULPRIT, Finding, Outcome, Verdict, fingerprint
from crawler.validator.policy import Policy
from crawler.versions import version_of
from storage.records import (
    DocumentRecord,
    Exclusion,
    FetchRecord,
    FindingRecord,
    FormerName,
    OrganRecord,
    Origin,
    PageRecord,
    PageSeen,
    PartRecord,
    PortalRecord,
    ReportRecord,
)

MAX_ORGAN_BYTES = 512
"""A longer name of a body is no name; it would not fit a key of the database either."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a page: an inspection under a body's name, or the problem that kept it from being one,
    or both where only the first report on it was read.

    `again` asks for the page to be read anew at the next visit although its bytes have not changed.
    """

    inspection: Inspection | None = None
    organ: str = ""
    problem: str = ""
    again: bool = False


class Sightings:
    """By which day the report of a body and year was out, as far as anything but its own page tells."""

    def __init__(
        self,
        pages: Iterable[PageRecord] = (),
        stated: Mapping[tuple[str, int], Mapping[str, date]] | None = None,
    ) -> None:
        """`pages` are those on record; `stated` the dates that each address of a report states."""
        self._seen: dict[tuple[str, int], date] = {}
        self._stated = stated or {}
        for page in pages:
            if page.organ is not None and page.year is not None and page.first_seen is not None:
                key, day = (page.organ, page.year), local(page.first_seen).date()
                self._seen[key] = min(day, self._seen.get(key, day))

    def out_by(self, organ: str, year: int, url: str, today: date) -> date:
        """The day on which a visit saw it first, today if none did, or the date that another address states:
        a portal that was rebuilt often dates what it moved anew.
        """
        key = (organ, year)
        elsewhere = [day for other, day in self._stated.get(key, {}).items() if other != url]
        return min((today, self._seen.get(key, today), *elsewhere))


def read(item: PageItem, province: Province, policy: Policy, sightings: Sightings | None = None) -> Reading:
    """Inspect a page, with what the roster knows of the body whose report it turns out to be, and by when the
    report of which body and year was out. Never raises: a fault of our own is the page's problem, and is
    logged.
    """
    known = sightings or Sightings()

    def body_named(name: str, year: int | None) -> Body | None:
        organ = province.organ_named(name, item.portal, year)
        if organ is None:
            return None
        owes = year is None or organ.owes(year)
        return Body(organ.name, organ.kind, organ.code, _roster(province, organ.name), owes)

    def first_seen(organ: str, year: int) -> date:
        return known.out_by(organ, year, item.url, local(item.fetched).date())

    given = Given(
        url=item.url,
        content_type=item.content_type,
        pages=tuple(
            part.body for part in item.parts if part.role is not Role.ATTACHMENT and part.body is not None
        ),
        attachments=tuple(
            Attached(part.url, part.text, part.body, part.content_type, part.problem)
            for part in item.parts
            if part.role is Role.ATTACHMENT
        ),
        listed_title=item.listed_title or None,
        # which body it is only the page itself can tell: the title in the list may be another's
        body_named=body_named,
        first_seen=first_seen,
        policy=policy,
        document=item.document,
    )
    lost = [part for part in item.parts if part.role is not Role.ATTACHMENT and part.body is None]
    if lost:
        return Reading(problem=f"further page {lost[0].url[:200]} could not be had", again=True)
    again = any(part.body is None and not part.lasting for part in item.parts)
    try:
        inspection = inspect(item.body, given)
        report = inspection.report
        if report.organ is None or report.year is None:
            lacking = "body" if report.organ is None else "year"
            return Reading(problem=f"the report's {lacking} could not be read", again=again)
        if len(report.organ.encode(errors="replace")) > MAX_ORGAN_BYTES:
            return Reading(problem="the report's body could not be read")
        body = body_named(report.organ, report.year)
        problem = inspection.problem.en if inspection.problem else ""
        if problem and not _holds_anything(inspection):
            return Reading(problem=problem, again=again)
        below = "another report stands below this one and was not read" if report.others_below else problem
        return Reading(inspection, report.organ if body is None else body.organ, problem=below, again=again)
    except (NotAReport, Unreadable) as error:
        return Reading(problem=" ".join(str(error).split())[:500] or type(error).__name__, again=again)
    except Exception as error:
        _logger.exception("inspecting %s failed", item.url)
        return Reading(problem=f"internal error: {type(error).__name__}", again=True)


def _roster(province: Province, name: str) -> Roster:
    """The names of the province's bodies as the body `name` stands to them."""
    bodies = [(portal, organ) for portal in province.portals for organ in portal.organs]
    portal, own = next((portal, organ) for portal, organ in bodies if organ.name == name)
    region = (own.code or "")[:6]
    places = {region, f"{region[:4]}00", f"{region[:2]}0000"} if region else set()
    above = [
        organ
        for home, organ in bodies
        if organ is not own
        and organ.kind in (Kind.GOVERNMENT, Kind.GOVERNMENT_OFFICE)
        and (home is portal or (organ.code or "-")[:6] in places)
    ]
    names = (*(organ.name for organ in above), portal.name, province.name)
    closer = {own.name, *names}
    return Roster(
        others=tuple(organ.name for _, organ in bodies if organ.name not in closer),
        own=own.names,
        above=tuple(dict.fromkeys((*names, *(name.removesuffix("人民政府") for name in names)))),
    )


def _holds_anything(inspection: Inspection) -> bool:
    """Whether a report with a problem goes on record: for what was read of it, or for a file proven broken.

    A title alone, whose file could not be had or read, does not say whether the body has filed.
    """
    return shows_report(inspection.report) or any(read.broken for read in inspection.attachments)


def page_seen(
    item: PageItem,
    sha256: str,
    part_hashes: Sequence[str | None],
    reading: Reading,
    judged_by: str = "",
) -> PageSeen:
    """The records of one page; `part_hashes` are those of its parts, None for one that could not be had, and
    `judged_by` is what it was judged by (crawler.yardstick).
    """
    report = None if reading.inspection is None else reading.inspection.report
    page = PageRecord(
        url=item.url,
        portal=item.portal,
        sha256=sha256,
        seen=item.fetched,
        etag=item.etag,
        last_modified=item.last_modified,
        content_type=item.content_type,
        listed_title=item.listed_title,
        listed_date=item.listed_date,
        organ=None if report is None else reading.organ,
        year=None if report is None else report.year,
        rules_version=0 if reading.again else RULES_VERSION,
        judged_by=judged_by,
        problem=reading.problem,
        parts=tuple(
            _part_record(part, part_hash) for part, part_hash in zip(item.parts, part_hashes, strict=True)
        ),
    )
    documents = (
        DocumentRecord(sha256, len(item.body), item.content_type, item.fetched),
        *(
            DocumentRecord(part_hash, len(part.body), part.content_type, item.fetched)
            for part, part_hash in zip(item.parts, part_hashes, strict=True)
            if part.body is not None and part_hash is not None
        ),
    )
    came = (
        _fetch(item.url, sha256, item.received),
        *(
            _fetch(part.url, part_hash, part.received)
            for part, part_hash in zip(item.parts, part_hashes, strict=True)
        ),
    )
    fetches = tuple(fetch for fetch in came if fetch is not None)
    if reading.inspection is None or report is None or report.year is None:
        return PageSeen(page, documents, fetches=fetches)
    return PageSeen(
        page,
        documents,
        _report_record(item, sha256, reading.organ, report.year, report, reading.inspection.outcome),
        tuple(
            finding_record(
                item,
                reading.organ,
                report.year,
                finding,
                reading.inspection.read_from.sha256,
                Origin.READING,
            )
            for finding in reading.inspection.outcome.findings
        ),
        version_of(
            report,
            organ=reading.organ,
            year=report.year,
            url=item.url,
            sha256=sha256,
            seen=item.fetched,
            rules_version=RULES_VERSION,
            whole=not reading.problem and not reading.again,
        ),
        fetches=fetches,
    )


def _fetch(url: str, sha256: str | None, received: Received | None) -> FetchRecord | None:
    """How bytes came, where that is known."""
    if sha256 is None or received is None:
        return None
    return FetchRecord(
        url,
        sha256,
        received.at,
        received.status,
        received.headers,
        received.left_out,
        None if received.url == url else received.url,
        received.rendered,
    )


def _part_record(part: Part, sha256: str | None) -> PartRecord:
    return PartRecord(
        part.url, part.role.value, part.text, sha256, part.content_type, part.etag, part.last_modified
    )


def _report_record(
    item: PageItem, sha256: str, organ: str, year: int, report: Report, outcome: Outcome
) -> ReportRecord:
    return ReportRecord(
        organ=organ,
        year=year,
        title=report.title or item.listed_title,
        url=item.url,
        portal=item.portal,
        province=item.province,
        sha256=sha256,
        seen=item.fetched,
        published=report.published,
        published_from=None if report.published_from is None else report.published_from.value,
        signed=report.signed,
        form=report.form,
        tables={key: table.state.value for key, table in report.tables.items()},
        sections={
            key: {"heading": section.heading, "numbered": section.numbered, "empty": section.empty}
            for key, section in report.sections.items()
        },
        cells={key: {"value": cell.value, "raw": cell.raw} for key, cell in report.cells.items()},
        rules={verdict.value: list(outcome.rules(verdict)) for verdict in Verdict},
        rules_version=RULES_VERSION,
        signature=signature(own_prose(report)),
    )


class _Place(Protocol):
    """Where a report stands: its page as fetched, or as it is on record."""

    @property
    def province(self) -> str: ...
    @property
    def portal(self) -> str: ...
    @property
    def url(self) -> str: ...


def finding_record(
    place: _Place, organ: str, year: int, finding: Finding, sha256: str | None, stated_by: Origin
) -> FindingRecord:
    """`finding` as storage keeps it; `sha256` is that of the evidence in the archive."""
    return FindingRecord(
        fingerprint=fingerprint(organ, year, finding.rule, finding.where),
        organ=organ,
        year=year,
        rule=finding.rule,
        severity=finding.severity.value,
        verdict=finding.verdict.value,
        fault=finding.fault.value,
        where=finding.where,
        message_zh=finding.message.zh,
        message_en=finding.message.en,
        basis_zh=finding.basis.zh,
        basis_en=finding.basis.en,
        province=place.province,
        portal=place.portal,
        url=place.url,
        archived=sha256,
        cells=finding.cells,
        expected=_number(finding.expected),
        found=_number(finding.found),
        quote=finding.quote,
        group=None if finding.group is None else fingerprint(organ, year, CULPRIT, finding.group),
        stated_by=stated_by,
    )


def _number(value: Number | str | None) -> str | int | float | None:
    """The value as it is: storage itself makes of a decimal what its databases can hold."""
    return cast("str | int | float | None", value)


def portal_records(province: Province) -> list[PortalRecord]:
    """The portals as storage registers them."""
    return [
        PortalRecord(portal.id, province.province, portal.name, portal.home) for portal in province.portals
    ]


def organ_records(province: Province) -> list[OrganRecord]:
    """The bodies as storage registers them."""
    return [_organ_record(province, portal, organ) for portal in province.portals for organ in portal.organs]


def _organ_record(province: Province, portal: Portal, organ: Organ) -> OrganRecord:
    return OrganRecord(
        name=organ.name,
        province=province.province,
        portal=portal.id,
        kind=organ.kind.value,
        code=organ.code,
        aliases=organ.aliases,
        since=organ.since,
        until=organ.until,
        successor=organ.successor,
        former=tuple(FormerName(former.name, former.until) for former in organ.former),
        excluded=tuple(Exclusion(one.reason, one.since, one.until) for one in organ.excluded),
    )
