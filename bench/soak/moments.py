"""Moments at which a child is killed: drawn over its whole life, and aimed at what it is doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

from sqlalchemy import Engine, text

from bench.soak.installation import SECONDS, Child, Installation

_LOOK = 0.002  # seconds between two looks
_HELD = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
    "WHERE locktype = 'advisory' AND granted AND datname = :database"
)


class Aim(StrEnum):
    """What a kill is aimed at."""

    ANYWHERE = "anywhere"
    WORKING = "while it works"  # a while after its first sign of life
    WRITING = "while it writes"  # in or right after one of its transactions


@dataclass(frozen=True, slots=True)
class Pace:
    """What an undisturbed run took: seconds until its first sign of life, and from there to its end."""

    before: float
    working: float
    writes: int = 8
    """About as many transactions as it makes."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: once the signs of `aim` were seen `number` times, and `delay` seconds later."""

    aim: Aim
    number: int
    delay: float

    def wait(self, child: Child, signs: dict[Aim, Callable[[], int]]) -> None:
        """Wait for it, or for the child's end."""
        deadline = time.monotonic() + SECONDS
        look = signs.get(self.aim)
        while look is not None and look() < self.number:
            if child.ended or time.monotonic() > deadline:
                return
            time.sleep(_LOOK)
        time.sleep(self.delay)


def draw(rng: Random, pace: Pace) -> Moment:
    """A moment of a run that goes about at this pace."""
    aim = rng.choices((Aim.ANYWHERE, Aim.WORKING, Aim.WRITING), (1, 3, 3))[0]
    if aim is Aim.ANYWHERE:
        return Moment(aim, 0, rng.uniform(0, pace.before + pace.working))
    if aim is Aim.WORKING:
        return Moment(aim, 1, rng.uniform(0, pace.working))
    return Moment(aim, rng.randint(1, pace.writes), rng.choice((0.0, rng.uniform(0, 0.05))))


class Writes:
    """How often something was written to a database since this was made, as far as two looks can tell."""

    def __init__(self, installation: Installation) -> None:
        self._count = 0
        self._before: object = None
        self._engine: Engine | None = None
        self._name = installation.database
        self._wal = installation.folder / "nianbao.db-wal"
        if installation.server is not None:
            with installation.engine() as engine:
                self._engine = engine
        else:
            self._before = _size(self._wal)

    def __call__(self) -> int:
        """The number by now."""
        if self._engine is None:
            now: object = _size(self._wal)
            self._count += now != self._before and bool(now)
        else:
            with self._engine.connect() as connection:
                now = bool(connection.scalar(_HELD, {"database": self._name}))
            self._count += now is True and self._before is not True
        self._before = now
        return self._count

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
