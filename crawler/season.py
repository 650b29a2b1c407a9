"""When a province is visited: daily while reports are published, weekly else, twice a day at the deadlines.

Nothing here asks a clock or draws by chance: a province and a day always give the same moments, in every
process and after every restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from crawler.clock import CHINA
from crawler.portals import Window
from crawler.report.deadlines import deadline
from crawler.report.model import Kind

SEASON = ((1, 15), (4, 15))
"""First and last day (month, day) of the weeks in which reports appear: both deadlines, and those who are
late."""
BEFORE, AFTER = timedelta(days=2), timedelta(days=3)
"""Days around a deadline on which a province is visited twice."""
JITTER = timedelta(minutes=30)
"""The latest that a visit begins after its hour, so that not all provinces begin at once."""
APART = timedelta(hours=4)
"""Least time between two visits of one day, where the hours are that long."""

_LATE = timedelta(hours=1)
"""A visit that begins later than that after its time was held up, or is caught up."""
_DAY = timedelta(days=1)
_A_YEAR = 2025
"""Any year whose deadlines are those of the present Regulation."""
STATUTORY = tuple(
    (deadline(kind, _A_YEAR).day.month, deadline(kind, _A_YEAR).day.day)
    for kind in (Kind.DEPARTMENT, Kind.GOVERNMENT)
)

MonthDay = tuple[int, int]


class Why(StrEnum):
    """Why a province is visited on a day."""

    SEASON = "season"
    WEEKLY = "weekly"
    DEADLINE = "deadline"


class Start(NamedTuple):
    """One visit that is due: of which day's night, when, and why on that day."""

    day: date
    at: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Nights:
    """The calendar of one province: its hours, and the deadlines that its installation knows.

    `closes` is None where every hour is allowed; then a day has 24 hours from `opens`. Hours that span
    midnight belong to the day on which they begin. Hours too short for two visits get one.
    """

    province: str
    opens: time
    closes: time | None = None
    deadlines: tuple[MonthDay, ...] = STATUTORY

    @classmethod
    def of(cls, province: str, window: Window | None, at: time, local: Collection[MonthDay] = ()) -> Nights:
        """The calendar of a province with this window, or without one from `at` on; `local` are further
        deadlines.
        """
        deadlines = tuple(sorted({*STATUTORY, *local}))
        if window is None:
            return cls(province, at, None, deadlines)
        return cls(province, window.start, window.end, deadlines)

    def why(self, day: date) -> Why | None:
        """Why the province is visited on that day; None where it is not."""
        if any(day - AFTER <= due <= day + BEFORE for due in self._due_days(day)):
            return Why.DEADLINE
        first, last = (date(day.year, *end) for end in SEASON)
        if first <= day <= last:
            return Why.SEASON
        return Why.WEEKLY if day.weekday() == self.weekday else None

    @property
    def weekday(self) -> int:
        """The weekday outside the season; Monday is 0. It follows from the name, so the load is spread."""
        return _by_chance(self.province, 7)

    def starts(self, after: datetime, until: datetime) -> Iterator[Start]:
        """The visits due after one moment, up to and with another, in order."""
        day = after.astimezone(CHINA).date() - _DAY  # hours that began yesterday may go on
        last = until.astimezone(CHINA).date()
        while day <= last:
            for start in self._of_day(day):
                if after < start.at <= until:
                    yield start
            day += _DAY

    def next(self, after: datetime) -> Start:
        """The first visit due after a moment; there is one within any eight days."""
        return next(self.starts(after, after + 9 * _DAY))

    def following(self, visit: datetime) -> Start:
        """The first visit due after one that began at a moment.

        One that was put off to the opening of the hours stands for what was due minutes later.
        """
        return self.next(visit + JITTER)

    def last(self, until: datetime) -> Start:
        """The last visit that was due at a moment or before it."""
        return list(self.starts(until - 9 * _DAY, until))[-1]

    def open_at(self, moment: datetime) -> bool:
        """Whether the province may be visited then."""
        return self.opening(moment) <= moment

    def opening(self, moment: datetime) -> datetime:
        """`moment` where its hours are open, else when they open next."""
        if self.closes is None:
            return moment
        day = moment.astimezone(CHINA).date()
        for one in (day - _DAY, day, day + _DAY):
            opens = self._opens(one)
            if moment < opens + self._length:
                return max(moment, opens)
        raise AssertionError("hours open every day")

    def put_off(self, now: datetime) -> datetime | None:
        """When a visit that would begin now had better begin: at the opening of the hours, or with the next
        visit where that follows soon upon one that is late. None for now.
        """
        following = self.next(now).at
        if not self.open_at(now):
            return min(self.opening(now), following)
        late = now - self.last(now).at > _LATE
        return following if late and following - now < APART else None

    def _of_day(self, day: date) -> Iterator[Start]:
        why = self.why(day)
        if why is None:
            return
        opens, length = self._opens(day), self._length
        between = length / 2 if length <= APART else max(length / 2, APART)
        if why is not Why.DEADLINE or between < 2 * JITTER:
            yield Start(day, opens + self._jitter(day, length), why)
            return
        late = self._jitter(day, min(between, length - between))
        yield Start(day, opens + late, why)
        yield Start(day, opens + between + late, why)

    def _jitter(self, day: date, room: timedelta) -> timedelta:
        """Whole minutes that follow from province and day; never more than a quarter of the room there is."""
        minutes = int(min(JITTER, room / 4) / timedelta(minutes=1))
        return timedelta(minutes=_by_chance(f"{self.province} {day.isoformat()}", minutes + 1))

    def _opens(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, CHINA)

    @property
    def _length(self) -> timedelta:
        if self.closes is None:
            return _DAY
        opens, closes = (timedelta(hours=end.hour, minutes=end.minute) for end in (self.opens, self.closes))
        return (closes - opens) % _DAY

    def _due_days(self, day: date) -> Iterator[date]:
        """Deadlines of the year before, of the year and of the next: one around new year concerns both."""
        for year in (day.year - 1, day.year, day.year + 1):
            for month, of_month in self.deadlines:
                yield date(year, month, of_month)


def _by_chance(text: str, of: int) -> int:
    """A number below `of` that looks drawn, and is always the same for one text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % of
