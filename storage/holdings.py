"""Rows without bytes, bytes without rows, damaged bytes: the archive held against the database.

Bytes are put before their row is written. So rows are read first and files are listed after them: whatever a
row of that reading names must be there. A file without a row may get one yet, so it is garbage only when it
is days old, and even then it is set aside where `Archive.get` still finds it: whoever found it there a moment
before, and did not write it again, loses nothing. What has lain aside for as long again, and still has no
row, is deleted; what has got one is brought back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, exists, select
from sqlalchemy.orm import Session

from storage import tables
from storage.archive import Archive, ArchiveDamaged, ArchiveMissing, Held
from storage.fetches import fetches_at
from storage.hashes import Hashes
from storage.records import RESOLVED
from storage.rows import rows_with
from storage.stores import Stored

EXAMPLES = 100
"""Cases of one problem that are named; all are counted."""
UNFINISHED_AGE = timedelta(days=1)
"""What a write has left behind is garbage after that; no write takes as long."""

MOST_CLEARED = 100_000
"""Files of one kind that one call clears away."""

_PORTION = 2000
_WINDOW = 256
"""Files that wait to be verified at once."""
_NAME = re.compile(r"[0-9a-f]{64}")

_WITH_HASH = (
    tables.Document, tables.Page, tables.Report, tables.Duplicate, tables.Version, tables.Fetch,
)  # fmt: skip

Inside = Callable[[bytes], Iterable[str]]
"""Hashes of the files that a file holds; a finding may cite one of them."""
Show = Callable[[int, int | None], None]


@dataclass(slots=True)
class Garbage:
    """Files of one kind: all are counted, and as many are kept as one call clears away."""

    count: int = 0
    size: int = 0
    files: list[Held] = field(default_factory=list)

    def add(self, held: Held) -> None:
        """Count one more."""
        self.count += 1
        self.size += held.size
        if len(self.files) < MOST_CLEARED:
            self.files.append(held)


class Place(NamedTuple):
    """A row that names a hash: its table, and the address it is about."""

    table: str
    about: str


@dataclass(slots=True)
class Holdings:
    """What was found. Lists hold the first cases; `damaged` is None where bytes were not verified."""

    rows: int = 0  # hashes that rows name
    files: int = 0
    size: int = 0
    missing: int = 0
    missing_named: dict[str, list[Place]] = field(default_factory=dict)
    cited: int = 0  # evidence of standing findings that is neither archived nor in an archived file
    cited_named: dict[str, list[Place]] = field(default_factory=dict)
    damaged: int | None = None
    damaged_named: dict[str, list[Place]] = field(default_factory=dict)
    orphans: Garbage = field(default_factory=Garbage)  # files without rows, old enough to be none of a crawl
    recent: int = 0  # files without rows that may get one yet
    needed: Garbage = field(default_factory=Garbage)  # set aside, though a row names them
    aside: int = 0
    outlived: Garbage = field(default_factory=Garbage)  # set aside long enough to be deleted
    unfinished: list[Stored] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every row has its bytes, as far as was looked."""
        return not (self.missing or self.cited or self.damaged)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What `clear` has done."""

    set_aside: int
    restored: int
    deleted: int
    unfinished: int


def look(
    engine: Engine,
    archive: Archive,
    now: datetime,
    *,
    older_than: timedelta,
    deep: bool = False,
    inside: Inside = lambda _: (),
    workers: int = 4,
    show: Show = lambda _done, _of: None,
) -> Holdings:
    """Hold rows against files, and with `deep` bytes against their hashes. Raises ArchiveUnusable."""
    rows, cited, malformed = _named(engine)
    found = Holdings(rows=len(rows))
    for held in archive.held():
        found.files += 1
        found.size += held.size
        found.aside += held.aside
        wanted = rows.mark(held.sha256) | cited.mark(held.sha256)
        _sort(found, held, now - older_than, wanted=wanted)
    found.unfinished = [one for one in archive.unfinished() if one.written < now - UNFINISHED_AGE]
    found.missing = rows.count(yes=False) + len(malformed)
    missing = [*sorted(malformed), *islice(rows.marked(yes=False), EXAMPLES)][:EXAMPLES]
    found.missing_named = _places(engine, missing)
    _look_at_cited(engine, archive, rows, inside, found)
    if deep:
        _verify(engine, archive, rows, found, workers, show)
    return found


def clear(archive: Archive, found: Holdings, show: Show = lambda _done, _of: None) -> Cleared:
    """Bring back what rows name, set aside what none does, delete what has outlived that. Raises
    ArchiveUnusable.
    """
    done: Counter[str] = Counter()
    steps: list[tuple[Callable[[Any], None], Any]] = [
        *((archive.restore, held.sha256) for held in found.needed.files),
        *((archive.discard, held.sha256) for held in found.outlived.files),
        *((archive.set_aside, held.sha256) for held in found.orphans.files),
        *((archive.discard_unfinished, left) for left in found.unfinished),
    ]
    for number, (step, about) in enumerate(steps, start=1):
        with suppress(ArchiveDamaged):  # it stays aside, and `look` with `deep` tells of it
            step(about)
            done[step.__name__] += 1
        show(number, len(steps))
    return Cleared(
        set_aside=done["set_aside"],
        restored=done["restore"],
        deleted=done["discard"],
        unfinished=done["discard_unfinished"],
    )


def _sort(found: Holdings, held: Held, before: datetime, *, wanted: bool) -> None:
    if wanted:
        if held.aside:
            found.needed.add(held)
    elif held.since >= before:
        found.recent += not held.aside
    elif held.aside:
        found.outlived.add(held)
    else:
        found.orphans.add(held)


def _named(engine: Engine) -> tuple[Hashes, Hashes, set[str]]:
    """Hashes that rows name, those that findings cite or cited, and what stands for one and is none."""
    rows, cited, malformed = Hashes(), Hashes(), set[str]()
    with Session(engine) as session:
        for table in _WITH_HASH:
            for (sha256,) in _stream(session, select(table.sha256)):
                _take(sha256, rows, malformed)
        for (parts,) in _stream(session, select(tables.Page.parts)):
            for part in parts:
                if part.sha256 is not None:
                    _take(part.sha256, rows, malformed)
        finding, change = tables.Finding, tables.Change
        for statement in (
            select(finding.archived).where(finding.archived.is_not(None)).distinct(),
            select(change.finding["archived"].as_string()).distinct(),
        ):
            for (sha256,) in _stream(session, statement):
                if sha256 is not None and _NAME.fullmatch(sha256):
                    cited.add(sha256)
        for (statements,) in _stream(session, select(tables.Duplicate.findings)):
            for snapshot in statements:
                sha256 = snapshot.get("archived")
                if sha256 is not None and _NAME.fullmatch(sha256):
                    cited.add(sha256)
    return rows, cited, malformed


def _take(sha256: str, rows: Hashes, malformed: set[str]) -> None:
    if _NAME.fullmatch(sha256):
        rows.add(sha256)
    elif len(malformed) < EXAMPLES:
        malformed.add(sha256)


def _look_at_cited(engine: Engine, archive: Archive, rows: Hashes, inside: Inside, found: Holdings) -> None:
    """Evidence of standing findings that no row names: it must be a file inside one that is archived."""
    finding, document = tables.Finding, tables.Document
    wanted = (
        select(finding.archived, finding.url)
        .where(
            finding.archived.is_not(None),
            finding.status.not_in(RESOLVED),
            ~exists().where(document.sha256 == finding.archived),
        )
        .distinct()
        .order_by(finding.url)
    )
    with Session(engine) as session:
        around, there = "", frozenset[str]()
        for sha256, url in _stream(session, wanted):
            if sha256 in rows or (_NAME.fullmatch(sha256) and archive.has(sha256)):
                continue
            if url != around:
                around, there = url, _inside(engine, archive, url, inside)
            if sha256 in there:
                continue
            found.cited += 1
            if len(found.cited_named) < EXAMPLES:
                found.cited_named.setdefault(sha256, []).append(Place("findings", url))


def _inside(engine: Engine, archive: Archive, url: str, inside: Inside) -> frozenset[str]:
    """Hashes of the files inside what a page and its parts brought."""
    with Session(engine) as session:
        page = session.get(tables.Page, url)
        parts = () if page is None else page.parts
        hashes = {part.sha256 for part in parts} | ({page.sha256} if page is not None else set())
    came = fetches_at(engine, {url, *(part.url for part in parts)})
    hashes |= {fetch.sha256 for fetches in came.values() for fetch in fetches}
    found: set[str] = set()
    for sha256 in sorted(one for one in hashes if one is not None):
        try:
            found.update(inside(archive.get(sha256)))
        except (ArchiveMissing, ArchiveDamaged, ValueError):
            continue  # told by itself
    return frozenset(found)


def _verify(
    engine: Engine, archive: Archive, rows: Hashes, found: Holdings, workers: int, show: Show
) -> None:
    """Read everything that rows name, several files at a time: hashing and waiting free the interpreter."""

    def whole(sha256: str) -> bool:
        try:
            archive.get(sha256)
        except ArchiveDamaged:
            return False
        except ArchiveMissing:  # taken away a moment ago; the next look tells
            return True
        return True

    found.damaged = 0
    total, done = rows.count(), 0
    named: list[str] = []
    waiting = rows.marked()
    with ThreadPoolExecutor(workers, thread_name_prefix="verify") as pool:
        while window := list(islice(waiting, _WINDOW)):
            for sha256, good in zip(window, pool.map(whole, window), strict=True):
                done += 1
                if not good:
                    found.damaged += 1
                    named.append(sha256)
            show(done, total)
    found.damaged_named = _places(engine, named[:EXAMPLES])


def _places(engine: Engine, hashes: Collection[str]) -> dict[str, list[Place]]:
    """Rows that name these hashes; those of documents alone are told so."""
    found: dict[str, list[Place]] = {sha256: [] for sha256 in hashes}
    if not hashes:
        return found
    with Session(engine) as session:
        for table in _WITH_HASH:
            for row in rows_with(session, table, "sha256", hashes):
                about = row.content_type or "" if isinstance(row, tables.Document) else row.url  # type: ignore[attr-defined]
                found[row.sha256].append(Place(table.__tablename__, about))  # type: ignore[attr-defined]
        for url, parts in _stream(session, select(tables.Page.url, tables.Page.parts)):
            for part in parts:
                if part.sha256 in found:
                    found[part.sha256].append(Place("parts", f"{url} → {part.url}"))
    return found


def _stream(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    return iter(session.execute(statement.execution_options(yield_per=_PORTION)))
