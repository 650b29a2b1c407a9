"""Databases that fail in the middle: busy, cut off, stopped, full. What was acknowledged is there afterwards,
the rest is not, and what is said of it is one line.

The writers are processes of their own, as crawls are; each says on its pipe what was acknowledged to it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from storage.engine import DatabaseUnusable, open_engine, upgrade, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import RunRecord
from storage.soundness import Question, answer
from tests.databases import PostgresServer
from tests.storage.conftest import Nights

HOLDER = """
import sys
from storage.engine import open_engine, writing
with writing(open_engine(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

WRITER = """
import os, resource, sys
from storage.engine import DatabaseUnusable, open_engine
from storage.ledger import Ledger
from tests.storage.conftest import Nights
most = int(sys.argv[2])
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    nights = Nights(Ledger(open_engine(sys.argv[1])))
    print(nights.begin(), flush=True)
    for batch in range(2000):
        entries = []
        for number in range(5):
            name = f"{batch}-{number}"
            report = nights.report(f"http://a.example/{name}", organ=name, signature=os.urandom(2000))
            finding = nights.finding(batch * 5 + number, organ=name, url=report.url)
            entries.append(nights.page(report, finding))
        nights.record(*entries)
        print(batch, flush=True)
except DatabaseUnusable as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""


@contextmanager
def holder(url: str) -> Iterator[None]:
    """Another process that writes, and does not come to an end."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        try:
            assert child.stdout.readline() == "held\n"
            yield
        finally:
            child.stdin.close()
            assert child.wait(60) == 0


def writer(url: str, most: int = 0) -> subprocess.Popen[str]:
    """A process that writes batches of five until it cannot, or all are written."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(most)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def acknowledged(child: subprocess.Popen[str]) -> tuple[int, str]:
    """How many batches were acknowledged until its end, and what it said of that."""
    said, why = child.communicate(timeout=120)
    assert child.returncode == 2, why
    return len(said.splitlines()), why


def assert_one_line(why: str) -> None:
    assert why.startswith("cannot use the database "), why
    assert why.count("\n") == 1, why
    assert "Traceback" not in why


def assert_held(engine: Engine, batches: int, *, or_one_more: bool = False) -> None:
    """Just these batches are on record, whole, and all of it is sound."""
    reports = {report.organ for report in Queries(engine).reports()}
    wanted = [{f"{batch}-{number}" for batch in range(batches) for number in range(5)}]
    if or_one_more:  # what was written when nobody could be told any more
        wanted.append(wanted[0] | {f"{batches}-{number}" for number in range(5)})
    assert reports in wanted
    assert len(Queries(engine).findings()) == len(reports)
    told = {question: answer(engine, question).count for question in Question}
    told.pop(Question.REFERENCES)  # no portal is registered here
    assert not any(told.values()), told


def test_a_writer_gives_up_when_another_process_writes_for_too_long(
    url: str, engine: Engine, queries: Queries
) -> None:
    impatient = open_engine(url, patience=0.3)
    ledger = Ledger(impatient)
    run = RunRecord(None, "crawl", "yunling", Nights.START)
    with holder(url):
        with pytest.raises(DatabaseUnusable) as refused:
            ledger.begin_run(run)
        assert "lock" in str(refused.value)
        assert "\n" not in str(refused.value)
        assert queries.runs() == [], "readers are not kept waiting"
    assert ledger.begin_run(run) == 1
    impatient.dispose()


def test_the_longest_wait_of_a_statement_is_that_of_its_writer(engine: Engine) -> None:
    with writing(engine) as session:
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA busy_timeout")) == 60_000
        else:
            assert session.scalar(text("SHOW lock_timeout")) == "1min"


class TestPostgresql:
    """What only a server can do."""

    @pytest.fixture
    def url(self, postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
        name = postgres.create(postgres_template)
        yield postgres.url(name)
        postgres.drop(name)

    @pytest.mark.parametrize("moment", [1, 2, 5, 9, "commit"])
    def test_a_connection_that_is_cut_in_the_middle_of_a_batch_leaves_nothing_of_it(
        self, moment: int | str, url: str, engine: Engine, nights: Nights, queries: Queries
    ) -> None:
        nights.record(nights.page(nights.report(), nights.finding()))
        before = queries.reports(), queries.findings(), queries.changes(0)
        statements: list[str] = []

        def cut(connection: Any) -> None:
            statements.clear()
            pid = connection.connection.driver_connection.info.backend_pid
            administrator = create_engine(
                url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
            )
            with administrator.connect() as other:
                assert other.scalar(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})
            administrator.dispose()

        def before_execute(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)
            if len(statements) == moment:
                cut(connection)

        def before_commit(connection: Any) -> None:
            if moment == "commit":
                cut(connection)

        event.listen(engine, "before_cursor_execute", before_execute)
        event.listen(engine, "commit", before_commit)
        entries = [
            nights.page(nights.report(f"http://a.example/{n}", organ=f"云溪县{n}局")) for n in range(5)
        ]
        with pytest.raises(DatabaseUnusable) as refused:
            nights.record(*entries)
        assert "\n" not in str(refused.value)
        event.remove(engine, "before_cursor_execute", before_execute)
        event.remove(engine, "commit", before_commit)
        assert (queries.reports(), queries.findings(), queries.changes(0)) == before
        nights.record(*entries)  # the same ledger, on a new connection
        assert len(queries.reports()) == 6

    @pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
    def test_a_server_that_stops_in_the_middle_keeps_what_it_has_acknowledged(
        self, by: signal.Signals, postgres_of_its_own: PostgresServer
    ) -> None:
        server = postgres_of_its_own
        address = server.url(server.create())
        engine = open_engine(address)
        upgrade(engine)
        with writer(address) as child:
            assert child.stdout is not None
            assert [child.stdout.readline() for _ in range(6)] == [f"{n}\n" for n in (1, 0, 1, 2, 3, 4)]
            server.halt(by)
            count, why = acknowledged(child)
        assert_one_line(why)
        with pytest.raises(DatabaseUnusable):
            Queries(engine).reports()
        server.start()
        assert_held(engine, 5 + count, or_one_more=True)
        engine.dispose()

    @pytest.fixture
    def postgres_of_its_own(self, postgres: PostgresServer) -> Iterator[PostgresServer]:
        server = PostgresServer(postgres.binaries)
        yield server
        server.stop()


@pytest.mark.parametrize("more", [-180_000, 1_000_000])
def test_a_full_disk_ends_the_writer_and_keeps_what_was_acknowledged(tmp_path: Path, more: int) -> None:
    file = tmp_path / "nianbao.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    with writer(f"sqlite:///{file}", file.stat().st_size + more) as child:
        count, why = acknowledged(child)
    assert_one_line(why)
    assert_held(engine, max(0, count - 1))  # the first line is the number of the run
    assert (count > 2) == (more > 0)
    # there is room again
    nights = Nights(Ledger(engine))
    nights.begin()
    nights.record(nights.page(nights.report(organ="云溪县水务局"), nights.finding(99_999)))
    assert len(Queries(engine).reports(organ="云溪县水务局")) == 1
    engine.dispose()
