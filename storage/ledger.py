"""The write side: what was seen, and what became of it. Used from one writer thread, batch by batch.

**Which report is held.** One body may show its report of one year at several addresses. The one that is held
is the one with the earliest stated publication date; a date that is missing, or that was only inferred from
the address or the signature, loses against any stated one; a tie goes to the smaller URL. An address that
clean visits found gone (records.GONE_DAYS), or that shows the report of another body or year now, loses
against every other one. What an address shows now replaces what it showed before. So the outcome depends on
what the pages say, not on the order in which they arrive. The others are kept beside it whole, and step in
when the held one gets worse.

**What unseats a report.** Nothing but another report: a page that turns into something else, or can no
longer be read, leaves its report and the findings as they are, for the archive proves them. If, however, the
very same bytes are now read as the report of another body or year, the former reading was a mistake, and is
withdrawn with its findings.

**Two crawls at once.** Of two sightings of one page the later one counts, whoever writes last
(storage.sightings). The earlier one stays evidence: its bytes, how they came, and since when they have been
there. Only a report that the later one does not show at all is held as if it had been written in time.

**When findings move.** Only when what they were stated from is looked at again (see storage.lifecycle and
records.Origin): readings by `record`, duties by `assess`, comparisons by `record_comparisons`. The findings
of the held report are the ones that count.

**What is remembered.** What an address showed is kept until it shows something else, and then beside it, as
an earlier version. How one batch is written stands in storage.batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from storage import lifecycle, tables
from storage.batch import Batch, added
from storage.engine import writing
from storage.records import (
    RECHECK,
    RESOLVED,
    Cause,
    Compared,
    Entry,
    FindingRecord,
    FindingStatus,
    ListRecord,
    ObligationRecord,
    ObligationStatus,
    OrganRecord,
    Origin,
    PageRecord,
    PortalRecord,
    RunRecord,
    SeenAgain,
    VisitRecord,
    WaiverRecord,
)
from storage.repairs import of_duty
from storage.rollups import recount_duties
from storage.rows import OrganYear, chunks, fill, rows_of, rows_with, to_record
from storage.steps import Steps, expired
from storage.storable import MAX_NAME_BYTES, MAX_URL_BYTES, check_key, storable

_SETTLED = frozenset({ObligationStatus.MISSING, ObligationStatus.NOT_DUE, ObligationStatus.EXCLUDED})
"""What a duty without a report is for certain."""

_ABSENT = frozenset({ObligationStatus.MISSING, ObligationStatus.UNREACHABLE})

R = TypeVar("R", bound=tables.Base)


class RosterConflict(Exception):
    """One name for two bodies: reports are known by organ and year. Carries one line."""


class UnknownRun(LookupError):
    """No such run was begun; carries one line."""


class UnknownWaiver(LookupError):
    """No such decision was recorded; carries one line."""


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
            for body in rows_with(session, tables.Organ, "province", provinces):
                if body.name not in given:
                    session.delete(body)

    def begin_run(self, run: RunRecord) -> int:
        """Record the start of a run; returns its id. `run.id` must be None.

        Decisions that have expired by then end, and what they covered stands open.
        """
        if run.id is not None:
            raise ValueError("a run gets its id when it begins")
        with writing(self._engine) as session:
            row = tables.Run()
            fill(row, storable(replace(run, detail=dict(run.detail))), but={"id"})
            session.add(row)
            session.flush()
            steps = Steps(session, row.id)
            steps.uncover(expired(session, row.started), Cause.EXPIRED, row.started)
            steps.close()
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

    def grown_old(self, run: int, portal: str) -> None:
        """A clean visit found nothing new to read on a portal: what was new before this run is open now."""
        table = tables.Finding
        with writing(self._engine) as session:
            _run(session, run)
            session.execute(
                update(table)
                .where(table.portal == portal, table.run < run, table.status.in_(lifecycle.FRESH))
                .values(status=FindingStatus.OPEN)
            )

    def record_lists(self, lists: Iterable[ListRecord], *, all_of: str | None = None) -> None:
        """Remember lists as they were seen; `all_of` names a portal of which these are all that there are."""
        with writing(self._engine) as session:
            kept = set()
            for told in map(storable, lists):
                check_key(told.url, "an address", MAX_URL_BYTES)
                fill(_row(session, tables.List, (told.portal, told.url)), told)
                kept.add(told.url)
            if all_of is not None:
                for row in session.scalars(select(tables.List).where(tables.List.portal == all_of)):
                    if row.url not in kept:
                        session.delete(row)

    def record(self, run: int, entries: Sequence[Entry]) -> frozenset[str]:
        """Record a batch of pages in their order. Returns the addresses of those that were read again in
        vain: they stand otherwise on record by now, and nothing is recorded of them.

        Of several findings with one fingerprint in one entry the first counts.
        Raises UnknownRun, UnstorableKey, and ValueError for an entry that contradicts itself.
        """
        fit = [_checked(entry) for entry in entries]
        with writing(self._engine) as session:
            batch = _batch(session, run)
            batch.load(fit)
            in_vain = set()
            for entry in fit:
                if isinstance(entry, SeenAgain):
                    batch.seen_again(entry)
                elif not batch.page_seen(entry):
                    in_vain.add(entry.page.url)
            batch.close()
            return frozenset(in_vain)

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

        A duty that was found without a report is left as it is where one has come since: whoever recorded it
        assesses it. Steps are dated by the last visit of the run, without one by its start.

        Raises UnknownRun, and ValueError for a finding that was stated from anything else or belongs to none
        of the obligations.
        """
        duties = {(duty.organ, duty.year): duty for duty in map(storable, obligations)}
        said: dict[OrganYear, list[FindingRecord]] = {key: [] for key in duties}
        for finding in map(storable, findings):
            key = (finding.organ, finding.year)
            if finding.stated_by is not Origin.DUTY or key not in duties:
                raise ValueError(f"{finding.rule} of {finding.organ} {finding.year} is not assessed here")
            said[key].append(finding)
        with writing(self._engine) as session:
            at = _moment(session, run)
            stale = set() if whole_province is None else _duties(session, whole_province) - set(duties)
            for key in _come(session, {key for key, duty in duties.items() if duty.status in _ABSENT}):
                del duties[key]
            for organ, year in stale:
                session.execute(
                    delete(tables.Obligation).where(
                        tables.Obligation.organ == organ, tables.Obligation.year == year
                    )
                )
            known = {(row.organ, row.year): row for row in rows_of(session, tables.Obligation, duties)}
            provinces = {row.province for row in known.values()} | {duty.province for duty in duties.values()}
            for key, duty in duties.items():
                fill(known.get(key) or added(session, tables.Obligation()), duty)
            session.flush()
            recount_duties(session, provinces if whole_province is None else provinces | {whole_province})
            steps = Steps(session, run, _run(session, run).started)
            steps.load({*duties, *stale})
            for key in (*duties, *sorted(stale)):
                why = partial(_not_owed, session, duties.get(key))
                repaired = of_duty(duties[key]) if key in duties else None
                steps.compare(key, said.get(key, ()), at, Origin.DUTY, withdrawn=why, repaired=repaired)
            steps.close()

    def record_comparisons(self, run: int, results: Sequence[Compared]) -> None:
        """Replace what the comparisons said of these reports; steps are dated as those of `assess`.

        Raises UnknownRun, and ValueError for a finding that was stated from anything else, or of another
        report.
        """
        fit = [
            replace(storable(result), findings=tuple(map(storable, result.findings))) for result in results
        ]
        for result in fit:
            for finding in result.findings:
                if finding.stated_by is not Origin.COMPARISON or (finding.organ, finding.year) != (
                    result.organ,
                    result.year,
                ):
                    raise ValueError(
                        f"{finding.rule} of {finding.organ} {finding.year} was not compared here"
                    )
        with writing(self._engine) as session:
            at = _moment(session, run)
            batch = _batch(session, run)
            batch.load_reports({(result.organ, result.year) for result in fit})
            withdrawn = Cause.RULES if _run(session, run).kind == RECHECK else None
            for result in fit:
                batch.compared(result, at, withdrawn)
            batch.close()

    def record_gone(self, run: int, gone: Mapping[str, str], day: date) -> None:
        """Record that a clean visit on China's `day` found nothing at these known addresses any more; the
        values are what came instead ("404"). Being seen again takes it back. Raises UnknownRun.
        """
        with writing(self._engine) as session:
            batch = _batch(session, run)
            at = _moment(session, run)
            batch.load_at(set(gone))
            for url, status in gone.items():
                batch.gone(url, status, day, at)
            batch.close()

    def read_anew(self, pages: Collection[PageRecord]) -> None:
        """Let these pages be read anew, whole, when they are next visited; those that stand otherwise on
        record by now have been.
        """
        with writing(self._engine) as session:
            batch = Batch(session, Steps(session, None))
            batch.load_at({page.url for page in pages})
            for page in pages:
                batch.to_read_anew(page)
            batch.close()

    def add_waiver(self, waiver: WaiverRecord) -> int:
        """Record a person's decision; returns its id. What it covers of all that stands is waived at once,
        what is found later when it is found. `waiver.id` must be None.
        """
        if waiver.id is not None:
            raise ValueError("a decision gets its id when it is recorded")
        with writing(self._engine) as session:
            row = added(session, tables.Waiver())
            fill(row, storable(waiver), but={"id"})
            session.flush()
            steps = Steps(session, None)
            steps.cover(to_record(WaiverRecord, row), row.created)
            steps.close()
            return row.id

    def withdraw_waiver(self, number: int, at: datetime) -> None:
        """End a decision: what it covers stands open, unless another one covers it. One that has ended stays
        as it is. Raises UnknownWaiver.
        """
        with writing(self._engine) as session:
            row = session.get(tables.Waiver, number)
            if row is None:
                raise UnknownWaiver(f"there is no waiver {number}")
            if row.withdrawn is not None or row.lapsed is not None:
                return
            row.withdrawn = at
            session.flush()  # it is not to be found among those that hold
            steps = Steps(session, None)
            steps.uncover([number], Cause.REVOKED, at)
            steps.close()


