"""`python -m bench.soak.nights N SECONDS`: a scheduler's process through N nights, fewer where the seconds
are over, and a line of figures after each.

The night's hour is brought forward to every few seconds, and the clock of the crawls goes on by a day.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine, QueuePool

from bench.soak.story import PROVINCE
from crawler import clock, schedule
from crawler.config import load
from crawler.database import opened
from crawler.night import Watcher
from crawler.report.model import Bilingual
from crawler.season import Nights

_EVERY = 2  # seconds; a night takes longer, and the next one waits for it


def main() -> None:
    """Entry point; ends by itself."""
    wanted, seconds = int(sys.argv[1]), float(sys.argv[2])
    begin, over = time.monotonic(), False
    night, first = 0, datetime.fromisoformat(os.environ[clock.OVERRIDE])

    class Counting(Watcher):
        def ended(self, job: str, problem: Bilingual | None) -> None:
            nonlocal night, over
            if over or job != PROVINCE or problem is schedule.LEFT_OUT:
                return
            night += 1
            gc.collect()
            told = None if problem is None else problem.en
            print(json.dumps({"night": night, "problem": told, **_figures(engine)}), flush=True)
            os.environ[clock.OVERRIDE] = (first + timedelta(days=night)).isoformat()
            over = night >= wanted or time.monotonic() - begin > seconds
            if over:
                os.kill(os.getpid(), signal.SIGTERM)

    vars(schedule)["NightTrigger"] = lambda _nights: IntervalTrigger(seconds=_EVERY, timezone=clock.CHINA)
    settings = load()
    engine = opened(settings)
    schedule.nightly(settings, {PROVINCE: AnyMoment(PROVINCE, datetime.min.time())}, engine, Counting())
    engine.dispose()


class AnyMoment(Nights):
    """A calendar that puts nothing off, whatever hour it is where the soak runs."""

    def put_off(self, now: datetime) -> None:
        """Never."""


def _figures(engine: Engine) -> dict[str, int]:
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in status if ":" in line)
    pool = cast(QueuePool, engine.pool)
    connections = pool.checkedin() + pool.checkedout()
    return {
        "kilobytes": int(fields["VmRSS"].split()[0]),
        # two threads that ask at the same moment need one connection more, and the pool keeps it
        "files": _files(engine, connections),
        "connections": connections,
        "threads": threading.active_count(),
        "leftovers": sum(1 for _ in Path(tempfile.gettempdir()).iterdir()),
    }


def _files(engine: Engine, connections: int) -> int:
    """How many files are open, without those of the connections to the database."""
    opened_now = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # that of the list itself
            opened_now.append(str(descriptor.readlink()))
    if engine.dialect.name == "sqlite":
        return sum(not name.startswith(str(engine.url.database)) for name in opened_now)
    return len(opened_now) - connections


if __name__ == "__main__":
    main()
