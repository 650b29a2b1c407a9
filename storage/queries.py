"""The read side. Every answer is made of records; each call is one read transaction.

Filters that are None let everything pass. Text is ordered by code point in both databases; only where a
`limit` is given, as the database orders it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Engine, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from storage import tables
from storage.records import (
    ASSESSED,
    INFERRED,
    NOT_OWED,
    RECHECK,
    RESOLVED,
    Cause,
    ChangeKind,
    ChangeRecord,
    Coverage,
    Filing,
    FindingRecord,
    FindingStatus,
    ListRecord,
    LostReport,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    PageBrief,
    PageRecord,
    PortalRecord,
    ReportRecord,
    RunRecord,
    VersionRecord,
    VisitRecord,
    WaiverRecord,
    WaiverUse,
)
from storage.rollups import ANY, UNCOUNTED
from storage.rows import OrganYear, chunks, columns_of, records_with, to_record
from storage.severities import SEVERITIES, folded, grade
from storage.snapshots import from_snapshot, repair_of
from storage.waiving import findings_covered

_ENDS = frozenset({ChangeKind.FIXED, ChangeKind.WITHDRAWN})
"""Steps with which a finding ceases to stand."""

R = TypeVar("R")
S = TypeVar("S", bound=Select[*tuple[Any, ...]])


class Queries:
    """Reads. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def portals(self, province: str | None = None) -> list[PortalRecord]:
        """Registered portals by id."""
        rows = self._all(PortalRecord, tables.Portal, province=province)
        return sorted(rows, key=lambda portal: portal.id)

    def organs(self, province: str | None = None, name: str | None = None) -> list[OrganRecord]:
        """Registered bodies by name."""
        rows = self._all(OrganRecord, tables.Organ, province=province, name=name)
        return sorted(rows, key=lambda organ: organ.name)

    def pages(self, portal: str) -> dict[str, PageRecord]:
        """Every known address of a portal, as last seen."""
        return {page.url: page for page in self._all(PageRecord, tables.Page, portal=portal)}

    def reports(
        self,
        portal: str | None = None,
        year: int | None = None,
        province: str | None = None,
        organ: str | None = None,
        limit: int | None = None,
        after: OrganYear | None = None,
    ) -> list[ReportRecord]:
        """The reports held, by body and year. With `limit` at most so many, the first ones of those that come
        `after` a body and year, in the order of text that the database keeps.
        """
        equal = {"portal": portal, "year": year, "province": province, "organ": organ}
        return self._by_organ_and_year(ReportRecord, tables.Report, limit, after, **equal)

    def years_held(self, province: str) -> dict[str, set[int]]:
        """Of every body with a report on a portal of `province`, the years that are held."""
        table = tables.Report
        organs = select(table.organ).where(table.province == province)
        found: dict[str, set[int]] = {}
        for organ, year in self._execute(select(table.organ, table.year).where(table.organ.in_(organs))):
            found.setdefault(organ, set()).add(year)
        return found

    def filings(self, province: str) -> list[Filing]:
        """The reports held on the portals of a province, and those of its bodies that stand elsewhere: a
        body's report may stand on a higher body's portal too, and the earlier publication is held.
        """
        table, organ = tables.Report, tables.Organ
        bodies = select(organ.name).where(organ.province == province)
        found = self._filings(table, or_(table.province == province, table.organ.in_(bodies)))
        return sorted(found, key=lambda filing: (filing.organ, filing.year))

    def filings_of(self, keys: Collection[OrganYear]) -> dict[OrganYear, Filing]:
        """The reports held of exactly these bodies and years."""
        return {(one.organ, one.year): one for one in self._filings_of(tables.Report, keys)}

    def twins_of(self, keys: Collection[OrganYear]) -> dict[OrganYear, list[Filing]]:
        """Other pages with the reports of these bodies and years, by address."""
        found: dict[OrganYear, list[Filing]] = {}
        for one in self._filings_of(tables.Duplicate, keys):
            found.setdefault((one.organ, one.year), []).append(one)
        return {key: sorted(twins, key=lambda twin: twin.url) for key, twins in found.items()}

    def _filings_of(
        self, table: type[tables.Report | tables.Duplicate], keys: Collection[OrganYear]
    ) -> Iterator[Filing]:
        wanted = set(keys)
        for organs in chunks({organ for organ, _ in wanted}):
            for filing in self._filings(table, table.organ.in_(organs)):
                # pairs in an IN list are beyond older SQLite; a body has few years
                if (filing.organ, filing.year) in wanted:
                    yield filing

    def _filings(
        self, table: type[tables.Report | tables.Duplicate], condition: ColumnElement[bool]
    ) -> list[Filing]:
        with Session(self._engine) as session:
            rows = session.execute(select(*columns_of(Filing, table)).where(condition))
            return [Filing(*row) for row in rows]

    def versions_of(self, keys: Collection[OrganYear]) -> dict[OrganYear, list[VersionRecord]]:
        """What every address showed as the reports of these bodies and years, oldest first."""
        table = tables.Version.__table__.c
        columns = columns_of(VersionRecord, tables.Version)
        wanted = set(keys)
        numbered: list[tuple[int, VersionRecord]] = []
        with Session(self._engine) as session:
            for organs in chunks({organ for organ, _ in wanted}):
                of_organs = select(table.id, *columns).where(table.organ.in_(organs))
                for number, *row in session.execute(of_organs):
                    numbered.append((number, VersionRecord(*row)))
        found: dict[OrganYear, list[VersionRecord]] = {}
        for _, version in sorted(numbered, key=itemgetter(0)):
            if (version.organ, version.year) in wanted:
                found.setdefault((version.organ, version.year), []).append(version)
        return found

    def unread_pages(self, portals: Collection[str]) -> list[PageRecord]:
        """The pages of these portals that could not be read, or not to their ends, by address."""
        with Session(self._engine) as session:
            pages = records_with(
                session, PageRecord, tables.Page, "portal", portals, tables.Page.problem != ""
            )
            return sorted(pages, key=lambda page: page.url)

    def judged_otherwise(self, portals: Collection[str], by: str) -> bool:
        """Whether pages of these portals were judged by anything but `by`, and are not to be read anew."""
        page = tables.Page
        return any(
            self._execute(
                select(page.url)
                .where(page.portal.in_(chunk), page.judged_by != by, page.rules_version != 0)
                .limit(1)
            )
            for chunk in chunks(portals)
        )

    def briefs(self, portals: Collection[str]) -> list[PageBrief]:
        """All pages of these portals, by address, without what they hold."""
        page = tables.Page
        parsers: dict[str, int] = {}
        for table in (tables.Duplicate, tables.Report):
            for chunk in chunks(portals):
                wanted = select(table.url, table.rules_version).where(table.portal.in_(chunk))
                parsers.update((url, version) for url, version in self._execute(wanted))
        columns = (page.url, page.organ, page.year, page.listed_title, page.judged_by, page.rules_version)
        rows = [
            row
            for chunk in chunks(portals)
            for row in self._execute(select(*columns).where(page.portal.in_(chunk)))
        ]
        rows.sort(key=lambda row: str(row[0]))
        return [
            PageBrief(url, organ, year, title, by, parsers.get(url, version))
            for url, organ, year, title, by, version in rows
        ]

    def lost(self, portals: Collection[str], by: str) -> list[LostReport]:
        """The reports of these portals whose pages are no reports to what judges by `by`, though their bytes
        are the same; by body, year and address.
        """
        page = tables.Page
        found = []
        for table in (tables.Report, tables.Duplicate):
            for chunk in chunks(portals):
                wanted = (
                    select(table.organ, table.year, table.url, table.portal, page.problem)
                    .join(page, page.url == table.url)
                    .where(
                        page.portal.in_(chunk),
                        page.organ.is_(None),
                        page.judged_by == by,
                        page.sha256 == table.sha256,
                    )
                )
                found += [LostReport(*row) for row in self._execute(wanted)]
        return sorted(found, key=lambda lost: (lost.organ, lost.year, lost.url))

    def pages_at(self, urls: Collection[str]) -> dict[str, PageRecord]:
        """The pages at these addresses, as last seen."""
        with Session(self._engine) as session:
            return {page.url: page for page in records_with(session, PageRecord, tables.Page, "url", urls)}

    def stated_dates(self, province: str) -> dict[OrganYear, dict[str, date]]:
        """Of bodies with a report at several addresses, the date that each address states."""
        found: dict[OrganYear, dict[str, date]] = {}
        duplicate, held = tables.Duplicate, tables.Report
        doubled = select(duplicate.organ).where(duplicate.province == province)
        for table in (duplicate, held):
            wanted = select(table.organ, table.year, table.url, table.published).where(
                table.organ.in_(doubled),
                table.published.is_not(None),
                table.published_from.not_in(INFERRED),
            )
            for organ, year, url, published in self._execute(wanted):
                found.setdefault((organ, year), {})[url] = published
        return found

    def uncompared(self, province: str, by: str = "") -> set[OrganYear]:
        """Bodies and years whose report, or what is known of it, has changed since it was last compared, and
        those that were compared by anything else than `by`.
        """
        table = tables.Report
        otherwise = or_(table.compared_by.is_(None), table.compared_by != by)
        wanted = select(table.organ, table.year).where(table.province == province, otherwise)
        return {(organ, year) for organ, year in self._execute(wanted)}

    def signatures(self, province: str, year: int) -> Mapping[str, bytes]:
        """The signatures of a province's reports of one year, by body; what is too short has none."""
        table = tables.Report
        wanted = select(table.organ, table.signature).where(
            table.province == province, table.year == year, table.signature.is_not(None)
        )
        return dict(sorted((organ, signed) for organ, signed in self._execute(wanted)))

    def findings(
        self,
        province: str | None = None,
        portal: str | None = None,
        year: int | None = None,
        rule: str | None = None,
        severity: str | None = None,
        organ: str | None = None,
        status: str | None = None,
        fingerprint: str | None = None,
        include_fixed: bool = False,
        limit: int | None = None,
        after: str | None = None,
    ) -> list[FindingRecord]:
        """Findings, worst first, then by body, year, rule and place; `fingerprint` is the beginning of one.

        Without `status`, those that are fixed or withdrawn stay out unless `include_fixed`. With `limit` at
        most so many, the first ones of those that come `after` the finding with that whole fingerprint: page
        by page, in the order of text that the database keeps. Raises ValueError for a status or a finding
        that does not exist.
        """
        table = tables.Finding
        wanted = None if status is None else FindingStatus(status)
        conditions: list[ColumnElement[bool]] = []
        if wanted is None and not include_fixed:
            conditions.append(table.status.not_in(RESOLVED))
        if fingerprint is not None:
            conditions.append(table.fingerprint.startswith(fingerprint, autoescape=True))
        equal = {
            "province": province,
            "portal": portal,
            "year": year,
            "rule": rule,
            "severity": severity,
            "organ": organ,
            "status": wanted,
        }
        if limit is not None:
            asked = _where(select(*columns_of(FindingRecord, table)).where(*conditions), table, **equal)
            with Session(self._engine) as session:
                return list(_worst_first(session, asked, limit, after))
        rows = self._all(FindingRecord, table, *conditions, **equal)
        return sorted(
            rows, key=lambda f: (grade(f.severity), f.organ, f.year, f.rule, f.where, f.fingerprint)
        )

    def obligations(
        self,
        province: str | None = None,
        year: int | None = None,
        status: str | None = None,
        organ: str | None = None,
        limit: int | None = None,
        after: OrganYear | None = None,
    ) -> list[ObligationRecord]:
        """Duties as last assessed, by body and year; `limit` and `after` as of `reports`. Raises ValueError
        for a status that does not exist.
        """
        wanted = None if status is None else ObligationStatus(status)
        equal = {"province": province, "year": year, "status": wanted, "organ": organ}
        return self._by_organ_and_year(ObligationRecord, tables.Obligation, limit, after, **equal)

    def duty_counts(
        self, province: str | None = None, year: int | None = None
    ) -> Counter[tuple[str, int, ObligationStatus]]:
        """How many duties stand how, by province, year and status."""
        table = tables.DutyCount
        counted = select(table.province, table.year, table.status, table.number)
        rows = self._execute(_where(counted, table, province=province, year=year))
        return Counter({(place, of, ObligationStatus(status)): number for place, of, status, number in rows})

    def coverage(self, province: str | None = None, year: int | None = None) -> Coverage:
        """How many duties are known to be kept, kept late or not kept, of all that are due."""
        counts: Counter[ObligationStatus] = Counter()
        for (_, _, status), number in self.duty_counts(province, year).items():
            counts[status] += number
        return Coverage(
            assessed=sum(number for status, number in counts.items() if status in ASSESSED),
            total=sum(number for status, number in counts.items() if status not in NOT_OWED),
        )

    def open_counts(
        self,
        province: str | None = None,
        portal: str | None = None,
        year: int | None = None,
        fault: str | None = None,
        verdict: str | None = None,
    ) -> dict[str, int]:
        """How many findings stand, by severity, worst first; neither resolved nor waived ones count.

        Those that have one likely cause count as one, as grave as the worst of them.
        """
        if portal is None:
            kept = tables.FindingCount
            told = select(kept.severity, func.sum(kept.number)).group_by(kept.severity)
            told = told.where(kept.fault == (fault or ANY), kept.verdict == (verdict or ANY))
            counts = {
                severity: int(number)
                for severity, number in self._execute(_where(told, kept, province=province, year=year))
            }
        else:
            table = tables.Finding
            wanted = select(table.fingerprint, table.group, table.severity).where(
                table.status.not_in(UNCOUNTED)
            )
            equal = {"province": province, "portal": portal, "year": year, "fault": fault, "verdict": verdict}
            counts = Counter(
                folded(tuple(row) for row in self._execute(_where(wanted, table, **equal))).values()
            )
        return dict(sorted(counts.items(), key=lambda count: (grade(count[0]), count[0])))

    def runs(self, limit: int = 20) -> list[RunRecord]:
        """The latest runs, newest first."""
        with Session(self._engine) as session:
            rows = session.scalars(select(tables.Run).order_by(tables.Run.id.desc()).limit(limit))
            return [to_record(RunRecord, row) for row in rows]

    def last_crash(self, province: str) -> datetime | None:
        """When the latest crawl began that was never ended; it may be under way."""
        table = tables.Run
        with Session(self._engine) as session:
            never_ended = select(func.max(table.started)).where(
                table.province == province, table.ended.is_(None), table.kind != RECHECK
            )
            return session.scalar(never_ended)

    def visits(self, portal: str | None = None, province: str | None = None) -> list[VisitRecord]:
        """Visits, oldest first."""
        table = tables.Visit
        conditions: list[ColumnElement[bool]] = []
        if province is not None:
            conditions.append(table.run.in_(select(tables.Run.id).where(tables.Run.province == province)))
        rows = self._all(VisitRecord, table, *conditions, portal=portal)
        return sorted(rows, key=lambda visit: (visit.started, visit.run, visit.portal))

    def last_visits(
        self, portal: str | None = None, province: str | None = None, clean: bool | None = None
    ) -> list[VisitRecord]:
        """The latest visit of every registered portal that had one, by portal; with `clean` those alone that
        were, or were not.
        """
        table, registered = tables.Visit, tables.Portal
        newest = (
            select(table.run)
            .where(table.portal == registered.id)
            .order_by(table.started.desc(), table.run.desc())
            .limit(1)
            .correlate(registered)
            .scalar_subquery()
        )
        # two questions: asked to join them, SQLite looks for the newest once for every visit there is
        last = dict(
            self._execute(_where(select(registered.id, newest), registered, id=portal, province=province))
        )
        found = []
        for runs in chunks({run for run in last.values() if run is not None}):
            statement = select(*columns_of(VisitRecord, table)).where(table.run.in_(runs))
            statement = _where(statement, table, portal=portal, clean=clean)
            found += [VisitRecord(*row) for row in self._execute(statement)]
        return sorted(
            (visit for visit in found if last.get(visit.portal) == visit.run), key=lambda visit: visit.portal
        )

    def lists(self, portal: str) -> dict[str, ListRecord]:
        """What is remembered of a portal's lists, by address."""
        return {told.url: told for told in self._all(ListRecord, tables.List, portal=portal)}

    def changes(self, after: int, until: int | None = None) -> list[ChangeRecord]:
        """Steps with `after` < id <= `until`, in the order in which they happened."""
        table = tables.Change
        statement = select(*columns_of(ChangeRecord, table)).where(table.id > after).order_by(table.id)
        if until is not None:
            statement = statement.where(table.id <= until)
        return [_change(*row) for row in self._execute(statement)]

    def history(self, fingerprints: Collection[str]) -> dict[str, list[ChangeRecord]]:
        """Every step of these findings, newest first."""
        found: dict[str, list[ChangeRecord]] = {fingerprint: [] for fingerprint in fingerprints}
        table, columns = tables.Change, columns_of(ChangeRecord, tables.Change)
        with Session(self._engine) as session:
            for chunk in chunks(found):
                newest_first = select(*columns).where(table.fingerprint.in_(chunk)).order_by(table.id.desc())
                for row in session.execute(newest_first):
                    change = _change(*row)
                    found[change.finding.fingerprint].append(change)
        return found

    def ends(self, findings: Iterable[FindingRecord]) -> dict[str, ChangeRecord]:
        """By fingerprint, the step with which each of these findings ended that do not stand any more."""
        gone = [finding.fingerprint for finding in findings if finding.status in RESOLVED]
        table, columns = tables.Change, columns_of(ChangeRecord, tables.Change)
        last: dict[str, ChangeRecord] = {}
        with Session(self._engine) as session:
            for chunk in chunks(gone):
                newest = (
                    select(func.max(table.id))
                    .where(table.fingerprint.in_(chunk), table.kind.in_(_ENDS))
                    .group_by(table.fingerprint)
                )
                for row in session.execute(select(*columns).where(table.id.in_(newest))):
                    change = _change(*row)
                    last[change.finding.fingerprint] = change
        return last

    def waivers(self) -> list[WaiverUse]:
        """Every decision and what has come of it, oldest first."""
        waiver, finding, change = tables.Waiver, tables.Finding, tables.Change
        covered = (
            select(finding.waiver, func.count())
            .where(finding.waiver.is_not(None), finding.status == FindingStatus.WAIVED)
            .group_by(finding.waiver)
        )
        steps = select(change.waiver, func.max(change.at)).where(change.waiver.is_not(None))
        lapsed = (
            select(change.waiver, func.count(change.fingerprint.distinct()))
            .where(change.waiver.is_not(None), change.kind == ChangeKind.LAPSED, change.cause == Cause.VALUES)
            .group_by(change.waiver)
        )
        with Session(self._engine) as session:
            covers = _mapped(session, covered)
            outdated = _mapped(session, lapsed)
            last = _mapped(session, steps.group_by(change.waiver))
            return [
                WaiverUse(
                    to_record(WaiverRecord, row),
                    covers.get(row.id, 0),
                    outdated.get(row.id, 0),
                    last.get(row.id),
                )
                for row in session.scalars(select(waiver).order_by(waiver.id))
            ]

    def would_be_covered(self, waiver: WaiverRecord) -> list[FindingRecord]:
        """The findings that stand and that a decision would cover, were it recorded; by fingerprint."""
        with Session(self._engine) as session:
            return [to_record(FindingRecord, row) for row in findings_covered(session, waiver)]

    def steps(self, run: int) -> Counter[ChangeKind]:
        """How many steps of each kind a run made."""
        table = tables.Change
        counted = select(table.kind, func.count()).where(table.run == run).group_by(table.kind)
        return Counter(dict(self._execute(counted)))

    def newest_change(self) -> int:
        """Id of the latest step, 0 where there is none."""
        [(newest,)] = self._execute(select(func.max(tables.Change.id)))
        return newest or 0

    def _execute(self, statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(statement).all()]

    def _all(
        self, kind: type[R], table: type[tables.Base], *conditions: ColumnElement[bool], **equal: object
    ) -> Iterable[R]:
        statement = _where(select(*columns_of(kind, table)).where(*conditions), table, **equal)
        return [kind(*row) for row in self._execute(statement)]

    def _by_organ_and_year(
        self,
        kind: type[R],
        table: type[tables.Report | tables.Obligation],
        limit: int | None,
        after: OrganYear | None,
        **equal: object,
    ) -> list[R]:
        statement = _where(select(*columns_of(kind, table)), table, **equal)
        place = (table.__table__.c.organ, table.__table__.c.year)
        if after is not None:
            statement = statement.where(tuple_(*place) > tuple_(*map(literal, after)))
        if limit is not None:
            statement = statement.order_by(*place).limit(limit)
        rows = [kind(*row) for row in self._execute(statement)]
        return rows if limit is not None else sorted(rows, key=attrgetter("organ", "year"))


