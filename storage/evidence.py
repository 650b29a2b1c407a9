"""What was fetched of which pages, in portions: the ground of exports that leave nothing out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlalchemy.orm import Session

from storage import tables
from storage.fetches import fetches_at
from storage.records import FetchRecord, PageRecord
from storage.rows import rows_with, to_record

_PORTION = 200
"""Pages that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Of which pages; what is None matches all. A body's pages are those that show a report of it, or did."""

    province: str | None = None
    portal: str | None = None
    organ: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """Bytes that an address brought, and when they came first.

    `fetch` is None where how they came was not kept; then `at` is when these bytes came first from anywhere.
    """

    url: str
    sha256: str
    at: datetime
    content_type: str | None = None
    fetch: FetchRecord | None = None


def count_pages(engine: Engine, selection: Selection) -> int:
    """How many pages `captures` goes over."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(tables.Page).where(*_of(selection))) or 0


def captures(engine: Engine, selection: Selection) -> Iterator[list[Capture]]:
    """Everything that was ever fetched of these pages and their parts, each once, by page.

    Bytes that are known to be the report of another body or year are left out.
    """
    shared: set[tuple[str, str, datetime]] = set()
    for pages in _pages(engine, selection):
        parts = {part.url for page in pages for part in page.parts}
        came = fetches_at(engine, {page.url for page in pages} | parts)
        foreign, former = _versions(engine, [page.url for page in pages], selection)
        unknown = {page.sha256 for page in pages} | {part.sha256 for page in pages for part in page.parts}
        unknown |= {sha256 for _, sha256 in former}
        known = _documents(engine, {sha256 for sha256 in unknown if sha256})
        for page in pages:
            found = [fetch for fetch in came.get(page.url, ()) if (page.url, fetch.sha256) not in foreign]
            held = [(page.url, page.sha256)] if (page.url, page.sha256) not in foreign else []
            held += sorted(one for one in former if one[0] == page.url)
            told = _captures(found, held, known, page.seen)
            for part in page.parts:
                held_part = [(part.url, part.sha256)] if part.sha256 else []
                of_part = _captures(came.get(part.url, ()), held_part, known, page.seen)
                for capture in of_part:
                    key = (capture.url, capture.sha256, capture.at)
                    if key not in shared:
                        shared.add(key)
                        told.append(capture)
            yield told


def _captures(
    fetches: Sequence[FetchRecord],
    held: Sequence[tuple[str, str]],
    known: dict[str, tuple[datetime, str | None]],
    seen: datetime,
) -> list[Capture]:
    """What came, oldest first, after what is held and came before fetches were kept."""
    came = {fetch.sha256 for fetch in fetches}
    before = [
        Capture(url, sha256, *known.get(sha256, (seen, None)))
        for url, sha256 in dict.fromkeys(held)
        if sha256 not in came
    ]
    before.sort(key=lambda one: (one.at, one.sha256))
    return [*before, *(Capture(f.url, f.sha256, f.fetched, None, f) for f in fetches)]


def _pages(engine: Engine, selection: Selection) -> Iterator[list[PageRecord]]:
    page = tables.Page
    after = ""
    while True:
        with Session(engine) as session:
            wanted = select(page).where(*_of(selection), page.url > after).order_by(page.url)
            rows = [to_record(PageRecord, row) for row in session.scalars(wanted.limit(_PORTION))]
        if not rows:
            return
        yield rows
        after = rows[-1].url


def _of(selection: Selection) -> list[ColumnElement[bool]]:
    page = tables.Page
    conditions: list[ColumnElement[bool]] = []
    if selection.province is not None:
        portals = select(tables.Portal.id).where(tables.Portal.province == selection.province)
        conditions.append(page.portal.in_(portals))
    if selection.portal is not None:
        conditions.append(page.portal == selection.portal)
    if selection.organ is not None or selection.year is not None:
        shown = [
            page.url.in_(select(table.url).where(*_filed(table, selection)))
            for table in (tables.Report, tables.Duplicate, tables.Version)
        ]
        conditions.append(or_(and_(*_filed(page, selection)), *shown))
    return conditions


_Filed = type[tables.Page] | type[tables.Report] | type[tables.Duplicate] | type[tables.Version]


def _filed(table: _Filed, selection: Selection) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.organ is not None:
        conditions.append(table.organ == selection.organ)
    if selection.year is not None:
        conditions.append(table.year == selection.year)
    return conditions


def _versions(
    engine: Engine, urls: Sequence[str], selection: Selection
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Addresses and hashes that are known to be others' reports, and those that are what is asked for."""
    others: set[tuple[str, str]] = set()
    asked: set[tuple[str, str]] = set()
    with Session(engine) as session:
        for table in (tables.Version, tables.Report, tables.Duplicate):
            wanted = select(table.url, table.sha256, table.organ, table.year).where(table.url.in_(urls))
            for url, sha256, organ, year in session.execute(wanted):
                fits = selection.organ in (None, organ) and selection.year in (None, year)
                (asked if fits else others).add((url, sha256))
    return others - asked, asked


def _documents(engine: Engine, hashes: Collection[str]) -> dict[str, tuple[datetime, str | None]]:
    with Session(engine) as session:
        rows = rows_with(session, tables.Document, "sha256", hashes)
        return {row.sha256: (row.first_seen, row.content_type) for row in rows}
