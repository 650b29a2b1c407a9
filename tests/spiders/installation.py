"""An installation of its own, and whole crawls in it as child processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from crawler.demo.server import SamplePortals
from storage.engine import open_engine
from storage.queries import Queries

SECONDS = 120


@dataclass
class Installation:
    """A database, an archive and a province file of its own."""

    folder: Path
    database: str = ""
    runs: int = field(default=0)
    clean_visits: int = 1
    """One after the due date proves an absence: no visit that counts goes unnoticed."""

    def __post_init__(self) -> None:
        self.database = self.database or f"sqlite:///{self.folder / 'nianbao.db'}"

    def crawl(
        self,
        target: str,
        *options: str,
        now: str = "2024-05-01T02:00:00",
        stop_after: str = "",
        stop_when: Callable[[], bool] | None = None,
        by: signal.Signals = signal.SIGTERM,
        then: Callable[[], object] = lambda: None,
    ) -> Crawl:
        """One crawl in a child process; told to stop once its progress shows the text `stop_after`, or once
        `stop_when` comes true. The signal is `by`; `then` is called after it.
        """
        self.runs += 1
        progress = self.folder / f"progress-{self.runs}.jsonl"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("NIANBAO_", "SCRAPY_"))
        }
        environment |= {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "NIANBAO_DATABASE_URL": self.database,
            "NIANBAO_ARCHIVE_URL": str(self.folder / "archive"),
            "NIANBAO_PROVINCES": str(self.folder / "provinces"),
            "NIANBAO_PROGRESS": str(progress),
            "NIANBAO_NOW": now,
            "NIANBAO_CLEAN_VISITS": str(self.clean_visits),
        }
        log = self.folder / f"log-{self.runs}"
        with log.open("wb") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "scrapy", "crawl", target, *options],
                env=environment,
                cwd=self.folder,
                stderr=output,
            )
            try:
                if stop_after:
                    stop_when = partial(_shows, progress, stop_after)
                if stop_when is not None:
                    _wait_for(stop_when, child)
                    child.send_signal(by)
                    then()
                child.wait(SECONDS)
            finally:
                child.kill()
        lines = progress.read_text(encoding="utf-8").splitlines() if progress.exists() else []
        log_text = log.read_text(encoding="utf-8")
        return Crawl(child.returncode, log_text, [json.loads(line) for line in lines])

    def serve(self, portals: SamplePortals) -> None:
        """Write the province file for portals that are served on free ports."""
        folder = self.folder / "provinces"
        folder.mkdir(exist_ok=True)
        # not `sample: true`: that would serve them on their own ports as well
        text = portals.province_yaml.replace("sample: true", "sample: false")
        (folder / "demo.yml").write_text(text, encoding="utf-8")

    @property
    def queries(self) -> Queries:
        """What storage holds."""
        return Queries(open_engine(self.database))


def _shows(progress: Path, text: str) -> bool:
    return progress.exists() and text in progress.read_text(encoding="utf-8")


def _wait_for(true: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    for _ in range(SECONDS * 10):
        if child.poll() is not None or true():
            return
        time.sleep(0.1)


@dataclass
class Crawl:
    """How one crawl ended, and what it told on the way."""

    exit_code: int
    log: str
    progress: list[dict[str, Any]]

    @property
    def end(self) -> dict[str, Any]:
        """Its last words."""
        assert self.progress, self.log
        assert self.progress[-1]["event"] == "end", self.log
        return self.progress[-1]

    def visit(self, portal: str) -> dict[str, Any]:
        """How the visit of one portal ended."""
        (visit,) = [visit for visit in self.end["visits"] if visit["portal"] == portal]
        return visit
