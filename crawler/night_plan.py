"""What the coming nights will bring, by the same calendars that the scheduler goes by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from crawler.clock import CHINA
from crawler.digest.due import latest, told_on
from crawler.night import DIGEST
from crawler.season import Nights, Why

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What is planned."""

    VISIT = "visit"
    DIGEST = "digest"
    DEADLINE = "deadline_edition"  # the digests, with who is late and who is missing


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing that will be done."""

    at: datetime
    kind: Kind
    province: str = ""
    why: Why | None = None
    catching_up: bool = False  # it was due before


def planned(
    calendars: Mapping[str, Nights],
    digest_at: time,
    due: Mapping[str, datetime],
    now: datetime,
    days: int,
    clean_visits: int,
) -> list[Planned]:
    """All that is due within so many days, in order. `due` is when the stored jobs are due next; so many
    `clean_visits` prove an absence.
    """
    until = now + days * _DAY
    visits = [
        one for nights in calendars.values() for one in _visits(nights, due.get(nights.province), now, until)
    ]
    return sorted(
        [*visits, *_mornings(digest_at, due.get(DIGEST), now, until, clean_visits)],
        key=lambda one: (one.at, one.province),
    )


def _visits(nights: Nights, due: datetime | None, now: datetime, until: datetime) -> Iterator[Planned]:
    begin = nights.next(now).at
    if due is not None and due < begin:
        begin = (nights.put_off(now) or now) if due <= now else due
        yield Planned(begin, Kind.VISIT, nights.province, nights.last(due).why, catching_up=True)
        begin = nights.following(begin).at
    for start in nights.starts(begin - timedelta(microseconds=1), until):
        yield Planned(start.at, Kind.VISIT, nights.province, start.why)


def _mornings(
    at: time, due: datetime | None, now: datetime, until: datetime, clean_visits: int
) -> Iterator[Planned]:
    if due is not None and due <= now:
        yield Planned(now, Kind.DIGEST, catching_up=True)
    day = now.astimezone(CHINA).date()
    while (moment := datetime.combine(day, at, CHINA)) <= until:
        if moment > now:
            edition = told_on(latest(day), clean_visits) == day
            yield Planned(moment, Kind.DEADLINE if edition else Kind.DIGEST)
        day += _DAY
