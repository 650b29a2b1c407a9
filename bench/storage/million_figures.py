"""How long reads take: percentiles, the bounds that are wanted, the floors that hold."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Engine, text

from bench.storage.million_reads import Read

FLOORS: Mapping[str, Any] = json.loads(Path(__file__).with_name("million_floors.json").read_text("utf-8"))
"""`page_ms` is the most that a page may take; `most_ms` what holds instead for some reads, by name."""


class Timing(NamedTuple):
    """One question asked many times, in milliseconds.

    What is judged is time on the processor, of this process and of the server's: it is what a quiet machine
    takes, whatever else this one does. The time that passed is told beside it.
    """

    name: str
    database: str
    median: float
    p95: float
    passed: float  # p95 of the time that passed
    rows: int  # of the largest answer
    page: bool

    @property
    def bound(self) -> float | None:
        """The most that its p95 may be; None where nobody waits for it."""
        own = FLOORS["most_ms"].get(self.name)
        return float(own) if own is not None else float(FLOORS["page_ms"]) if self.page else None


class Clock:
    """Processor time of this thread and of the one server process that answers it."""

    def __init__(self, engine: Engine) -> None:
        self._server: Path | None = None
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:  # the pool gives the same connection every time
                self._server = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/schedstat")

    def now(self) -> float:
        """Seconds."""
        server = 0 if self._server is None else int(self._server.read_text().split()[0])
        return time.thread_time() + server / 1e9


def timing(read: Read, database: str, clock: Clock, times: int, seed: int) -> Timing:
    """Ask `times` times, after once that does not count."""
    by = random.Random(f"{seed} {read.name}")
    read.ask(by)
    spent, passed, rows = [], [], 0
    for _ in range(times):
        begun, since = clock.now(), time.perf_counter()
        came = read.ask(by)
        passed.append(1000 * (time.perf_counter() - since))
        spent.append(1000 * (clock.now() - begun))
        rows = max(rows, len(came) if hasattr(came, "__len__") else 1)
    p95 = percentile(spent, 0.95)
    return Timing(read.name, database, median(spent), p95, percentile(passed, 0.95), rows, read.page)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def heading() -> str:
    """What stands above the lines."""
    return f"{'read':38} {'database':10} {'p50 ms':>9} {'p95 ms':>9} {'most':>6} {'passed':>9} {'rows':>7}"


def line(one: Timing) -> str:
    """One line of the table."""
    bound = "" if one.bound is None else f"{one.bound:.0f}"
    figures = f"{one.median:9.1f} {one.p95:9.1f} {bound:>6} {one.passed:9.1f} {one.rows:7}"
    return f"{one.name:38} {one.database:10} {figures}"


def misses(timings: Sequence[Timing]) -> list[str]:
    """One line for everything that takes too long."""
    return [
        f"{one.database}: {one.name}: p95 {one.p95:.1f} ms, wanted {one.bound:.0f}"
        for one in timings
        if one.bound is not None and one.p95 > one.bound
    ]
