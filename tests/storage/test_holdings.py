"""Archive against database: what is lost is found, what is garbage is cleared, and no evidence ever."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage.archive import Archive
from storage.hashes import Hashes
from storage.holdings import Cleared, Holdings, clear, look
from storage.records import DocumentRecord, FetchRecord, PageRecord, PageSeen, PartRecord
from tests.archives import FolderPlace, Place, name_of

MONTH = timedelta(days=30)
URL = "http://a.example/1.html"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def looked(engine: Engine, archive: Archive, *, later: timedelta = timedelta(0), **options: Any) -> Holdings:
    return look(engine, archive, datetime.now(UTC) + later, older_than=MONTH, **options)


def seen(nights: Any, sha256: str, url: str = URL, *parts: str) -> PageSeen:
    """A page with parts, none of them a report."""
    told = tuple(PartRecord(f"{url}/{part[:8]}", "attachment", "附件", part) for part in parts)
    page = PageRecord(url, "yunxi", sha256, nights.at(), problem="no report", parts=told)
    return PageSeen(page, tuple(DocumentRecord(one, 1, None, nights.at()) for one in (sha256, *parts)))


@pytest.fixture
def folder(tmp_path: Path) -> FolderPlace:
    return FolderPlace(tmp_path / "archive")


def test_what_belongs_together_is_sound(url: str, engine: Engine, archive: Archive, nights: Any) -> None:
    page, part = archive.put(b"page"), archive.put(b"part")
    nights.record(seen(nights, page, URL, part))
    found = looked(engine, archive, later=MONTH * 2, deep=True)
    assert (found.rows, found.files, found.missing, found.cited, found.damaged) == (2, 2, 0, 0, 0)
    assert found.sound
    assert (found.orphans.count, found.recent, found.aside, found.unfinished) == (0, 0, 0, [])


def test_rows_of_every_table_are_missed(engine: Engine, folder: FolderPlace, nights: Any) -> None:
    archive = Archive(folder.address)
    names = ["page", "part", "fetch", "held", "twin", "version", "document"]
    lost = {name: sha(name.encode()) for name in names}
    other = "http://a.example/2.html"
    fetch = FetchRecord(URL, lost["fetch"], nights.at(), 200, ())
    document = DocumentRecord(lost["document"], 1, "text/html", nights.at())
    parts = (PartRecord("http://a.example/f.pdf", "attachment", "附件", lost["part"]),)
    page = PageRecord(URL, "yunxi", lost["page"], nights.at(), parts=parts, problem="no report")
    nights.record(PageSeen(page, (document,), fetches=(fetch,)))
    for name, where in (("held", other), ("twin", "http://a.example/3.html")):
        report = nights.report(where, published=None)
        entry = nights.page(replace(report, sha256=lost[name]))
        nights.record(replace(entry, documents=()))
    found = looked(engine, archive)
    assert found.missing == 6  # all but the version
    told = {sha256: sorted(place.table for place in places) for sha256, places in found.missing_named.items()}
    assert told == {
        lost["page"]: ["pages"],
        lost["part"]: ["parts"],
        lost["fetch"]: ["fetches"],
        lost["document"]: ["documents"],
        lost["held"]: ["pages", "reports"],
        lost["twin"]: ["duplicates", "pages"],
    }
    assert not found.sound
    assert found.damaged is None


def test_damage_is_found_only_by_a_deep_look(
    url: str, engine: Engine, archive: Archive, place: Place, nights: Any
) -> None:
    hashes = [archive.put(f"page {number}".encode()) for number in range(5)]
    for number, sha256 in enumerate(hashes):
        nights.record(seen(nights, sha256, f"http://a.example/{number}"))
    place.plant(name_of(hashes[3]), b"no gzip")
    assert looked(engine, archive).sound
    shown: list[tuple[int, int | None]] = []
    found = looked(engine, archive, deep=True, show=lambda done, of: shown.append((done, of)))
    assert (found.damaged, found.missing, found.sound) == (1, 0, False)
    assert {place.table for place in found.damaged_named[hashes[3]]} == {"documents", "pages"}
    assert shown[-1] == (5, 5)


def test_bytes_without_rows_are_left_alone_while_a_crawl_may_be_under_way(
    engine: Engine, archive: Archive, nights: Any
) -> None:
    archive.put(b"put, and not recorded yet")
    found = looked(engine, archive, later=MONTH - timedelta(hours=1))
    assert (found.recent, found.orphans.count, found.sound) == (1, 0, True)
    assert clear(archive, found) == Cleared(0, 0, 0, 0)


def test_garbage_is_set_aside_and_deleted_only_when_it_is_as_old_again(
    engine: Engine, archive: Archive, nights: Any
) -> None:
    kept, garbage = archive.put(b"kept"), archive.put(b"garbage")
    nights.record(seen(nights, kept))
    found = looked(engine, archive, later=MONTH + timedelta(hours=1))
    assert [held.sha256 for held in found.orphans.files] == [garbage]
    assert clear(archive, found) == Cleared(set_aside=1, restored=0, deleted=0, unfinished=0)
    assert archive.get(garbage) == b"garbage"
    young = looked(engine, archive)
    assert (young.aside, young.outlived.count) == (1, 0)
    assert clear(archive, young) == Cleared(0, 0, 0, 0)
    old = looked(engine, archive, later=MONTH + timedelta(hours=1))
    assert clear(archive, old) == Cleared(set_aside=0, restored=0, deleted=1, unfinished=0)
    assert not archive.has(garbage)
    assert archive.get(kept) == b"kept"


def test_what_gets_its_row_while_it_is_set_aside_is_found_and_comes_back(
    engine: Engine, archive: Archive, nights: Any
) -> None:
    sha256 = archive.put(b"a killed crawl's, months ago")
    found = looked(engine, archive, later=MONTH * 2)
    archive.put(b"a killed crawl's, months ago")  # tonight's crawl: it is there, nothing is written
    clear(archive, found)
    nights.record(seen(nights, sha256))  # and now its row
    assert archive.get(sha256) == b"a killed crawl's, months ago"
    after = looked(engine, archive, later=MONTH * 9, deep=True)
    assert (after.missing, after.damaged, after.needed.count, after.outlived.count) == (0, 0, 1, 0)
    assert clear(archive, after) == Cleared(set_aside=0, restored=1, deleted=0, unfinished=0)
    whole = looked(engine, archive, later=MONTH * 9)
    assert (whole.sound, whole.aside, whole.orphans.count) == (True, 0, 0)


def test_damage_that_lies_aside_is_not_brought_back_and_is_told(
    engine: Engine, folder: FolderPlace, nights: Any
) -> None:
    archive = Archive(folder.address)
    sha256 = archive.put(b"page")
    archive.set_aside(sha256)
    folder.plant(f"quarantine/{name_of(sha256)}", b"no gzip")
    nights.record(seen(nights, sha256))
    assert clear(archive, looked(engine, archive)) == Cleared(0, 0, 0, 0)
    found = looked(engine, archive, deep=True)
    assert (found.damaged, found.needed.count) == (1, 1)


def test_what_findings_cite_in_the_past_is_no_garbage(
    engine: Engine, folder: FolderPlace, nights: Any
) -> None:
    archive = Archive(folder.address)
    cited, page = archive.put(b"cited long ago"), archive.put(b"page")
    report = nights.report(sha256=page)
    entry = nights.page(report, nights.finding(archived=cited))
    nights.record(replace(entry, documents=(DocumentRecord(page, 1, None, nights.at()),)))
    nights.begin()
    nights.record(nights.page(report))  # fixed: only its steps tell of it
    found = looked(engine, archive, later=MONTH * 2)
    assert (found.orphans.count, found.sound) == (0, True)


def test_a_file_inside_an_archived_file_is_evidence_that_is_there(
    engine: Engine, folder: FolderPlace, nights: Any
) -> None:
    archive = Archive(folder.address)
    page, bundle = archive.put(b"page"), archive.put(b"bundle: one,two")

    def inside(content: bytes) -> Iterable[str]:
        return [sha(name) for name in content.removeprefix(b"bundle: ").split(b",")]

    report = nights.report(sha256=page)
    parts = (PartRecord("http://a.example/x.zip", "attachment", "附件", bundle),)
    findings = (nights.finding(1, archived=sha(b"two")), nights.finding(2, archived=sha(b"three"), where="x"))
    entry = nights.page(report, *findings, parts=parts)
    documents = tuple(DocumentRecord(one, 1, None, nights.at()) for one in (page, bundle))
    nights.record(replace(entry, documents=documents))
    found = looked(engine, archive, inside=inside)
    assert (found.missing, found.cited, found.sound) == (0, 1, False)
    assert list(found.cited_named) == [sha(b"three")]


def test_leftovers_of_killed_writes_go_after_a_day(
    engine: Engine, folder: FolderPlace, nights: Any, tmp_path: Path
) -> None:
    archive = Archive(folder.address)
    for name, age in (("old", 25), ("young", 23)):
        folder.plant(f"00/00/.{name}.part", b"half")
        moment = (datetime.now(UTC) - timedelta(hours=age)).timestamp()
        os.utime(tmp_path / "archive" / "00" / "00" / f".{name}.part", (moment, moment))
    found = looked(engine, archive)
    assert [left.name for left in found.unfinished] == ["00/00/.old.part"]
    assert clear(archive, found).unfinished == 1
    assert [left.name for left in archive.unfinished()] == ["00/00/.young.part"]


def test_any_story_of_crawls_and_clearing_keeps_every_row_its_bytes(
    engine: Engine, tmp_path: Path, nights: Any
) -> None:
    """Puts, rows that follow within a day, crawls killed between the two, and clearing at any moment."""
    drawn = random.Random(7)
    archive = Archive(tmp_path / "archive")
    contents = [f"page {number}".encode() for number in range(12)]
    waiting: list[tuple[int, bytes]] = []
    recorded: set[bytes] = set()
    day, deleted, stamped = 0, 0, dict[Path, int]()

    def stamp() -> None:
        """Files bear the day of the story on which they were written."""
        moment = (start + timedelta(days=day)).timestamp()
        for file in (tmp_path / "archive").rglob("*.gz"):
            if stamped.get(file) != file.stat().st_ino:
                stamped[file] = file.stat().st_ino
                os.utime(file, (moment, moment))

    start = datetime(2024, 2, 1, tzinfo=UTC)
    for _ in range(150):
        step = drawn.choice(["put", "put", "row", "kill", "look", "clear", "night"])
        if step == "put":
            content = drawn.choice(contents)
            archive.put(content)
            waiting.append((day, content))
        elif step == "row" and waiting:
            put_on, content = waiting.pop(0)
            if day - put_on <= 1:  # no crawl takes longer
                nights.record(seen(nights, sha(content), f"http://a.example/{len(recorded)}"))
                recorded.add(content)
        elif step == "kill":
            waiting.clear()
        elif step in ("look", "clear"):
            found = look(engine, archive, start + timedelta(days=day), older_than=timedelta(days=2))
            deleted += len(found.outlived.files)
            clear(archive, found)
        else:
            day += drawn.choice([0, 1, 3])
            waiting = [one for one in waiting if day - one[0] <= 1]
        stamp()
        for content in recorded:
            assert archive.get(sha(content)) == content
    assert (len(recorded) > 5, deleted > 0) == (True, True)


@given(st.lists(st.binary(max_size=3), max_size=200), st.lists(st.binary(max_size=3), max_size=50))
def test_hashes_are_a_set(inside: list[bytes], asked: list[bytes]) -> None:
    hashes = Hashes()
    for content in inside:
        hashes.add(sha(content))
    known = {sha(content) for content in inside}
    assert len(hashes) == len(known)
    marked = {sha(content) for content in asked if hashes.mark(sha(content))}
    assert marked == {sha(content) for content in asked} & known
    assert set(hashes.marked()) == marked
    assert list(hashes.marked(yes=False)) == sorted(known - marked)
    assert (hashes.count(), hashes.count(yes=False)) == (len(marked), len(known - marked))
    assert all((sha(content) in hashes) == (sha(content) in known) for content in asked)


def test_many_doubles_are_one() -> None:
    hashes = Hashes()
    for _ in range(20_000):
        hashes.add("00" * 32)
    assert len(hashes) == 1
