"""How bytes came: a row for every change of what an address brings, and the visits that saw no change on it.

The row keeps the headers of the answer that brought the bytes which the archive holds. Later answers with the
same bytes move `last_seen` alone: what a server says besides them every night, the hour above all, proves
nothing more. So between a row's `last_seen` and the next one's `fetched` the address changed what it brings.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from storage import tables
from storage.records import FetchRecord
from storage.rows import chunks, fill, rows_with, to_record
from storage.sightings import overtaken


class Fetches:
    """The newest row of every address that one transaction touches."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._newest: dict[str, tables.Fetch] = {}

    def load(self, urls: Collection[str]) -> None:
        """Read what is known of these addresses."""
        row = tables.Fetch
        for chunk in chunks(urls):
            newest = select(func.max(row.id)).where(row.url.in_(chunk)).group_by(row.url)
            for known in self._session.scalars(select(row).where(row.id.in_(newest))):
                self._newest[known.url] = known

    def came(self, fetch: FetchRecord) -> None:
        """Bytes have come: other ones than before, or they still stand."""
        known = self._newest.get(fetch.url)
        if known is not None and known.sha256 == fetch.sha256:
            self.stands(fetch.url, fetch.sha256, fetch.fetched)
            return
        row = tables.Fetch()
        self._session.add(row)
        if known is not None and overtaken(fetch.fetched, by=known.fetched):
            # another crawl has written what came after it: rows stand in the order in which their bytes came
            fill(row, to_record(FetchRecord, known))
            row, self._newest[fetch.url] = known, row
        else:
            self._newest[fetch.url] = row
        fill(row, replace(fetch, last_seen=fetch.fetched))

    def stands(self, url: str, sha256: str | None, at: datetime) -> None:
        """The address brings what it brought; where that came before fetches were kept, nothing is known."""
        known = self._newest.get(url)
        if known is not None and known.sha256 == sha256:
            known.last_seen = max(known.last_seen, at)


def fetches_at(engine: Engine, urls: Collection[str]) -> dict[str, list[FetchRecord]]:
    """Everything that came from these addresses, oldest first; one without any is left out."""
    found: dict[str, list[FetchRecord]] = {}
    with Session(engine) as session:
        for row in sorted(rows_with(session, tables.Fetch, "url", urls), key=lambda row: row.id):
            found.setdefault(row.url, []).append(to_record(FetchRecord, row))
    return found
