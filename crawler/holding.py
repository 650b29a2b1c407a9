"""Leases that this process holds: taken together, renewed by a thread, given back at the end.

One whose process was killed is over after `LASTS`; where the process can be proved to be gone, at once.
Leases are about processes, not about nights: the clock that NIANBAO_NOW stops is not theirs.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import NamedTuple, Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crawler.clock import CHINA, local
from crawler.report.model import Bilingual
from storage.engine import DatabaseUnusable
from storage.leases import Leases
from storage.records import LeaseRecord

SCHEDULER = "scheduler"
LASTS = timedelta(minutes=2)
EVERY = timedelta(seconds=30)
"""Between two renewals; three in a row may fail before somebody else can take a lease."""
_LEAVING = 5.0
"""Seconds that a renewal under way has when the leases are given back."""

_logger = logging.getLogger(__name__)


def of_portal(portal: str) -> str:
    """Name of the lease of one portal."""
    return f"portal:{portal}"


class Process(NamedTuple):
    """One process of one machine, as the owner of a lease names it.

    `machine` is empty where the system cannot tell one machine, or one container, from another of its name.
    `began` tells it from a later one that got the same number.
    """

    host: str
    number: int
    began: str
    machine: str

    @classmethod
    def this(cls) -> Process:
        """The one that asks."""
        number = os.getpid()
        return cls(socket.gethostname().replace("/", "-")[:80], number, _began(number), _machine())

    @classmethod
    def named(cls, owner: str) -> Process | None:
        """The one that an owner names; None for a text that is none of ours."""
        parts = owner.split("/")
        if len(parts) != 5 or not parts[1].isdecimal():
            return None
        return cls(parts[0], int(parts[1]), parts[2], parts[3])

    @property
    def gone(self) -> bool:
        """Whether it is proved to have ended: only this very machine can tell."""
        if not self.machine or self.machine != _machine():
            return False
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return True
        except (PermissionError, OverflowError):
            pass  # somebody else's; what can be seen of it decides
        return _began(self.number) not in ("", self.began)


def holder_told(lease: LeaseRecord) -> Bilingual:
    """Who holds a lease, since when, and until when unless it is renewed."""
    process = Process.named(lease.owner)
    since = f"{local(lease.taken):%Y-%m-%d %H:%M}"
    until = f"{local(lease.expires):%H:%M:%S}"
    if process is None:
        who = Bilingual(lease.owner, lease.owner)
    else:
        host, number = process.host, process.number
        who = Bilingual(f"{host} 的进程 {number}", f"process {number} on {host}")
    return Bilingual(
        f"{who.zh}（{lease.purpose}），{since} 起；若不续期，{until} 失效",
        f"{who.en} ({lease.purpose}) since {since}; over at {until} unless renewed",
    )


class Holding:
    """What one piece of work holds, from `take` until it is closed.

    `on_lost` is called from the renewing thread with the names that somebody else has taken since: this
    process was asleep, or cut off from the database, for longer than they last.
    """

    def __init__(self, engine: Engine, on_lost: Callable[[frozenset[str]], None]) -> None:
        process = Process.this()
        self._owner = "/".join((*map(str, process), secrets.token_hex(4)))
        self._leases = Leases(engine)
        self._on_lost = on_lost
        self._held: frozenset[str] = frozenset()
        self._over = Event()
        self._renewing = Thread(target=self._renew, name="leases", daemon=True)

    def take(self, names: Collection[str], purpose: str) -> Mapping[str, LeaseRecord]:
        """Take what is free, once; returns what others hold. Raises DatabaseUnusable."""
        standing = self._take(names, purpose)
        for name, lease in list(standing.items()):
            process = Process.named(lease.owner)
            if lease.owner != self._owner and process is not None and process.gone:
                self._leases.give_back(name, lease.owner)
                standing |= self._take((name,), purpose)
        self._held = frozenset(name for name, lease in standing.items() if lease.owner == self._owner)
        if self._held:
            self._renewing.start()
        return {name: lease for name, lease in standing.items() if name not in self._held}

    def close(self) -> None:
        """Give everything back; where that cannot be done, it is over by itself."""
        self._over.set()
        if self._renewing.is_alive():
            self._renewing.join(_LEAVING)
        with suppress(DatabaseUnusable, SQLAlchemyError):
            if self._held:
                self._leases.give_back_all(self._owner)
        self._held = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, names: Collection[str], purpose: str) -> dict[str, LeaseRecord]:
        return dict(self._leases.take_all(names, self._owner, purpose, _now(), LASTS))

    def _renew(self) -> None:
        while not self._over.wait(EVERY.total_seconds()):
            try:
                still = self._leases.renew_all(self._owner, _now(), LASTS)
            except (DatabaseUnusable, SQLAlchemyError) as problem:
                # nobody else can write either; should it last, whoever comes next takes them
                _logger.warning("leases cannot be renewed now: %s", problem)
                continue
            lost = self._held - still
            if lost and not self._over.is_set():
                self._held = still
                self._on_lost(lost)


def _now() -> datetime:
    return datetime.now(CHINA)


def _machine() -> str:
    """This boot of this machine, and this container on it: what a process's number is true of."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink()}"
    except (OSError, ValueError):
        return ""


def _began(number: int) -> str:
    """When a process began, in ticks since the machine did; empty where that cannot be seen."""
    try:
        # its name may hold spaces and brackets
        told = Path(f"/proc/{number}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "ended" if told[0] in ("Z", "X") else told[19]
