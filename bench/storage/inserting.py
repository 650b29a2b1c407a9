"""`python -m bench.storage.inserting`: batches as a crawl writes them, beside the same rows one by one.

Both write the same pages with their documents, reports, findings and steps into an empty database, in turn.
Ours is the ledger, with all that it looks up, compares and counts on the way; the other adds each row by the
ORM and commits, and looks nothing up. Exit code 1 where a ratio is below its floor.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crawler.pipelines import BATCH
from storage import tables
from storage.engine import open_engine, upgrade
from storage.ledger import Ledger
from storage.records import (
    ChangeKind,
    DocumentRecord,
    FindingRecord,
    FindingStatus,
    PageRecord,
    PageSeen,
    ReportRecord,
    RunRecord,
)
from storage.rows import fill
from storage.snapshots import to_snapshot
from tests.databases import NO_POSTGRESQL, PostgresServer, installed

FLOORS: dict[str, float] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
START = datetime(2024, 2, 1, 18, tzinfo=UTC)
_CELLS = {f"applications.row_{row}.column_{column}": {"value": row, "raw": str(row)}
          for row in range(20) for column in range(7)}  # fmt: skip


class Result(NamedTuple):
    """Medians over the rounds; `ratio` is that of the time one by one to the time in batches."""

    pages: int
    batches: float
    one_by_one: float
    ratio: float


def main() -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.storage.inserting", description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    missed = 0
    print(
        f"Python {platform.python_version()}, {given.pages} pages, batches of {BATCH}, {given.rounds} rounds"
    )
    for name, database in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        with database() as fresh:
            if fresh is None:
                print(f"{name:12} not measured: {NO_POSTGRESQL}", file=sys.stderr)
                missed += 1
                continue
            result = measure(fresh, given.pages, given.rounds)
        print(
            f"{name:12} in batches {result.batches / result.pages * 1000:6.2f} ms a page, row by row "
            f"{result.one_by_one / result.pages * 1000:6.2f} ms: {result.ratio:.1f} x, target "
            f"{FLOORS['target']}, floor {FLOORS[name]}"
        )
        missed += result.ratio < FLOORS[name]
    return int(missed > 0)


def measure(fresh: Callable[[], Engine], pages: int, rounds: int) -> Result:
    """Both ways in turn, each time into an empty database of `fresh`."""
    entries = [_entry(number) for number in range(pages)]
    times: dict[Callable[[Engine, Sequence[PageSeen]], None], list[float]] = {in_batches: [], one_by_one: []}
    for turn in range(rounds):
        for way in sorted(times, key=lambda way: way.__name__, reverse=bool(turn % 2)):
            engine = fresh()
            started = time.perf_counter()
            way(engine, entries)
            times[way].append(time.perf_counter() - started)
            _expect(engine, pages)
            engine.dispose()
    ours, theirs = times[in_batches], times[one_by_one]
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    return Result(pages, statistics.median(ours), statistics.median(theirs), statistics.median(ratios))


def in_batches(engine: Engine, entries: Sequence[PageSeen]) -> None:
    """As a crawl writes them."""
    ledger = Ledger(engine)
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", START))
    for start in range(0, len(entries), BATCH):
        ledger.record(run, entries[start : start + BATCH])


def one_by_one(engine: Engine, entries: Sequence[PageSeen]) -> None:
    """The same rows, each added and committed."""
    with Session(engine) as session:

        def keep(row: tables.Base) -> None:
            session.add(row)
            session.commit()

        run = tables.Run(kind="crawl", province="yunling", started=START, detail={})
        keep(run)
        number = run.id
        for entry in entries:
            for row in _rows(entry, number):
                keep(row)


def _rows(entry: PageSeen, run: int) -> Iterator[tables.Base]:
    report = entry.report
    assert report is not None
    for document in entry.documents:
        row: tables.Base = tables.Document()
        fill(row, document)
        yield row
    row = tables.Page(first_seen=entry.page.seen)
    fill(row, entry.page, but={"first_seen"})
    yield row
    row = tables.Report(first_seen=report.seen)
    fill(row, report, but={"first_seen"})
    yield row
    for finding in entry.findings:
        row = tables.Finding(run=run, decided_before=0, judged_by="", first_seen=START, last_seen=START)
        fill(row, finding, but={"first_seen", "last_seen"})
        yield row
        yield tables.Change(
            run=run,
            at=START,
            kind=ChangeKind.NEW,
            fingerprint=finding.fingerprint,
            finding=to_snapshot(finding),
        )


def _entry(number: int) -> PageSeen:
    organ, url, sha256 = f"云溪县第{number}局", f"http://a.example/{number}.html", f"{number:064x}"
    seen = START + timedelta(seconds=number)
    page = PageRecord(url, "yunxi", sha256, seen, organ=organ, year=2023, listed_title=f"{organ}年报")
    report = ReportRecord(
        organ, 2023, f"{organ}2023年政府信息公开工作年度报告", url, "yunxi", "yunling", sha256, seen,
        cells=_CELLS, signature=bytes(512),
    )  # fmt: skip
    findings = tuple(
        FindingRecord(
            f"{number:08x}{place:08x}", organ, 2023, f"rule-{place}", "error", "fail", "publisher", "title",
            "收到 21 件，办结 20 件", "21 received, 20 accounted for", "样式表三", "form, table 3", "yunling",
            "yunxi", url, sha256, status=FindingStatus.NEW,
        )
        for place in range(2)
    )  # fmt: skip
    return PageSeen(page, (DocumentRecord(sha256, 50_000, "text/html", seen),), report, findings)


def _expect(engine: Engine, pages: int) -> None:
    """Both ways have written the same number of rows, or the comparison is none."""
    wanted = {"documents": 1, "pages": 1, "reports": 1, "findings": 2, "changes": 2}
    with engine.connect() as connection:
        for table, each in wanted.items():
            count = connection.scalar(text(f"SELECT count(*) FROM {table}"))
            if count != pages * each:
                raise AssertionError(f"{count} rows of {table}, not {pages * each}")


@contextmanager
def _sqlite() -> Iterator[Callable[[], Engine]]:
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as folder:
        numbers = iter(range(10_000))

        def fresh() -> Engine:
            engine = open_engine(f"sqlite:///{folder}/{next(numbers)}.db")
            upgrade(engine)
            return engine

        yield fresh


@contextmanager
def _postgresql() -> Iterator[Callable[[], Engine] | None]:
    binaries = installed()
    if binaries is None:
        yield None
        return
    # commits that reach the disk, as those of a server in use do
    server = PostgresServer(binaries, ("fsync=on", "full_page_writes=on", "shared_buffers=128MB"))
    try:

        def fresh() -> Engine:
            engine = open_engine(server.url(server.create()))
            upgrade(engine)
            return engine

        yield fresh
    finally:
        server.stop()


if __name__ == "__main__":
    raise SystemExit(main())