def _checked(entry: Entry) -> Entry:
    """`entry`, storable. Raises UnstorableKey, ValueError."""
    if isinstance(entry, SeenAgain):
        return storable(entry)
    page = storable(entry.page)
    check_key(page.url, "an address", MAX_URL_BYTES)
    documents = tuple(map(storable, entry.documents))
    # the address of a part is no key anywhere else: a report is not lost for one that is too long
    fetches = tuple(
        fetch for fetch in map(storable, entry.fetches) if len(fetch.url.encode()) <= MAX_URL_BYTES
    )
    if entry.report is None:
        if entry.findings:
            raise ValueError(f"findings without a report: {page.url}")
        return replace(entry, page=page, documents=documents, fetches=fetches)
    report = storable(entry.report)
    check_key(report.organ, "the name of a body", MAX_NAME_BYTES)
    if report.url != page.url:
        raise ValueError(f"the report of {report.url} was said to stand at {page.url}")
    findings = tuple(storable(finding) for finding in entry.findings)
    for finding in findings:
        if (finding.organ, finding.year) != (report.organ, report.year):
            theirs, its = f"{finding.organ} {finding.year}", f"{report.organ} {report.year}"
            raise ValueError(f"{finding.rule} of {theirs} is no finding of the report of {its}")
        if finding.stated_by is not Origin.READING:
            raise ValueError(f"{finding.rule} is not stated by a report: {page.url}")
    version = None if entry.version is None else storable(entry.version)
    if version is not None and (version.organ, version.year, version.url) != (
        report.organ,
        report.year,
        report.url,
    ):
        raise ValueError(f"the version of {version.url} is none of the report at {page.url}")
    return replace(
        entry,
        page=page,
        documents=documents,
        fetches=fetches,
        report=report,
        findings=findings,
        version=version,
    )


