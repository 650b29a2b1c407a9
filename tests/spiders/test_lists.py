"""What the first page of a list tells of the pages behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from spiders.links import Row
from spiders.lists import descends, fingerprint, newest_first, older_than, same_as_before
from storage.records import ListRecord

NEW, MIDDLE, OLD = date(2024, 1, 30), date(2024, 1, 18), date(2022, 1, 16)


def rows(*days: date | None) -> list[Row]:
    return [Row(f"http://a.example/{n}.html", f"第{n}份", day) for n, day in enumerate(days)]


@pytest.mark.parametrize(
    ("days", "in_order"),
    [
        ((NEW, MIDDLE, OLD), True),
        ((NEW, NEW, OLD), True),
        ((NEW,), True),
        ((MIDDLE, NEW), False),
        ((NEW, OLD, MIDDLE), False),  # pinned rows, or no order at all
        ((NEW, None, OLD), False),
        ((NEW, OLD, None), False),
        ((None,), False),
        ((), False),
    ],
)
def test_newest_first_is_certain_or_not_at_all(days: tuple[date | None, ...], in_order: bool) -> None:
    assert newest_first(rows(*days)) is in_order


@pytest.mark.parametrize(
    ("days", "before", "descending"),
    [
        ((NEW, OLD), None, True),
        ((NEW, NEW), None, False),  # all of one day: the next one may be added at either end
        ((NEW, NEW), MIDDLE, False),
        ((MIDDLE, MIDDLE), NEW, True),
        ((None, None), None, False),
    ],
)
def test_rows_of_one_day_tell_no_order(
    days: tuple[date | None, ...], before: date | None, descending: bool
) -> None:
    assert descends(rows(*days), before) is descending


def test_what_may_be_dated_back_is_not_old() -> None:
    walked = date(2024, 3, 1)
    assert not older_than(rows(NEW), walked)
    assert older_than(rows(NEW - timedelta(days=1)), walked)
    assert not older_than(rows(OLD, NEW), walked), "no order, so nothing is known of what follows"
    assert older_than(rows(NEW, OLD), walked)


def test_a_fingerprint_changes_with_whatever_a_reader_sees() -> None:
    known = rows(NEW, OLD)
    assert fingerprint(known) == fingerprint(rows(NEW, OLD))
    changed = [
        known[::-1],
        known[:1],
        [known[0]._replace(title="另一份"), known[1]],
        [known[0]._replace(day=MIDDLE), known[1]],
        [known[0]._replace(url="http://a.example/9.html"), known[1]],
        [],
    ]
    assert len({fingerprint(one) for one in (known, *changed)}) == 7
    assert fingerprint([Row("http://a.example/", "半个字\ud800", None)])


def test_a_page_that_shows_the_same_counts_only_where_the_number_of_entries_is_known() -> None:
    told = ListRecord(
        "p", "http://a.example/", None, (), None, datetime(2024, 1, 1, tzinfo=UTC), rows="ab", entries=9
    )
    assert same_as_before(told, "ab", 9)
    assert not same_as_before(told, "ab", 10)
    assert not same_as_before(told, "cd", 9)
    unknown = ListRecord("p", told.url, None, (), None, told.seen, rows="ab")
    assert not same_as_before(unknown, "ab", None), "an older report may have been added behind"
