"""What a breach of the due date says beside the days."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.report.deadlines import Deadline
from crawler.report.model import Kind
from crawler.validator.basis import ARTICLE_49
from crawler.validator.body import Body
from crawler.validator.lateness import Published, late, no_later_than
from crawler.validator.rule import Statement

INFERRED = "（机关类别按名称推断为"


def told(year: int, published: date, *, inferred: bool = True) -> Statement:
    due = Deadline(date(year + 1, 1, 31), ARTICLE_49, statutory=True)
    return late(Published(published), due, Body(Kind.DEPARTMENT, inferred), year, None, unknown_days=10)


@pytest.mark.parametrize(("year", "named"), [(2018, False), (2019, True), (2023, True)])
def test_a_kind_told_by_the_name_matters_where_the_due_date_rests_on_it(year: int, named: bool) -> None:
    said = told(year, date(year + 1, 3, 5))
    assert (INFERRED in said.message.zh) is named
    assert ("kind inferred" in said.message.en) is named
    assert INFERRED not in told(year, date(year + 1, 3, 5), inferred=False).message.zh


def test_days_are_counted_from_the_due_day() -> None:
    one, two = told(2023, date(2024, 2, 1), inferred=False), told(2023, date(2024, 2, 2), inferred=False)
    assert one.message.zh == "应于2024-01-31前公布，实际2024-02-01发布，逾期1天"
    assert one.message.en == "Due by 2024-01-31, published 2024-02-01, 1 day late"
    assert two.message.en == "Due by 2024-01-31, published 2024-02-02, 2 days late"


@pytest.mark.parametrize(
    ("published", "case"),
    [
        (date(2050, 2, 1), "calendar-unknown"),
        (date(2050, 2, 10), "calendar-unknown"),
        (date(2050, 2, 11), None),
    ],
)
def test_up_to_ten_days_an_unknown_calendar_may_excuse(published: date, case: str | None) -> None:
    assert told(2049, published).case == case


def test_a_visit_before_the_stated_day_counts() -> None:
    day, earlier = date(2024, 1, 20), date(2024, 1, 19)
    assert no_later_than(day, None) == (day, None)
    assert no_later_than(day, day) == (day, None)
    assert no_later_than(day, date(2024, 1, 21)) == (day, None)
    assert no_later_than(day, earlier) == (earlier, day)