def _one_province(name: str, known: str | None, given: str) -> None:
    if known not in (None, given):
        raise RosterConflict(f"{name} stands in the roster of {known} and of {given}")


def _run(session: Session, run: int) -> tables.Run:
    row = session.get(tables.Run, run)
    if row is None:
        raise UnknownRun(f"there is no run {run}")
    return row


def _batch(session: Session, run: int) -> Batch:
    return Batch(session, Steps(session, run, _run(session, run).started))


def _not_owed(session: Session, duty: ObligationRecord | None, known: FindingRecord) -> Cause | None:
    """Why an absence that is no longer stated is withdrawn; None where the report has come."""
    if duty is None:
        return Cause.ROSTER
    if duty.status in (ObligationStatus.ON_TIME, ObligationStatus.LATE):
        report = session.get(tables.Report, (duty.organ, duty.year))
        original = None if report is None else session.get(tables.Document, report.sha256)
        # what was here before it was missed had been taken for something else
        there = (
            original is not None and known.first_seen is not None and original.first_seen < known.first_seen
        )
        return Cause.MISREAD if there else None
    return Cause.RULES if duty.status in _SETTLED else Cause.UNPROVED


def _moment(session: Session, run: int) -> datetime:
    started = _run(session, run).started
    last = session.scalar(select(func.max(tables.Visit.ended)).where(tables.Visit.run == run))
    return started if last is None else max(started, last)


def _come(session: Session, absent: Collection[OrganYear]) -> set[OrganYear]:
    """Those of whom a report is on record nevertheless."""
    report = tables.Report
    found = {
        (organ, year)
        for chunk in chunks({organ for organ, _ in absent})
        for organ, year in session.execute(select(report.organ, report.year).where(report.organ.in_(chunk)))
    }
    return found & set(absent)


def _duties(session: Session, province: str) -> set[OrganYear]:
    """Bodies and years of a province that an obligation or a standing absence is on record for."""
    duty, finding = tables.Obligation, tables.Finding
    owed = session.execute(select(duty.organ, duty.year).where(duty.province == province))
    absent = session.execute(
        select(finding.organ, finding.year).where(
            finding.province == province,
            finding.stated_by == Origin.DUTY,
            finding.status.not_in(RESOLVED),
        )
    )
    return {(organ, year) for rows in (owed, absent) for organ, year in rows}


def _row(session: Session, table: type[R], key: object) -> R:
    """The row under `key`, or a new one."""
    return session.get(table, key) or added(session, table())
