"""When a province is visited: every date here was looked up in a calendar, none was asked of the program."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import CHINA
from crawler.portals import Window
from crawler.season import JITTER, Nights, Start, Why

NIGHT = Window.model_validate({"from": "22:00", "to": "06:00"})
AT = time(2, 0)
PROVINCES = ("yunling", "songtao", "qingshan", "baizhi", "wuhe", "linxi", "hekou", "xinghua")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def nights(province: str = "yunling", window: Window | None = NIGHT, **more: object) -> Nights:
    return Nights.of(province, window, AT, **more)  # type: ignore[arg-type]


def days(calendar: Nights, first: str, last: str) -> list[tuple[str, Why]]:
    """The days with a visit from one to another, both included, and why."""
    found = []
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        why = calendar.why(day)
        if why is not None:
            found.append((day.isoformat(), why))
        day += timedelta(days=1)
    return found


# ── which days ──────────────────────────────────────────────────────────────


def test_it_is_daily_from_the_middle_of_january_to_the_middle_of_april() -> None:
    calendar = nights()
    assert calendar.why(date(2027, 1, 15)) is Why.SEASON
    assert calendar.why(date(2027, 4, 15)) is Why.SEASON
    inside = days(calendar, "2027-01-15", "2027-04-15")
    assert len(inside) == 91  # 17 of January, 28, 31, 15
    before, after = days(calendar, "2026-12-15", "2027-01-14"), days(calendar, "2027-04-16", "2027-05-16")
    assert {why for _, why in before + after} == {Why.WEEKLY}


@pytest.mark.parametrize(
    ("first", "last"),
    [("2027-01-29", "2027-02-03"), ("2027-03-29", "2027-04-03"), ("2028-03-29", "2028-04-03")],
)
def test_around_both_deadlines_it_is_twice_a_day(first: str, last: str) -> None:
    around = days(nights(), first, last)
    assert [why for _, why in around] == [Why.DEADLINE] * 6
    day = timedelta(days=1)
    for outside in (date.fromisoformat(first) - day, date.fromisoformat(last) + day):
        assert nights().why(outside) is Why.SEASON


@pytest.mark.parametrize("province", PROVINCES)
def test_else_it_is_weekly_over_new_year_too(province: str) -> None:
    calendar = nights(province)
    found = [date.fromisoformat(day) for day, _ in days(calendar, "2026-04-16", "2027-01-14")]
    assert {later - earlier for earlier, later in pairwise(found)} == {timedelta(days=7)}
    assert {day.weekday() for day in found} == {calendar.weekday}
    assert 38 <= len(found) <= 40  # 274 days


def test_the_weekly_load_is_spread() -> None:
    weekdays = Counter(nights(f"province-{number}").weekday for number in range(210))
    assert len(weekdays) == 7
    assert max(weekdays.values()) < 60


def test_the_29_of_february_is_a_day_of_the_season() -> None:
    calendar = nights()
    starts = list(calendar.starts(moment("2028-02-28T12:00"), moment("2028-03-01T12:00")))
    assert [start.day for start in starts] == [date(2028, 2, 28), date(2028, 2, 29)]


def test_a_local_deadline_is_a_deadline() -> None:
    calendar = nights(local=((2, 28), (5, 31)))
    assert [day for day, why in days(calendar, "2027-02-20", "2027-03-10") if why is Why.DEADLINE] == [
        f"2027-{day}" for day in ("02-26", "02-27", "02-28", "03-01", "03-02", "03-03")
    ]
    assert calendar.why(date(2028, 2, 29)) is Why.DEADLINE
    assert calendar.why(date(2027, 6, 3)) is Why.DEADLINE


def test_a_local_deadline_at_the_end_of_a_year_concerns_the_next_one() -> None:
    calendar = nights(local=((12, 31), (1, 1)))
    around = [day for day, why in days(calendar, "2026-12-20", "2027-01-10") if why is Why.DEADLINE]
    assert (around[0], around[-1], len(around)) == ("2026-12-29", "2027-01-04", 7)


# ── at what time ────────────────────────────────────────────────────────────


def gaps(starts: list[Start]) -> set[timedelta]:
    return {later.at - earlier.at for earlier, later in pairwise(starts)}


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    starts = list(nights().starts(moment("2027-01-31T12:00"), moment("2027-02-01T12:00")))
    assert [start.day for start in starts] == [date(2027, 1, 31)] * 2
    first, second = starts
    assert moment("2027-01-31T22:00") <= first.at <= moment("2027-01-31T22:30")
    assert second.at - first.at == timedelta(hours=4)
    assert second.at.date() == date(2027, 2, 1)


def test_without_hours_the_second_visit_is_half_a_day_later() -> None:
    first, second = nights(window=None).starts(moment("2027-01-31T00:00"), moment("2027-01-31T23:59"))
    assert time(2, 0) <= first.at.time() <= time(2, 30)
    assert second.at - first.at == timedelta(hours=12)


@pytest.mark.parametrize(
    ("opens", "closes", "apart"),
    [("01:00", "06:00", 4.0), ("01:00", "07:00", 4.0), ("20:00", "06:00", 5.0), ("01:00", "04:00", 1.5)],
)
def test_two_visits_are_half_the_hours_apart_and_four_hours_where_there_are_as_many(
    opens: str, closes: str, apart: float
) -> None:
    calendar = nights(window=Window.model_validate({"from": opens, "to": closes}))
    first, second = [
        start
        for start in calendar.starts(moment("2027-01-30T12:00"), moment("2027-02-03T12:00"))
        if start.day == date(2027, 1, 31)
    ]
    assert second.at - first.at == timedelta(hours=apart)


def test_hours_too_short_for_two_visits_get_one() -> None:
    calendar = nights(window=Window.model_validate({"from": "03:00", "to": "04:00"}))
    starts = list(calendar.starts(moment("2027-01-30T12:00"), moment("2027-02-02T12:00")))
    assert len(starts) == 3
    assert {start.why for start in starts} == {Why.DEADLINE}


times = st.times(min_value=time(0), max_value=time(23, 59)).map(
    lambda one: one.replace(second=0, microsecond=0)
)


@given(times, times, st.dates(date(2020, 1, 1), date(2099, 12, 1)), st.sampled_from(PROVINCES))
def test_every_visit_begins_inside_the_hours_and_soon(
    opens: time, closes: time, day: date, province: str
) -> None:
    if opens == closes:
        return
    window = Window.model_validate({"from": f"{opens:%H:%M}", "to": f"{closes:%H:%M}"})
    calendar = Nights.of(province, window, AT)
    begin = datetime.combine(day, time(0), CHINA)
    starts = list(calendar.starts(begin, begin + timedelta(days=9)))
    assert starts  # a week never passes without a visit
    assert gaps(starts) == set() or min(gaps(starts)) > JITTER
    first_of_day: dict[date, Start] = {}
    for start in starts:
        assert window.holds(start.at.time())
        assert calendar.open_at(start.at)
        assert calendar.put_off(start.at) is None
        first_of_day.setdefault(start.day, start)
    for of_day, start in first_of_day.items():
        late = start.at - datetime.combine(of_day, opens, CHINA)
        if start is not starts[0]:  # the one before may have been its first
            assert timedelta() <= late <= JITTER


@given(st.dates(date(2020, 1, 1), date(2099, 1, 1)), times, st.sampled_from(PROVINCES), st.booleans())
def test_one_visit_after_another_gives_what_the_calendar_holds(
    day: date, hour: time, province: str, any_hour: bool
) -> None:
    calendar = nights(province, None if any_hour else NIGHT)
    begin = datetime.combine(day, hour, CHINA)
    held = [start.at for start in calendar.starts(begin, begin + timedelta(days=20))]
    walked = [calendar.next(begin).at]
    while (following := calendar.following(walked[-1]).at) <= begin + timedelta(days=20):
        walked.append(following)
    assert walked == held
    assert calendar.last(held[0]).at == held[0]
    assert calendar.last(held[0] - timedelta(microseconds=1)).at < held[0]


def test_the_minutes_differ_by_day_and_province_and_stay_the_same() -> None:
    """These were drawn once; another draw would move every visit of every installation."""
    begin, end = moment("2027-02-10T12:00"), moment("2027-02-14T12:00")
    minutes = {
        province: [start.at.minute for start in nights(province).starts(begin, end)]
        for province in ("yunling", "songtao")
    }
    assert minutes == {"yunling": [23, 3, 6, 21], "songtao": [23, 6, 28, 4]}


def test_no_day_of_the_year_has_23_or_25_hours() -> None:
    """China has one time all year: visits are a whole day apart, but for the minutes."""
    calendar = nights("yunling", None)
    starts = list(calendar.starts(moment("2027-02-04T12:00"), moment("2027-03-28T12:00")))
    assert len(starts) == 52
    assert all(
        timedelta(hours=23, minutes=30) <= gap <= timedelta(hours=24, minutes=30) for gap in gaps(starts)
    )
    assert {start.at.utcoffset() for start in starts} == {timedelta(hours=8)}


# ── late ────────────────────────────────────────────────────────────────────


def test_what_comes_outside_the_hours_waits_for_them() -> None:
    calendar = nights()
    assert calendar.put_off(moment("2027-05-12T12:00")) == moment("2027-05-12T22:00")
    assert calendar.put_off(moment("2027-05-12T06:00")) == moment("2027-05-12T22:00")
    assert calendar.put_off(moment("2027-05-12T21:59")) == moment("2027-05-12T22:00")


def test_what_was_put_off_to_the_opening_stands_for_the_visit_minutes_later() -> None:
    calendar = nights()
    opening = moment("2027-02-10T22:00")
    regular = calendar.next(opening - timedelta(minutes=1))
    assert opening <= regular.at <= opening + JITTER
    assert calendar.following(opening).day == date(2027, 2, 11)


def test_what_is_late_shortly_before_the_next_visit_is_left_to_that() -> None:
    calendar = nights(window=None)
    due = calendar.next(moment("2027-02-10T12:00")).at
    assert calendar.put_off(due - timedelta(hours=3)) == due
    assert calendar.put_off(due - timedelta(hours=5)) is None
    assert calendar.put_off(due + timedelta(minutes=30)) is None
