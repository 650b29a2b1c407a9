"""What alarms are made from, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.records import LeaseRecord, MailRecord, PortalRecord, RunRecord, VisitRecord


@dataclass(frozen=True, slots=True)
class ProvinceRecord:
    """The record of one province. All sequences are newest first, and hold the latest alone.

    `recent` are visits for all years; `clean` the clean ones of them, which reach further back. `due` is when
    the last crawl should have begun that is given up on by now, None where the night does not crawl the
    province. `patience` is how long a portal may go without a clean visit, `longest` how long a crawl can
    take.
    """

    province: str
    now: datetime
    portals: Sequence[PortalRecord] = ()
    recent: Mapping[str, Sequence[VisitRecord]] = field(default_factory=dict)
    clean: Mapping[str, Sequence[VisitRecord]] = field(default_factory=dict)
    runs: Sequence[RunRecord] = ()
    due: datetime | None = None
    patience: timedelta = timedelta(days=15)
    longest: timedelta = timedelta(hours=7)


@dataclass(frozen=True, slots=True)
class House:
    """What concerns no province: the scheduler's lease as last renewed, and mails that met trouble.

    `machine_now` is the machine's clock, which leases live by.
    """

    now: datetime
    machine_now: datetime
    scheduler: LeaseRecord | None = None
    mails: Sequence[MailRecord] = ()
