"""What the coming nights will bring, by the same calendars that the scheduler goes by."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from crawler.clock import CHINA
from crawler.digest.due import latest, told_on
from crawler.night import DIGEST
from crawler.season import Nights, Why
from storage.records import RunRecord

_DAY = timedelta(days=1)
_NOON = timedelta(hours=12)


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


@dataclass(frozen=True, slots=True)
class Load:
    """How much one night has to do, from noon to noon: visits, when the last of those that begin will have
    ended, and how many are put off since they would begin too late.
    """

    day: date  # on which it begins
    visits: int
    ends: datetime
    put_off: int


def spans(good: Mapping[str, RunRecord], provinces: Collection[str]) -> dict[str, timedelta]:
    """How long each of the provinces takes, by its last crawl that did its work to the end; where there was
    none, as long as the others on average. Empty where there was none of any.
    """
    known = {
        name: run.ended - run.started
        for name, run in good.items()
        if name in provinces and run.ended is not None
    }
    if not known:
        return {}
    usual = sum(known.values(), timedelta()) / len(known)
    return {name: known.get(name, usual) for name in provinces}


def fullest(
    plan: Iterable[Planned],
    calendars: Mapping[str, Nights],
    took: Mapping[str, timedelta],
    at_once: int,
) -> Load | None:
    """The night that has least room, so many provinces being crawled at once: the one that puts most visits
    off, and of several the one that ends last after its beginning. None without a visit, or where nobody
    knows how long provinces take (`spans`).
    """
    if not took:
        return None
    nights: dict[date, list[Planned]] = {}
    for one in plan:
        if one.kind is Kind.VISIT:
            nights.setdefault((one.at.astimezone(CHINA) - _NOON).date(), []).append(one)
    loads = [_load(day, visits, calendars, took, at_once) for day, visits in nights.items()]
    return max(loads, key=lambda load: (load.put_off, load.ends - _begin(load.day)), default=None)


def _load(
    day: date,
    visits: list[Planned],
    calendars: Mapping[str, Nights],
    took: Mapping[str, timedelta],
    at_once: int,
) -> Load:
    """Each visit, in order, is taken up by whichever of the crawlers is free first."""
    free = [_begin(day)] * at_once
    put_off = 0
    ends = visits[0].at
    for visit in visits:
        begins = max(visit.at, free[0])
        if calendars[visit.province].put_off(begins) is not None:
            put_off += 1
            continue
        over = begins + took[visit.province]
        heapq.heapreplace(free, over)
        ends = max(ends, over)
    return Load(day, len(visits), ends, put_off)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA)


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
