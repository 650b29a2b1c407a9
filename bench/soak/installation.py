"""An installation of its own: a database, an archive, a province file, and commands run in it as children."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from sqlalchemy import Engine

from bench.soak import loaded
from bench.soak.story import CLEAN_VISITS, PROVINCE, REVISIT_DAYS
from storage.engine import open_engine

SECONDS = 180.0
"""No command of the soak takes as long."""
CRAWL = ("scrapy", "crawl", PROVINCE)
NIANBAO = ("crawler",)

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([loaded.__name__])


class Server(Protocol):
    """What a PostgreSQL server must be able to do (tests.databases.PostgresServer)."""

    def url(self, database: str) -> str: ...
    def create(self, template: str = "template0") -> str: ...
    def drop(self, database: str) -> None: ...


class CommandFailed(Exception):
    """A command that nobody disturbed did not end well; carries the end of what it said."""


@dataclass
class Installation:
    """One folder; the database stands in it, or on `server`."""

    folder: Path
    provinces: Path
    server: Server | None = None
    database: str = ""  # its name on the server
    children: int = field(default=0)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.server is not None and not self.database:
            self.database = self.server.create()

    @property
    def url(self) -> str:
        """The database's URL."""
        if self.server is not None:
            return self.server.url(self.database)
        return f"sqlite:///{self.folder / 'nianbao.db'}"

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.folder / "archive"

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The database, opened; closed again, so that it can be copied."""
        engine = open_engine(self.url)
        try:
            yield engine
        finally:
            engine.dispose()

    def copy(self, folder: Path) -> Installation:
        """Another installation that holds the same. Nobody may be at work in this one."""
        folder.mkdir(parents=True)
        if self.archive.exists():
            # nothing in an archive is ever overwritten, so the copies may share their bytes
            shutil.copytree(self.archive, folder / "archive", copy_function=os.link)
        if self.server is not None:
            return Installation(folder, self.provinces, self.server, self.server.create(self.database))
        with (
            closing(sqlite3.connect(self.folder / "nianbao.db")) as ours,
            closing(sqlite3.connect(folder / "nianbao.db")) as theirs,
        ):
            ours.backup(theirs)
        return Installation(folder, self.provinces)

    def remove(self) -> None:
        """Delete everything."""
        if self.server is not None:
            self.server.drop(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(
        self,
        command: Sequence[str],
        now: datetime,
        more: Mapping[str, str] = MappingProxyType({}),
        seconds: float = SECONDS,
    ) -> Child:
        """Start `python -m COMMAND` with the clock at `now`, as the leader of its own group.

        `more` are further environment variables, `seconds` is the longest that it may take.
        """
        self.children += 1
        environment = {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "NIANBAO_DATABASE_URL": self.url,
            "NIANBAO_ARCHIVE_URL": str(self.archive),
            "NIANBAO_PROVINCES": str(self.provinces),
            "NIANBAO_LOG_FOLDER": str(self.folder / "log"),
            "NIANBAO_NOW": now.isoformat(),
            "NIANBAO_CLEAN_VISITS": str(CLEAN_VISITS),
            "NIANBAO_REVISIT_DAYS": str(REVISIT_DAYS),
            **more,
        }
        said = self.folder / f"said-{self.children}"
        process = _CONTEXT.Process(target=loaded.run, args=(command, environment, self.folder, said))
        process.start()
        return Child(process, said, " ".join(command), seconds)

    def run(self, command: Sequence[str], now: datetime) -> None:
        """Run `python COMMAND` to its end. Raises CommandFailed."""
        self.start(command, now).finish()


@dataclass
class Child:
    """A command under way."""

    process: ForkServerProcess
    said: Path
    command: str
    seconds: float

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, whatever that was."""
        return not self.process.is_alive()

    def kill(self) -> bool:
        """End it and whatever it started, at once; False where it had ended before."""
        pid = self.process.pid
        if pid is None or self.ended:
            return False
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:  # it is not yet the leader of its group
            self.process.kill()
        self.process.join()
        return self.process.exitcode == -signal.SIGKILL

    def finish(self) -> None:
        """Wait for a good end. Raises CommandFailed."""
        self.process.join(self.seconds)
        if not self.ended:
            self.kill()
        code = self.process.exitcode
        if code != 0:
            words = self.said.read_text(encoding="utf-8", errors="replace") if self.said.exists() else ""
            raise CommandFailed(f"{self.command}: exit code {code}\n{words[-3000:]}")