def _worst_first(
    session: Session, asked: Select[Any], limit: int, after: str | None
) -> Iterator[FindingRecord]:
    """The first findings of `asked`: one severity after the other, each in the order of an index."""
    table = tables.Finding
    order = (table.organ, table.year, table.rule, table.where, table.fingerprint)
    begun = 0
    last: list[Any] | None = None
    if after is not None:
        known = session.execute(select(table.severity, *order).where(table.fingerprint == after)).first()
        if known is None:
            raise ValueError(f"there is no finding {after}")
        severity, *last = known
        begun = grade(severity)
    for place in range(begun, len(SEVERITIES) + 1):
        wanted = asked.where(_of_grade(place)).order_by(*order).limit(limit)
        if last is not None and place == begun:
            wanted = wanted.where(tuple_(*order) > tuple_(*map(literal, last)))
        for row in session.execute(wanted):
            limit -= 1
            yield FindingRecord(*row)
        if limit <= 0:
            return


def _mapped(session: Session, statement: Select[Any, Any]) -> dict[Any, Any]:
    """The first column of an answer to its second."""
    return {row[0]: row[1] for row in session.execute(statement)}


def _change(
    number: int,
    run: int,
    at: datetime,
    kind: ChangeKind,
    finding: Mapping[str, Any],
    cause: Cause | None,
    waiver: int | None,
    repair: Mapping[str, Any] | None,
) -> ChangeRecord:
    """The step of a row, whose columns stand in the order of the record's fields."""
    return ChangeRecord(number, run, at, kind, from_snapshot(finding), cause, waiver, repair_of(repair))


def _where(statement: S, table: type[tables.Base], **equal: object) -> S:
    """`statement` with a condition for every column whose value is given."""
    given = {name: value for name, value in equal.items() if value is not None}
    return statement.where(*(table.__table__.c[name] == value for name, value in given.items()))


def _of_grade(place: int) -> ColumnElement[bool]:
    """The condition of findings that are as grave as this; the place after the last is that of any other
    severity, found by what lies between the known ones so that an index finds it.
    """
    severity = tables.Finding.severity
    if place < len(SEVERITIES):
        return severity == SEVERITIES[place]
    names = sorted(SEVERITIES)
    between = [and_(severity > low, severity < high) for low, high in pairwise(names)]
    return or_(severity < names[0], *between, severity > names[-1])
