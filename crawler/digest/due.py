"""What was due when, and how the duties stand: values for digests. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from crawler.report.model import Bilingual
from storage.records import ASSESSED, NOT_OWED, Coverage, ObligationRecord, ObligationStatus

Duties = Mapping[ObligationStatus, int]
"""How many duties stand how."""

TOLD = (
    ObligationStatus.MISSING,
    ObligationStatus.LATE,
    ObligationStatus.UNREACHABLE,
    ObligationStatus.NOT_ASSESSABLE,
)
"""How duties stand whose bodies are named."""


def coverage(duties: Duties) -> Coverage:
    """Of how many of these duties that are due it is known how they were kept."""
    return Coverage(
        sum(number for status, number in duties.items() if status in ASSESSED),
        sum(number for status, number in duties.items() if status not in NOT_OWED),
    )


class Deadline(NamedTuple):
    """A due date of the law, and the report year. Local due dates of the same season go with it."""

    year: int
    day: date
    since: date
    until: date
    whose: Bilingual

    @property
    def a_year_before(self) -> Deadline:
        """The same of the report year before."""
        return _of(self.year - 1, self.day.month)


_JANUARY, _MARCH = 1, 3
_LONGEST_WAIT = 7


def latest(day: date) -> Deadline:
    """The last due date of the law before `day`."""
    if day > date(day.year, 3, 31):
        return _of(day.year - 1, _MARCH)
    return _of(day.year - 1, _JANUARY) if day > date(day.year, 1, 31) else _of(day.year - 2, _MARCH)


def told_on(deadline: Deadline, clean_visits: int) -> date:
    """The day on which the edition after a due date is sent: when as many visits as prove an absence can have
    been made on different nights, and in any case within a week and a day.
    """
    return deadline.day + timedelta(days=min(clean_visits, _LONGEST_WAIT) + 1)


def _of(year: int, month: int) -> Deadline:
    due = year + 1
    if month == _JANUARY:
        whose = Bilingual("部门等（1月31日到期）", "departments, due on 31 January")
        return Deadline(year, date(due, 1, 31), date(due, 1, 1), date(due, 2, 15), whose)
    whose = Bilingual("各级政府（3月31日到期）", "governments, due on 31 March")
    return Deadline(year, date(due, 3, 31), date(due, 2, 16), date(due, 12, 31), whose)


@dataclass(frozen=True, slots=True)
class Owed:
    """What was owed by a deadline in one reader's scope, by province; `told` are the duties in TOLD alone.

    `before` is what is known by now of the same duties a year earlier; empty where nothing is.
    """

    deadline: Deadline
    counts: Mapping[str, Duties]
    told: Sequence[ObligationRecord] = ()
    before: Mapping[str, Duties] = field(default_factory=dict)
