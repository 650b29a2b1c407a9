"""One batch of what was seen, and what becomes of reports and findings by it; see storage.ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from storage import tables
from storage.fetches import Fetches
from storage.records import (
    GONE_DAYS,
    INFERRED,
    Cause,
    Compared,
    DocumentRecord,
    Entry,
    Filing,
    FindingRecord,
    Origin,
    PageRecord,
    PageSeen,
    ReportRecord,
    SeenAgain,
    VersionRecord,
)
from storage.repairs import AsHeld, of_comparison, of_reading, was_edited
from storage.rows import OrganYear, fill, rows_of, rows_with, to_record
from storage.sightings import overtaken
from storage.snapshots import from_snapshot, to_snapshot
from storage.steps import Steps

_MOST_DAYS = 10
"""Days on which an address was found to be gone that are kept, the first ones; more prove no more."""

_OF_STORAGE = frozenset({"first_seen", "gone_on", "gone_as"})
"""Fields of a page that storage sets itself."""

R = TypeVar("R", bound=tables.Base)


class Batch:
    """The rows that one transaction touches, read once and by the chunk; what happens to findings it leaves
    to `steps`.
    """

    def __init__(self, session: Session, steps: Steps) -> None:
        self._session = session
        self._steps = steps
        self._pages: dict[str, tables.Page] = {}
        self._documents: dict[str, tables.Document] = {}
        self._reports: dict[OrganYear, tables.Report] = {}
        self._duplicates: dict[OrganYear, dict[str, tables.Duplicate]] = {}
        self._versions: dict[tuple[str, str, int], tables.Version] = {}  # the newest of each
        self._fetches = Fetches(session)
        self._edited = False  # the page that is being recorded shows something else than it did
        self._reread: PageRecord | None = None  # the page that is being recorded, where it was not visited

    def load(self, entries: Sequence[Entry]) -> None:
        """Read whatever `entries` may touch."""
        urls = {entry.url if isinstance(entry, SeenAgain) else entry.page.url for entry in entries}
        seen = [entry for entry in entries if isinstance(entry, PageSeen)]
        hashes = {document.sha256 for entry in seen for document in entry.documents}
        hashes |= {sha256 for entry in seen if entry.reread for sha256 in _read_from(entry.reread)}
        keys = {(entry.report.organ, entry.report.year) for entry in seen if entry.report}
        self.load_at(urls, keys)
        self._fetches.load(
            urls | {fetch.url for entry in seen for fetch in entry.fetches} | self._part_addresses(urls)
        )
        documents = rows_with(self._session, tables.Document, "sha256", hashes)
        self._documents = {row.sha256: row for row in documents}
        versions = rows_with(self._session, tables.Version, "url", {e.page.url for e in seen if e.version})
        for row in sorted(versions, key=lambda row: row.id):
            self._versions[row.url, row.organ, row.year] = row

    def load_at(self, urls: Collection[str], keys: Collection[OrganYear] = ()) -> None:
        """Read the pages at these addresses, and the reports of whoever has or had one there."""
        self._pages = {row.url: row for row in rows_with(self._session, tables.Page, "url", urls)}
        found = set(keys)
        found |= {(row.organ, row.year) for row in rows_with(self._session, tables.Report, "url", urls)}
        found |= {(row.organ, row.year) for row in rows_with(self._session, tables.Duplicate, "url", urls)}
        self.load_reports(found)
        elsewhere = {row.url for row in self._reports.values()}
        elsewhere |= {other for others in self._duplicates.values() for other in others}
        for page in rows_with(self._session, tables.Page, "url", elsewhere - set(urls)):
            self._pages[page.url] = page

    def load_reports(self, keys: Collection[OrganYear]) -> None:
        """Read the reports of these bodies and years, those beside them, and their findings."""
        self._reports = {(row.organ, row.year): row for row in rows_of(self._session, tables.Report, keys)}
        for row in rows_of(self._session, tables.Duplicate, keys):
            self._duplicates.setdefault((row.organ, row.year), {})[row.url] = row
        self._steps.load(keys)

    def close(self) -> None:
        """Write everything."""
        self._steps.close()

    def page_seen(self, entry: PageSeen) -> bool:
        """Record one page, and its report if it holds one.

        False, and nothing is recorded, where a page that was read again from the archive stands otherwise on
        record by now: whoever has seen it since, or read it again, knew more.
        """
        if entry.reread is not None and not self._stands_as(entry.reread):
            return False
        self._reread = entry.reread
        for document in entry.documents:
            self._document(document)
        for fetch in entry.fetches:
            self._fetches.came(fetch)
        parts = self._parts(entry.page.url)
        if not self._overtaken(entry):
            self._page(entry.page)
        elif not self._there_before(entry):
            return True
        at = entry.page.seen
        if entry.reread is not None and self._steps.started is not None:
            at = max(at, self._steps.started)  # what old bytes are found to hold is found now
        if entry.report is not None:
            report = entry.report
            if entry.reread is not None:
                report = replace(report, first_seen=self._there_since(entry.reread))
            self._withdraw_misreadings(report, at)
            before = self._as_held(report)
            newest = self._versions.get((report.url, report.organ, report.year))
            self._edited = entry.reread is None and was_edited(entry, before, newest, parts)
            self._report(report, entry.findings, at)
            if entry.version is not None:
                last_seen = None if before is None else before.seen
                self._version(entry.version, last_seen)
        self._settle(entry.page.url, at)
        self._reread = None
        return True

    def _overtaken(self, entry: PageSeen) -> bool:
        """Whether another crawl has seen the page after this one did, and was quicker to write."""
        row = self._pages.get(entry.page.url)
        return entry.reread is None and row is not None and overtaken(entry.page.seen, by=row.seen)

    def _there_before(self, entry: PageSeen) -> bool:
        """Take in since when a page that was seen again meanwhile, and the report on it, have been there.

        True where its report is to be recorded nevertheless: nothing that the page showed later was one of
        this body and year, and nothing but a report unseats one.
        """
        page, report = self._pages[entry.page.url], entry.report
        page.first_seen = _earlier(page.first_seen, entry.page.seen)
        if report is None:
            return False
        shown = self._reading(report)
        if shown is not None and shown.seen > report.seen:
            held = self._reports[report.organ, report.year]
            for row in (shown, held):
                row.first_seen = min(row.first_seen, report.seen)
            return False
        return page.sha256 != report.sha256  # the same bytes were read as something else since

    def _stands_as(self, page: PageRecord) -> bool:
        row = self._pages.get(page.url)
        return row is not None and to_record(PageRecord, row) == page

    def _there_since(self, page: PageRecord) -> datetime | None:
        """Since when all that a page was read from has been on record; None where that is not known."""
        documents = [self._documents.get(sha256) for sha256 in _read_from(page)]
        if None in documents:
            return None
        return max(document.first_seen for document in documents if document is not None)

    def seen_again(self, entry: SeenAgain) -> None:
        """Touch what this page holds; an address that is not on record holds nothing."""
        page = self._pages.get(entry.url)
        if page is None or overtaken(entry.seen, by=page.seen):
            return
        page.seen = max(page.seen, entry.seen)
        if entry.listed_title is not None:
            page.listed_title, page.listed_date = entry.listed_title, entry.listed_date
        for url, sha256 in ((page.url, page.sha256), *((part.url, part.sha256) for part in page.parts)):
            self._fetches.stands(url, sha256, entry.seen)
        self._is_there(page)
        self._settle(entry.url, entry.seen)
        for key, report in self._reports.items():
            if report.url != entry.url or report.sha256 != page.sha256:
                continue
            report.seen = max(report.seen, entry.seen)
            self._steps.unvisited(key, entry.seen, Origin.READING, Origin.COMPARISON)
        for others in self._duplicates.values():
            if entry.url in others and others[entry.url].sha256 == page.sha256:
                others[entry.url].seen = max(others[entry.url].seen, entry.seen)

    def compared(self, result: Compared, at: datetime, withdrawn: Cause | None = None) -> None:
        """Take in what the comparison of one report says; a report that is no longer held has no say.

        `withdrawn` says why nothing can have been repaired since it was last compared.
        """
        key = (result.organ, result.year)
        row = self._reports.get(key)
        if row is None or (result.of is not None and not _is_as(row, result.of)):
            return  # whoever has recorded it since left it to be compared, or has compared it
        row.compared_by = result.by if result.conclusive and not result.again else None
        if self._steps.compare(
            key,
            result.findings,
            at,
            Origin.COMPARISON,
            by=result.by,
            conclusive=result.conclusive,
            withdrawn=withdrawn,
            repaired=of_comparison(row, result.edits),
            seen=row.seen,
        ):
            row.rules = dict(result.rules)

    def gone(self, url: str, status: str, day: date, at: datetime) -> None:
        """A clean visit on `day` found nothing at this address any more, `status` came instead."""
        page = self._pages.get(url)
        if page is None or day in page.gone_on or len(page.gone_on) >= _MOST_DAYS:
            return
        page.gone_on, page.gone_as = (*page.gone_on, day), status
        self._to_compare(url)
        self._settle(url, at)

    def to_read_anew(self, page: PageRecord) -> None:
        """Let a page be read anew, whole, when it is next visited; one that stands otherwise on record has
        been since.
        """
        if self._stands_as(page):
            self._pages[page.url].rules_version = 0

    def _part_addresses(self, urls: Collection[str]) -> set[str]:
        """Where the parts of these pages stand."""
        return {part.url for url in urls if url in self._pages for part in self._pages[url].parts}

    def _document(self, document: DocumentRecord) -> None:
        row = self._documents.get(document.sha256)
        if row is None:
            row = self._documents[document.sha256] = added(self._session, tables.Document())
            fill(row, document)
        row.first_seen = min(row.first_seen, document.first_seen)

    def _page(self, page: PageRecord) -> None:
        row = self._pages.get(page.url)
        if row is None:
            row = self._pages[page.url] = added(
                self._session, tables.Page(seen=page.seen, first_seen=page.seen)
            )
            row.gone_on, row.gone_as = (), ""
        fill(row, replace(page, seen=max(row.seen, page.seen)), but=_OF_STORAGE)
        if self._reread is None:
            self._is_there(row)

    def _is_there(self, page: tables.Page) -> None:
        """The address answers: whatever was found to be gone there has come back."""
        if page.gone_on:
            page.gone_on, page.gone_as = (), ""
            self._to_compare(page.url)

    def _to_compare(self, url: str) -> None:
        """Let the reports that stand, or stood, at this address be compared again."""
        for key, report in self._reports.items():
            if report.url == url or url in self._duplicates.get(key, {}):
                report.compared_by = None

    def _parts(self, url: str) -> list[str | None]:
        page = self._pages.get(url)
        return [] if page is None else [part.sha256 for part in page.parts]

    def _reading(self, report: ReportRecord) -> tables.Reading | None:
        """The report of this body and year as it stands on record of this page; None where it does not."""
        key = (report.organ, report.year)
        held = self._reports.get(key)
        if held is not None and held.url == report.url:
            return held
        return self._duplicates.get(key, {}).get(report.url)

    def _as_held(self, report: ReportRecord) -> AsHeld | None:
        """The report of this body and year as its page showed it before; None where it did not."""
        shown = self._reading(report)
        return None if shown is None else AsHeld.of(shown)

    def _version(self, version: VersionRecord, last_seen: datetime | None) -> None:
        """Keep what was read. It replaces what was read before, which was `last_seen` then, unless that was
        something else.

        What cannot be told from a better reading is no change: other rules of reading, parts that could not
        be read, a page that was not visited. A reading of less than the whole never takes the place of a
        whole one.
        """
        key = (version.url, version.organ, version.year)
        row = self._versions.get(key)
        if row is not None and row.digest and not version.digest:
            return
        if row is None or (
            self._reread is None
            and row.digest not in ("", version.digest)
            and row.rules_version == version.rules_version
        ):
            if row is not None:
                row.last_seen = last_seen
            self._versions[key] = row = added(self._session, tables.Version())
            fill(row, version)
        else:
            fill(row, version, but={"first_seen"})

    def _withdraw_misreadings(self, report: ReportRecord, at: datetime) -> None:
        """The same bytes, read as the report of another body or year before: that reading was wrong."""
        now = (report.organ, report.year)
        for key, others in self._duplicates.items():
            other = others.get(report.url)
            if key != now and other is not None and other.sha256 == report.sha256:
                _drop(self._session, others.pop(report.url))
        for key, held in list(self._reports.items()):
            if key == now or held.url != report.url or held.sha256 != report.sha256:
                continue
            cause = self._why_another(key[0], report.organ)
            others = self._duplicates.get(key, {})
            if others:
                self._hold_best(key, at, withdrawn=cause)
            else:
                _drop(self._session, self._reports.pop(key))
                for origin in (Origin.READING, Origin.COMPARISON):
                    self._steps.compare(key, (), at, origin, withdrawn=cause)

    def _why_another(self, was: str, organ: str) -> Cause:
        """Why a report is that of another body now: the roster knows both names as one, or it was misread."""
        body = self._session.get(tables.Organ, organ)
        names = () if body is None else (*body.aliases, *(former.name for former in body.former))
        return Cause.RENAMED if was in names else Cause.MISREAD

    def _report(self, report: ReportRecord, findings: tuple[FindingRecord, ...], at: datetime) -> None:
        key = (report.organ, report.year)
        held = self._reports.get(key)
        others = self._duplicates.setdefault(key, {})
        if held is None:
            self._hold(key, report, findings, at)
            return
        if held.url != report.url:
            if self._rank(key, report) >= self._rank(key, held):
                self._put_beside(key, report, findings)
                return
            self._put_beside(key, to_record(ReportRecord, held), self._statements(key))
            if report.url in others:
                _drop(self._session, others.pop(report.url))
            self._hold(key, report, findings, at)
            return
        better = self._best(key)
        if better is None or self._rank(key, report) < self._rank(key, better):
            self._hold(key, report, findings, at)
        else:
            self._put_beside(key, report, findings)
            self._hold_best(key, at)

    def _hold_best(self, key: OrganYear, at: datetime, withdrawn: Cause | None = None) -> None:
        """Let the best of the duplicates step in; `withdrawn` says why the one before it was never one."""
        best = self._best(key)
        assert best is not None  # noqa: S101 - asked for only where there are some
        record = to_record(ReportRecord, best)
        findings = tuple(from_snapshot(snapshot) for snapshot in best.findings)
        _drop(self._session, self._duplicates[key].pop(best.url))
        self._hold(key, record, findings, at, withdrawn)

    def _settle(self, url: str, at: datetime) -> None:
        """Something has become of this address: hold what is best now, where its reports are concerned.

        What steps in is judged again: what was known of the other address may speak for it.
        """
        for key, held in list(self._reports.items()):
            better = self._best(key)
            if better is None or url not in (held.url, *self._duplicates[key]):
                continue
            if self._rank(key, better) < self._rank(key, held):
                self._put_beside(key, to_record(ReportRecord, held), self._statements(key))
                self._hold_best(key, at)
                if held.url in self._pages:
                    self._pages[held.url].judged_by = ""

    def _best(self, key: OrganYear) -> tables.Duplicate | None:
        """The best of those beside the report that is held."""
        others = self._duplicates.get(key, {})
        return min(others.values(), key=lambda row: self._rank(key, row), default=None)

    def _rank(self, key: OrganYear, report: ReportRecord | tables.Reading) -> tuple[bool, bool, date, str]:
        """Smallest is best: what still stands there, the earliest stated date, then the smaller URL."""
        page = self._pages.get(report.url)
        shows_another = page is not None and page.organ is not None and (page.organ, page.year) != key
        vanished = page is not None and (shows_another or len(page.gone_on) >= GONE_DAYS)
        stated = None if report.published_from in INFERRED else report.published
        return (vanished, stated is None, stated or date.min, report.url)

    def _hold(
        self,
        key: OrganYear,
        report: ReportRecord,
        findings: tuple[FindingRecord, ...],
        at: datetime,
        withdrawn: Cause | None = None,
    ) -> None:
        row = self._reports.get(key)
        repaired = None if row is None else of_reading(AsHeld.of(row), report, edited=self._edited)
        if row is None:
            row = self._reports[key] = added(self._session, tables.Report(first_seen=report.seen))
        first = min(row.first_seen, report.first_seen or report.seen)
        fill(row, replace(report, first_seen=first))
        row.compared_by = None
        by, seen = self._judged_by(report.url), None
        if self._reread is not None:
            # what was there all the time has repaired nothing
            withdrawn, seen = withdrawn or Cause.RULES, report.seen
        self._steps.compare(
            key, findings, at, Origin.READING, by=by, withdrawn=withdrawn, repaired=repaired, seen=seen
        )

    def _judged_by(self, url: str) -> str:
        """What the page at this address was judged by, as it stands on record."""
        page = self._pages.get(url)
        return "" if page is None else f"{page.rules_version}:{page.judged_by}"

    def _put_beside(self, key: OrganYear, report: ReportRecord, findings: tuple[FindingRecord, ...]) -> None:
        others = self._duplicates[key]
        row = others.get(report.url)
        if row is None:
            row = others[report.url] = added(self._session, tables.Duplicate(first_seen=report.seen))
        first = min(row.first_seen, report.first_seen or report.seen)
        fill(row, replace(report, first_seen=first))
        row.findings = [to_snapshot(finding) for finding in findings]
        held = self._reports[key]
        held.first_seen, held.compared_by = min(held.first_seen, first), None

    def _statements(self, key: OrganYear) -> tuple[FindingRecord, ...]:
        return tuple(self._steps.standing(key, Origin.READING))


def _is_as(row: tables.Report, compared: Filing) -> bool:
    """Whether the report stands as it was compared."""
    stands = to_record(Filing, row)
    return replace(stands, first_seen=compared.first_seen) == compared


def _read_from(page: PageRecord) -> set[str]:
    """The bytes that a page was read from."""
    return {page.sha256, *(part.sha256 for part in page.parts if part.sha256 is not None)}


def _earlier(known: datetime | None, at: datetime) -> datetime | None:
    """None where it is not known, which is before any moment that is."""
    return None if known is None else min(known, at)


def added(session: Session, row: R) -> R:
    """`row`, to be written."""
    session.add(row)
    return row


def _drop(session: Session, row: tables.Base) -> None:
    """Take `row` out, whether it was written before this transaction or is only about to be."""
    if row in session.new:
        session.expunge(row)
    else:
        session.delete(row)
