"""Both databases for tests; PostgreSQL is a real server that the session starts. See conftest.py."""

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
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.engine import open_engine, upgrade

NO_POSTGRESQL = "PostgreSQL is not installed (Debian: postgresql)"


class PostgresServer:
    """A server of the tests' own: a temporary folder, a unix socket in it, no network.

    `settings` come on top of those that tests need.
    """

    def __init__(self, binaries: Path, settings: Iterable[str] = ()) -> None:
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
        self.binaries = binaries
        self._user, self._settings = user, tuple(settings)
        self._numbers = count(1)
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        self._log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                self.binaries / "postgres", "-D", self.folder / "data", "-k", self.folder,
                "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
                "-c", "shared_buffers=16MB",
                *(word for setting in self._settings for word in ("-c", setting)),
            ],
            stdout=self._log, stderr=self._log, user=self._user, cwd="/", preexec_fn=end_with_parent,
        )  # fmt: skip
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
        """End it, and take away what it held."""
        self.halt(signal.SIGINT)  # "fast" shutdown
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self, by: signal.Signals) -> None:
        """End it; what it holds stays."""
        self._process.send_signal(by)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

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


def end_with_parent() -> None:
    """Let the kernel stop the server if the tests are killed before they can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def installed() -> Path | None:
    """Where the newest server on this machine has its programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = installed()
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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with current, empty tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "nianbao.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database with current, empty tables; for what is no matter of the database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'nianbao.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with current, empty tables."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)
