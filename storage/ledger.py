"""The write side: what was seen, and what became of it. Used from one writer thread, batch by batch.

**Which report is held.** One body may show its report of one year at several addresses. The one that is held
is the one with the earliest stated publication date; a date that is missing, or that was only inferred from
the address or the signature, loses against any stated one; a tie goes to the smaller URL. What an address
shows now replaces what it showed before. So the outcome depends on what the pages say, not on the order in
which they arrive. The others are kept beside it whole, and step in when the held one gets worse.

**What unseats a report.** Nothing but another report: a page that turns into something else, or can no
longer be read, leaves its report and the findings as they are, for the archive proves them. If, however, the
very same bytes are now read as the report of another body or year, the former reading was a mistake, and is
withdrawn with its findings.

**When findings move.** Only when their report is read again, see storage.lifecycle. The findings of the held
report are the ones that count. Absences are moved by `assess` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from storage import lifecycle, tables
from storage.engine import writing
from storage.records import (
    ChangeKind,
    DocumentRecord,
    FindingRecord,
    FindingStatus,
    ObligationRecord,
    OrganRecord,
    PageRecord,
    PortalRecord,
    ReportRecord,
    RunRecord,
    VisitRecord,
)
from storage.rows import fill, to_record
from storage.snapshots import from_snapshot, to_snapshot
from storage.storable import MAX_NAME_BYTES, MAX_URL_BYTES, check_key, storable

ABSENCE_RULES = frozenset({"filing-missing", "filing-unreachable"})
"""Rules whose evidence is that nothing was found; no reading of a report states or resolves them."""

_INFERRED = frozenset({"url", "signature"})
"""Sources of a publication date that the publisher does not state."""

_CHUNK = 500
"""Values in one IN list; SQLite bounds the parameters of a statement."""

R = TypeVar("R", bound=tables.Base)
OrganYear = tuple[str, int]


class RosterConflict(Exception):
    """One name for two bodies: reports are known by organ and year. Carries one line."""


class UnknownRun(LookupError):
    """No such run was begun; carries one line."""


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page that was fetched and inspected.

    `report` is None where the page is no report or could not be read; it then has no findings.
    `documents` are the bytes that it and its parts came as, as far as they may be new.
    """

    page: PageRecord
    documents: tuple[DocumentRecord, ...] = ()
    report: ReportRecord | None = None
    findings: tuple[FindingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenAgain:
    """A page that is known and has not changed; it was not inspected again."""

    url: str
    seen: datetime


Entry = PageSeen | SeenAgain


class Ledger:
    """Writes. Every call is one transaction: it is recorded whole, or not at all and raises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(self, portals: Iterable[PortalRecord], organs: Iterable[OrganRecord]) -> None:
        """Bring the roster up to date: what is new is added, what is known is corrected.

        Given is the whole roster of one or more provinces: a body that is no longer in it is struck off. A
        portal stays, for pages and visits tell of it.
        Raises RosterConflict where a portal or a name already belongs to another province, or a name is
        given twice.
        """
        with writing(self._engine) as session:
            provinces: set[str] = set()
            for portal in map(storable, portals):
                provinces.add(portal.province)
                row = _row(session, tables.Portal, portal.id)
                _one_province(portal.id, row.province, portal.province)
                fill(row, portal)
            session.flush()  # bodies refer to portals
            given: set[str] = set()
            for organ in map(storable, organs):
                check_key(organ.name, "the name of a body", MAX_NAME_BYTES)
                if organ.name in given:
                    raise RosterConflict(f"{organ.name} stands twice in the roster of {organ.province}")
                given.add(organ.name)
                body = _row(session, tables.Organ, organ.name)
                _one_province(organ.name, body.province, organ.province)
                fill(body, organ)
            for body in _in(session, tables.Organ, "province", provinces):
                if body.name not in given:
                    session.delete(body)

    def begin_run(self, run: RunRecord) -> int:
        """Record the start of a run; returns its id. `run.id` must be None."""
        if run.id is not None:
            raise ValueError("a run gets its id when it begins")
        with writing(self._engine) as session:
            row = tables.Run()
            fill(row, storable(replace(run, detail=dict(run.detail))), but={"id"})
            session.add(row)
            session.flush()
            return row.id

    def end_run(self, run: int, ended: datetime, verdict: str, detail: dict[str, Any]) -> None:
        """Record the end of a run; `detail` replaces what it began with. Raises UnknownRun."""
        with writing(self._engine) as session:
            row = _run(session, run)
            begun = to_record(RunRecord, row)
            fill(row, storable(replace(begun, ended=ended, verdict=verdict, detail=detail)))

    def record_visit(self, visit: VisitRecord) -> None:
        """Record one portal's visit; a second record of one visit replaces the first. Raises UnknownRun."""
        with writing(self._engine) as session:
            _run(session, visit.run)
            fill(_row(session, tables.Visit, (visit.run, visit.portal)), storable(visit))

    def record(self, run: int, entries: Sequence[Entry]) -> None:
        """Record a batch of pages in their order.

        Of several findings with one fingerprint in one entry the first counts.
        Raises UnknownRun, UnstorableKey, and ValueError for an entry that contradicts itself.
        """
        fit = [_checked(entry) for entry in entries]
        with writing(self._engine) as session:
            _run(session, run)
            batch = _Batch(session, run)
            batch.load(fit)
            for entry in fit:
                if isinstance(entry, SeenAgain):
                    batch.seen_again(entry)
                else:
                    batch.page_seen(entry)
            batch.close()

    def assess(
        self,
        run: int,
        obligations: Sequence[ObligationRecord],
        findings: Sequence[FindingRecord],
        *,
        whole_province: str | None = None,
    ) -> None:
        """Replace what is known of the duties given, and the absences that were stated for them.

        An absence of one of these bodies and years that `findings` no longer states is fixed. With
        `whole_province`, `obligations` are all that its bodies owe: what stands on record beyond them, as of
        a body that was struck off the roster, is withdrawn likewise.

        Steps are dated by the last visit of the run, without one by its start. Raises UnknownRun, and
        ValueError for a finding that is no absence or belongs to none of the obligations.
        """
        duties = {(duty.organ, duty.year): duty for duty in map(storable, obligations)}
        said: dict[OrganYear, list[FindingRecord]] = {key: [] for key in duties}
        for finding in map(storable, findings):
            key = (finding.organ, finding.year)
            if finding.rule not in ABSENCE_RULES or key not in duties:
                raise ValueError(f"{finding.rule} of {finding.organ} {finding.year} is not assessed here")
            said[key].append(finding)
        with writing(self._engine) as session:
            at = _moment(session, run)
            stale = set() if whole_province is None else _duties(session, whole_province) - set(duties)
            for organ, year in stale:
                session.execute(
                    delete(tables.Obligation).where(
                        tables.Obligation.organ == organ, tables.Obligation.year == year
                    )
                )
            known = {(row.organ, row.year): row for row in _of_organs(session, tables.Obligation, duties)}
            for key, duty in duties.items():
                fill(known.get(key) or _added(session, tables.Obligation()), duty)
            batch = _Batch(session, run)
            batch.load_findings({*duties, *stale})
            for key in (*duties, *sorted(stale)):
                batch.compare(key, said.get(key, ()), at, absences=True)
            batch.close()

    def record_sent(self, reader: str, change: int, subject: str, at: datetime) -> None:
        """Record that `reader` was told everything up to and including `change`."""
        with writing(self._engine) as session:
            session.add(tables.Digest(reader=reader, sent_at=at, last_change=change, subject=subject))


class _Batch:
    """The rows that one transaction touches, read once and by the chunk; the steps that it takes."""

    def __init__(self, session: Session, run: int) -> None:
        self._session = session
        self._run = run
        self._pages: dict[str, tables.Page] = {}
        self._documents: dict[str, tables.Document] = {}
        self._reports: dict[OrganYear, tables.Report] = {}
        self._duplicates: dict[OrganYear, dict[str, tables.Duplicate]] = {}
        self._findings: dict[OrganYear, dict[str, tables.Finding]] = {}
        self._changes: list[dict[str, Any]] = []

    def load(self, entries: Sequence[Entry]) -> None:
        """Read whatever `entries` may touch."""
        urls = {entry.url if isinstance(entry, SeenAgain) else entry.page.url for entry in entries}
        seen = [entry for entry in entries if isinstance(entry, PageSeen)]
        hashes = {document.sha256 for entry in seen for document in entry.documents}
        keys = {(entry.report.organ, entry.report.year) for entry in seen if entry.report}
        at_urls = [*_in(self._session, tables.Report, "url", urls)]
        keys |= {(row.organ, row.year) for row in at_urls}
        keys |= {(row.organ, row.year) for row in _in(self._session, tables.Duplicate, "url", urls)}

        self._pages = {row.url: row for row in _in(self._session, tables.Page, "url", urls)}
        self._documents = {row.sha256: row for row in _in(self._session, tables.Document, "sha256", hashes)}
        self._reports = {(row.organ, row.year): row for row in _of_organs(self._session, tables.Report, keys)}
        for row in _of_organs(self._session, tables.Duplicate, keys):
            self._duplicates.setdefault((row.organ, row.year), {})[row.url] = row
        self.load_findings(keys)

    def load_findings(self, keys: Collection[OrganYear]) -> None:
        """Read the findings of these bodies and years."""
        for row in _of_organs(self._session, tables.Finding, keys):
            self._findings.setdefault((row.organ, row.year), {})[row.fingerprint] = row

    def close(self) -> None:
        """Write everything; steps last and in their order, for their ids are the order of the digest."""
        self._session.flush()
        if self._changes:
            self._session.execute(insert(tables.Change), self._changes)

    def page_seen(self, entry: PageSeen) -> None:
        """Record one page, and its report if it holds one."""
        for document in entry.documents:
            self._document(document)
        self._page(entry.page)
        if entry.report is None:
            return
        self._withdraw_misreadings(entry.report)
        self._report(entry.report, entry.findings, entry.page.seen)

    def seen_again(self, entry: SeenAgain) -> None:
        """Touch what this page holds; an address that is not on record holds nothing."""
        page = self._pages.get(entry.url)
        if page is None:
            return
        page.seen = max(page.seen, entry.seen)
        for key, report in self._reports.items():
            if report.url != entry.url or report.sha256 != page.sha256:
                continue
            report.seen = max(report.seen, entry.seen)
            for row in self._standing(key, absences=False):
                known = to_record(FindingRecord, row)
                step = lifecycle.unvisited(known, entry.seen, earlier=row.run < self._run)
                self._take(row, step, entry.seen)
        for others in self._duplicates.values():
            if entry.url in others and others[entry.url].sha256 == page.sha256:
                others[entry.url].seen = max(others[entry.url].seen, entry.seen)

    def compare(self, key: OrganYear, said: Iterable[FindingRecord], at: datetime, *, absences: bool) -> None:
        """Hold what is said of one body and year now against what stands on record; take the steps.

        `absences` tells which of its findings are looked at: the absences, or all others.
        """
        rows = self._findings.setdefault(key, {})
        statements = _by_fingerprint(said)
        for fingerprint, statement in statements.items():
            row = rows.get(fingerprint)
            if row is None:
                row = rows[fingerprint] = _added(self._session, tables.Finding(run=self._run))
                self._take(row, lifecycle.stated(None, statement, at, earlier=False), at)
                continue
            known = to_record(FindingRecord, row)
            self._take(row, lifecycle.stated(known, statement, at, earlier=row.run < self._run), at)
        for row in self._standing(key, absences=absences):
            if row.fingerprint not in statements:
                self._take(row, lifecycle.unstated(to_record(FindingRecord, row)), at)

    def _take(self, row: tables.Finding, step: lifecycle.Step, at: datetime) -> None:
        fill(row, step.finding)
        if step.kind is not None:
            row.run = self._run
            self._changes.append(
                {
                    "run": self._run,
                    "at": at,
                    "kind": ChangeKind(step.kind),
                    "fingerprint": row.fingerprint,
                    "finding": to_snapshot(step.finding),
                }
            )

    def _standing(self, key: OrganYear, *, absences: bool) -> list[tables.Finding]:
        return [
            row
            for row in self._findings.get(key, {}).values()
            if row.status is not FindingStatus.FIXED and (row.rule in ABSENCE_RULES) is absences
        ]

    def _document(self, document: DocumentRecord) -> None:
        if document.sha256 not in self._documents:
            row = self._documents[document.sha256] = _added(self._session, tables.Document())
            fill(row, document)

    def _page(self, page: PageRecord) -> None:
        row = self._pages.get(page.url)
        if row is None:
            row = self._pages[page.url] = _added(self._session, tables.Page(seen=page.seen))
        fill(row, replace(page, seen=max(row.seen, page.seen)))

    def _withdraw_misreadings(self, report: ReportRecord) -> None:
        """The same bytes, read as the report of another body or year before: that reading was wrong."""
        now = (report.organ, report.year)
        for key, others in self._duplicates.items():
            other = others.get(report.url)
            if key != now and other is not None and other.sha256 == report.sha256:
                _drop(self._session, others.pop(report.url))
        for key, held in list(self._reports.items()):
            if key == now or held.url != report.url or held.sha256 != report.sha256:
                continue
            others = self._duplicates.get(key, {})
            if others:
                self._hold_best(key, report.seen)
            else:
                _drop(self._session, self._reports.pop(key))
                self.compare(key, (), report.seen, absences=False)

    def _report(self, report: ReportRecord, findings: tuple[FindingRecord, ...], at: datetime) -> None:
        key = (report.organ, report.year)
        held = self._reports.get(key)
        others = self._duplicates.setdefault(key, {})
        if held is None:
            self._hold(key, report, findings, at)
            return
        if held.url != report.url:
            if _rank(report) >= _rank(held):
                self._put_beside(key, report, findings)
                return
            self._put_beside(key, to_record(ReportRecord, held), self._statements(key))
            if report.url in others:
                _drop(self._session, others.pop(report.url))
            self._hold(key, report, findings, at)
            return
        better = min(others.values(), key=_rank, default=None)
        if better is None or _rank(report) < _rank(better):
            self._hold(key, report, findings, at)
        else:
            self._put_beside(key, report, findings)
            self._hold_best(key, at)

    def _hold_best(self, key: OrganYear, at: datetime) -> None:
        """Let the best of the duplicates step in."""
        others = self._duplicates[key]
        best = min(others.values(), key=_rank)
        record = to_record(ReportRecord, best)
        findings = tuple(from_snapshot(snapshot) for snapshot in best.findings)
        _drop(self._session, others.pop(best.url))
        self._hold(key, record, findings, at)

    def _hold(
        self, key: OrganYear, report: ReportRecord, findings: tuple[FindingRecord, ...], at: datetime
    ) -> None:
        row = self._reports.get(key)
        if row is None:
            row = self._reports[key] = _added(self._session, tables.Report(first_seen=report.seen))
        first = min(row.first_seen, report.first_seen or report.seen)
        fill(row, replace(report, first_seen=first))
        self.compare(key, findings, at, absences=False)

    def _put_beside(self, key: OrganYear, report: ReportRecord, findings: tuple[FindingRecord, ...]) -> None:
        others = self._duplicates[key]
        row = others.get(report.url)
        if row is None:
            row = others[report.url] = _added(self._session, tables.Duplicate(first_seen=report.seen))
        first = min(row.first_seen, report.first_seen or report.seen)
        fill(row, replace(report, first_seen=first))
        row.findings = [to_snapshot(finding) for finding in findings]

    def _statements(self, key: OrganYear) -> tuple[FindingRecord, ...]:
        return tuple(to_record(FindingRecord, row) for row in self._standing(key, absences=False))


def _rank(report: ReportRecord | tables.Reading) -> tuple[bool, date, str]:
    """Smallest is best: the earliest stated date, then the smaller URL."""
    stated = None if report.published_from in _INFERRED else report.published
    return (stated is None, stated or date.min, report.url)


def _checked(entry: Entry) -> Entry:
    """`entry`, storable. Raises UnstorableKey, ValueError."""
    if isinstance(entry, SeenAgain):
        return storable(entry)
    page = storable(entry.page)
    check_key(page.url, "an address", MAX_URL_BYTES)
    documents = tuple(map(storable, entry.documents))
    if entry.report is None:
        if entry.findings:
            raise ValueError(f"findings without a report: {page.url}")
        return PageSeen(page, documents)
    report = storable(entry.report)
    check_key(report.organ, "the name of a body", MAX_NAME_BYTES)
    if report.url != page.url:
        raise ValueError(f"the report of {report.url} was said to stand at {page.url}")
    findings = tuple(storable(finding) for finding in entry.findings)
    for finding in findings:
        if (finding.organ, finding.year) != (report.organ, report.year):
            theirs, its = f"{finding.organ} {finding.year}", f"{report.organ} {report.year}"
            raise ValueError(f"{finding.rule} of {theirs} is no finding of the report of {its}")
        if finding.rule in ABSENCE_RULES:
            raise ValueError(f"{finding.rule} is not stated by a report: {page.url}")
    return PageSeen(page, documents, report, findings)


def _by_fingerprint(findings: Iterable[FindingRecord]) -> dict[str, FindingRecord]:
    first: dict[str, FindingRecord] = {}
    for finding in findings:
        first.setdefault(finding.fingerprint, finding)
    return first


def _one_province(name: str, known: str | None, given: str) -> None:
    if known not in (None, given):
        raise RosterConflict(f"{name} stands in the roster of {known} and of {given}")


def _run(session: Session, run: int) -> tables.Run:
    row = session.get(tables.Run, run)
    if row is None:
        raise UnknownRun(f"there is no run {run}")
    return row


def _moment(session: Session, run: int) -> datetime:
    started = _run(session, run).started
    last = session.scalar(select(func.max(tables.Visit.ended)).where(tables.Visit.run == run))
    return started if last is None else max(started, last)


def _duties(session: Session, province: str) -> set[OrganYear]:
    """Bodies and years of a province that an obligation or a standing absence is on record for."""
    duty, finding = tables.Obligation, tables.Finding
    owed = session.execute(select(duty.organ, duty.year).where(duty.province == province))
    absent = session.execute(
        select(finding.organ, finding.year).where(
            finding.province == province,
            finding.rule.in_(ABSENCE_RULES),
            finding.status != FindingStatus.FIXED,
        )
    )
    return {(organ, year) for rows in (owed, absent) for organ, year in rows}


def _added(session: Session, row: R) -> R:
    session.add(row)
    return row


def _drop(session: Session, row: tables.Base) -> None:
    """Take `row` out, whether it was written before this transaction or is only about to be."""
    if row in session.new:
        session.expunge(row)
    else:
        session.delete(row)


def _row(session: Session, table: type[R], key: object) -> R:
    """The row under `key`, or a new one."""
    return session.get(table, key) or _added(session, table())


def _in(session: Session, table: type[R], column: str, values: Iterable[Any]) -> Iterable[R]:
    wanted = sorted(values)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        yield from session.scalars(select(table).where(getattr(table, column).in_(chunk)))


def _of_organs(session: Session, table: type[R], keys: Iterable[OrganYear]) -> Iterable[R]:
    """Rows of exactly these bodies and years."""
    wanted = set(keys)
    for row in _in(session, table, "organ", {organ for organ, _ in wanted}):
        # pairs in an IN list are beyond older SQLite; a body has few years
        if (row.organ, row.year) in wanted:  # type: ignore[attr-defined]
            yield row
