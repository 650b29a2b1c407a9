"""The first working day, by the published calendar and without one."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.validator.working_days import first_working_day


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2024, 1, 31), date(2024, 1, 31)),  # Wednesday
        (date(2023, 1, 28), date(2023, 1, 28)),  # Saturday, worked in exchange for the Spring Festival
        (date(2022, 1, 31), date(2022, 2, 7)),  # the Spring Festival, 31 January to 6 February
        (date(2026, 1, 31), date(2026, 2, 2)),  # Saturday
    ],
)
def test_by_the_published_calendar(day: date, first: date) -> None:
    assert first_working_day(day) == (first, True)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2050, 1, 28), date(2050, 1, 28)),  # Friday
        (date(2050, 1, 29), date(2050, 1, 31)),  # Saturday
        (date(2050, 1, 30), date(2050, 1, 31)),  # Sunday
        (date(2050, 1, 31), date(2050, 1, 31)),  # Monday
    ],
)
def test_without_a_calendar_monday_to_friday(day: date, first: date) -> None:
    assert first_working_day(day) == (first, False)
