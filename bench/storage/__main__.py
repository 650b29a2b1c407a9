"""`python -m bench.storage`: every read of storage over a million reports, on both databases.

Exit code 1 where a read takes longer than it may, or the counts are not what they count.
"""

from __future__ import annotations

import argparse
import gc
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from bench.storage.million import Country
from bench.storage.million_figures import Clock, Timing, heading, line, misses, timing
from bench.storage.million_load import load
from bench.storage.million_reads import Reads
from storage import rollups
from storage.engine import open_engine, writing
from storage.queries import Queries
from tests.databases import NO_POSTGRESQL, PostgresServer, installed

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_SETTINGS = ("shared_buffers=1GB", "maintenance_work_mem=512MB", "max_wal_size=4GB", "work_mem=16MB")


def main() -> int:
    """Entry point; the exit code."""
    given = _arguments()
    country = Country(given.reports, given.seed, given.cells)
    gc.freeze()  # no program that asks has a whole country in memory, to be gone over for what can be freed
    timings: list[Timing] = []
    wrong: list[str] = []
    for database in given.database or (SQLITE, POSTGRESQL):
        with tempfile.TemporaryDirectory(prefix="nianbao-million-", dir=given.folder) as folder:
            made = Path(given.keep or folder)
            with _opened(database, made, given.at) as engine:
                if given.at is None and not (given.keep and _filled(engine)):
                    _made(engine, country)
                wrong += [f"{database}: {told}" for told in _recounted(engine)]
                reads = [read for read in Reads(Queries(engine), country).all() if given.only in read.name]
                clock = Clock(engine)
                print(heading(), flush=True)
                for read in reads:
                    timings.append(timing(read, database, clock, given.times, given.seed))
                    print(line(timings[-1]), flush=True)
    print(f"{given.reports} reports, Python {platform.python_version()}")
    missed = [*wrong, *misses(timings)]
    for told in missed:
        print(told, file=sys.stderr)
    return int(bool(missed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.storage", description=__doc__)
    parser.add_argument("--reports", type=int, default=1_000_000)
    parser.add_argument("--cells", type=int, default=40, help="of a report; a whole one has about 150")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=60, help="how often each read is asked")
    parser.add_argument("--database", action="append", choices=(SQLITE, POSTGRESQL))
    parser.add_argument("--only", default="", metavar="TEXT", help="reads with this in their name")
    parser.add_argument("--folder", metavar="FOLDER", help="where the SQLite file is made and deleted")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the SQLite file there, and take it from there")
    parser.add_argument("--at", metavar="URL", help="a database that stands, filled by the same arguments")
    return parser.parse_args()


@contextmanager
def _opened(database: str, folder: Path, at: str | None) -> Iterator[Engine]:
    if at is not None:
        engine = open_engine(at)
        yield engine
        engine.dispose()
        return
    if database == SQLITE:
        engine = open_engine(f"sqlite:///{folder}/million.db")
        yield engine
        engine.dispose()
        return
    binaries = installed()
    if binaries is None:
        raise SystemExit(NO_POSTGRESQL)
    server = PostgresServer(binaries, _SETTINGS)
    try:
        engine = open_engine(server.url(server.create()))
        yield engine
        engine.dispose()
    finally:
        server.stop()


def _filled(engine: Engine) -> bool:
    with engine.connect() as connection:
        return engine.dialect.has_table(connection, "reports") and bool(
            connection.scalar(text("SELECT count(*) FROM (SELECT 1 FROM reports LIMIT 1) AS one"))
        )


def _made(engine: Engine, country: Country) -> None:
    begun = since = time.monotonic()

    def told(what: str) -> None:
        nonlocal since
        now = time.monotonic()
        print(f"{engine.dialect.name}: {what}, {now - since:.0f} s", file=sys.stderr, flush=True)
        since = now

    load(engine, country, told)
    with writing(engine) as session:
        rollups.rebuild(session)
    told("counts")
    print(f"{engine.dialect.name}: made in {time.monotonic() - begun:.0f} s", flush=True)


def _recounted(engine: Engine) -> list[str]:
    begun = time.monotonic()
    with writing(engine) as session:
        lines = rollups.differences(session)
    print(f"{engine.dialect.name}: counts held against what they count in {time.monotonic() - begun:.1f} s")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
