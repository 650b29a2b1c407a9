"""Working days in China; from the published holiday calendar where it is known, else Monday to Friday."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar

_LONGEST_BREAK = 20
"""Days; no public holiday with its weekends is as long."""


class WorkingDay(NamedTuple):
    """A working day; `known` is False where the holidays of its year are not published to us."""

    day: date
    known: bool


def first_working_day(day: date) -> WorkingDay:
    """`day` itself if it is a working day, else the first one after it."""
    known = True
    for offset in range(_LONGEST_BREAK):
        candidate = day + timedelta(days=offset)
        try:
            working = bool(chinese_calendar.is_workday(candidate))
        except NotImplementedError:
            known, working = False, candidate.weekday() < 5
        if working:
            return WorkingDay(candidate, known)
    raise ValueError(f"no working day within {_LONGEST_BREAK} days of {day}")
