"""Both databases, each with an empty schema per test; PostgreSQL is a real server that the session starts."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from storage.engine import open_engine, upgrade, writing
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import DocumentRecord, FindingRecord, PageRecord, PageSeen, ReportRecord, RunRecord
from storage.tables import Base

NO_POSTGRESQL = "PostgreSQL is not installed (Debian: postgresql)"


class PostgresServer:
    """A server of the tests' own: a temporary folder, a unix socket in it, no network."""

    def __init__(self, binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nianbao-pg-"))  # pytest's own is closed to other users
        user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
        if user:
            shutil.chown(self.folder, user)
        data = self.folder / "data"
        subprocess.run(
            [
                binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync",
            ],
            check=True, capture_output=True, user=user, cwd="/",
        )  # fmt: skip
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                binaries / "postgres", "-D", data, "-k", self.folder, "-c", "listen_addresses=",
                "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB",
            ],
            stdout=self._log, stderr=self._log, user=user, cwd="/", preexec_fn=_end_with_parent,
        )  # fmt: skip
        self._numbers = count(1)
        try:
            self._administer("SELECT 1")
        except BaseException:
            self.stop()
            raise

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database; returns its name."""
        name = f"test_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        self._administer(f"DROP DATABASE {database} WITH (FORCE)")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # "fast" shutdown
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _administer(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        try:
            for attempt in range(300):  # only the first call ever waits: for the server to come up
                try:
                    with engine.connect() as connection:
                        connection.execute(text(statement))
                    return
                except Exception:
                    if self._process.poll() is not None or attempt == 299 or "SELECT 1" not in statement:
                        raise
                    time.sleep(0.1)
        finally:
            engine.dispose()


def _end_with_parent() -> None:
    """Let the kernel stop the server if the tests are killed before they can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _binaries() -> Path | None:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = _binaries()
    if binaries is None or (
        os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}
    ):
        if os.environ.get("NIANBAO_NO_SKIPS") == "1":
            pytest.fail(NO_POSTGRESQL)
        pytest.skip(NO_POSTGRESQL)
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """A database with current tables, to be copied."""
    name = postgres.create()
    engine = open_engine(postgres.url(name))
    upgrade(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with current, empty tables."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/nianbao.db"
        engine = open_engine(address)
        upgrade(engine)
        engine.dispose()
        yield address
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def queries(engine: Engine) -> Queries:
    return Queries(engine)


@pytest.fixture
def empty_all(engine: Engine) -> Callable[[], None]:
    """Take every row out; for tests that play many stories in one database."""

    def empty() -> None:
        with writing(engine) as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())

    return empty


class Nights:
    """Runs, a night apart, and the things that are seen in them. Places are invented."""

    START = datetime(2024, 2, 1, 18, 0, tzinfo=UTC)

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.night = 0
        self.run = 0

    def begin(self) -> int:
        self.night += 1
        self.run = self.ledger.begin_run(RunRecord(None, "nightly", "yunling", self.at()))
        return self.run

    def at(self, minutes: int = 0) -> datetime:
        """A moment of the present night."""
        return self.START + timedelta(days=self.night - 1, minutes=minutes)

    def report(self, url: str = "http://a.example/1.html", sha: str = "1", **values: Any) -> ReportRecord:
        known = ReportRecord(
            organ="云溪县水务局", year=2023, title="云溪县水务局2023年政府信息公开工作年度报告", url=url,
            portal="yunxi", province="yunling", sha256=sha * 64, seen=self.at(), published=date(2024, 1, 20),
            published_from="meta", form="2021", rules_version=1,
        )  # fmt: skip
        return replace(known, **values)

    def finding(self, number: int = 1, **values: Any) -> FindingRecord:
        known = FindingRecord(
            fingerprint=f"{number:016x}", organ="云溪县水务局", year=2023, rule="applications-balance",
            severity="error", verdict="fail", fault="publisher", where="applications.total",
            message_zh="收到 21 件，办结 20 件", message_en="21 received, 20 accounted for",
            basis_zh="样式表三", basis_en="form, table 3", province="yunling", portal="yunxi",
            url="http://a.example/1.html", archived="1" * 64,
            cells=("applications.new_received.total",), expected=21, found=20,
        )  # fmt: skip
        return replace(known, **values)

    def page(self, report: ReportRecord, *findings: FindingRecord, **values: Any) -> PageSeen:
        """The page that holds `report`, as seen tonight."""
        page = PageRecord(
            url=report.url, portal=report.portal, sha256=report.sha256, seen=report.seen,
            organ=report.organ, year=report.year, rules_version=report.rules_version,
        )  # fmt: skip
        documents = (DocumentRecord(report.sha256, 1234, "text/html", report.seen),)
        return PageSeen(replace(page, **values), documents, report, findings)

    def unread(self, url: str = "http://a.example/1.html", sha: str = "9") -> PageSeen:
        """A page that no report could be read from."""
        page = PageRecord(url, "yunxi", sha * 64, self.at(), problem="not an annual report")
        return PageSeen(page, (DocumentRecord(sha * 64, 10, None, self.at()),))

    def record(self, *entries: Any) -> None:
        self.ledger.record(self.run, entries)


@pytest.fixture
def nights(ledger: Ledger) -> Nights:
    """The first night has begun."""
    story = Nights(ledger)
    story.begin()
    return story
