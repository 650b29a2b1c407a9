"""When a portal counts as silent, and when it does not yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.alarms import Blame, Code
from tests.alarms.conftest import FIRST, OTHER, PORTAL, Nights, dead, visit


def test_forty_reports_and_then_none(nights: Nights) -> None:
    healthy = [visit(night, 40) for night in range(4)]
    assert nights(*healthy) == []
    assert nights(*healthy, visit(4, 0)) == []
    [alarm] = nights(*healthy, visit(4, 0), visit(5, 0))
    assert (alarm.code, alarm.portal, alarm.province) == (Code.NONE_LISTED, PORTAL.id, "yunling")
    assert alarm.since == FIRST + timedelta(days=4)
    assert alarm.figures == {"visits": 2, "before": 40, "now": 0, "gone": 0}
    assert alarm.blame is Blame.EITHER
    assert "此前列出 40 份" in alarm.message.zh
    assert "40 reports before" in alarm.message.en
    assert nights(*healthy, visit(4, 0), visit(5, 0), visit(6, 40)) == []


def test_one_visit_is_enough_once_it_has_stood_for_three_days(nights: Nights) -> None:
    visits = [visit(0, 40), visit(7, 40), visit(14, 0)]
    day = FIRST + timedelta(days=14)
    assert nights(*visits, now=day + timedelta(days=2, hours=23)) == []
    [alarm] = nights(*visits, now=day + timedelta(days=3))
    assert alarm.code is Code.NONE_LISTED


def test_the_median_is_what_counts_not_the_last(nights: Nights) -> None:
    numbers = [40, 41, 39, 40, 3]
    visits = [visit(night, number) for night, number in enumerate(numbers)]
    [alarm] = nights(*visits, visit(5, 0), visit(6, 0))
    assert alarm.figures["before"] == 40


def test_a_portal_of_two_reports_is_given_a_visit_more(nights: Nights) -> None:
    visits = [visit(0, 2), visit(1, 2), visit(2, 0), visit(3, 0)]
    assert nights(*visits) == []
    assert [alarm.code for alarm in nights(*visits, visit(4, 0))] == [Code.NONE_LISTED]


def test_addresses_that_are_gone_as_well_tell_whose_doing_it_is(nights: Nights) -> None:
    taken_down = {"gone": 38, "states": {"200": 3, "404": 38}}
    [alarm] = nights(visit(0, 40), visit(1, 0, detail=taken_down), visit(2, 0, detail=taken_down))
    assert alarm.blame is Blame.SOURCE
    assert alarm.figures["gone"] == 38


def test_visits_that_a_crawl_broke_off_tell_nothing_of_the_portal(nights: Nights) -> None:
    broken = {"broken_off": True}
    assert nights(visit(0, 40), visit(1, 0, detail=broken), visit(2, 0, detail=broken)) == []
    [alarm] = nights(visit(0, 40), visit(1, 0), visit(2, 0, detail=broken), visit(3, 0))
    assert alarm.figures["visits"] == 2


@pytest.mark.parametrize(
    ("detail", "requests", "code", "blame"),
    [
        ({}, 0, Code.NOT_VISITED, Blame.OURS),
        (
            {"states": {"none": 3}, "failures": [{"stage": "home", "zh": "连接超时", "en": ""}]},
            3,
            Code.UNREACHABLE,
            Blame.SOURCE,
        ),
        (
            {"states": {"412": 1}, "failures": [{"stage": "home", "zh": "被拦截：瑞数 412", "en": ""}]},
            1,
            Code.BLOCKED,
            Blame.SOURCE,
        ),
        (
            {"states": {"200": 1}, "failures": [{"stage": "home", "zh": "要求输入验证码", "en": ""}]},
            1,
            Code.BLOCKED,
            Blame.SOURCE,
        ),
        ({"states": {"200": 4}}, 4, Code.COLUMN_GONE, Blame.EITHER),
        (
            {"states": {"200": 3, "404": 1}, "failures": [{"stage": "list", "zh": "HTTP 404", "en": ""}]},
            4,
            Code.COLUMN_GONE,
            Blame.EITHER,
        ),
        (
            {"states": {"200": 1}, "failures": [{"stage": "home", "zh": "网站维护中", "en": ""}]},
            1,
            Code.UNREACHABLE,
            Blame.SOURCE,
        ),
    ],
    ids=["no-request", "timeout", "blocked", "captcha", "no-column", "column-404", "maintenance"],
)
def test_how_a_portal_is_silent(
    nights: Nights, detail: dict[str, object], requests: int, code: Code, blame: Blame
) -> None:
    bad = [visit(night, 0, lists=(), requests=requests, detail=detail) for night in (3, 4)]
    [alarm] = nights(visit(1, 40), visit(2, 40), *bad)
    assert (alarm.code, alarm.blame) == (code, blame)
    assert alarm.figures["before"] == 40


def test_silences_that_follow_one_another_are_the_same_alarm(nights: Nights) -> None:
    [listed] = nights(visit(0, 40), visit(1, 0), visit(2, 0))
    [down] = nights(visit(0, 40), visit(1, 0), visit(2, 0), dead(3))
    assert (listed.code, down.code) == (Code.NONE_LISTED, Code.UNREACHABLE)
    assert listed.key == down.key
    assert listed.since == down.since


def test_a_long_silence_does_not_end_where_the_visits_at_hand_do(nights: Nights) -> None:
    bad = [dead(night) for night in range(30, 38)]
    [alarm] = nights(*bad, clean={PORTAL.id: [visit(3, 40), visit(2, 40)]})
    assert alarm.code is Code.UNREACHABLE
    assert alarm.figures["before"] == 40
    assert alarm.since == visit(3, 40).ended


def test_a_portal_that_never_listed_anything_is_told(nights: Nights) -> None:
    empty = [visit(night, 0, clean=True) for night in (0, 1)]
    [alarm] = nights(*empty)
    assert alarm.code is Code.NONE_LISTED
    assert "从未列出过" in alarm.message.zh


def test_less_than_half_at_the_ends_of_the_lists(nights: Nights) -> None:
    visits = [visit(night, 40) for night in range(3)]
    half = [visit(night, 20) for night in (3, 4)]
    assert nights(*visits, *half) == []
    fewer = [visit(night, 19) for night in (3, 4)]
    [alarm] = nights(*visits, *fewer)
    assert alarm.code is Code.FEWER_LISTED
    assert (alarm.figures["before"], alarm.figures["now"]) == (40, 19)


def test_a_visit_that_left_where_nothing_was_new_is_no_fall(nights: Nights) -> None:
    visits = [visit(night, 40) for night in range(3)]
    assert nights(*visits, visit(3, 5, whole=False), visit(4, 5, whole=False)) == []


def test_few_reports_may_halve(nights: Nights) -> None:
    assert nights(visit(0, 7), visit(1, 7), visit(2, 3), visit(3, 3)) == []


def test_days_without_a_clean_visit(nights: Nights) -> None:
    unclean = [visit(night, 40, clean=False, reason_zh="报告页：HTTP 500") for night in (1, 2, 3, 4)]
    now = visit(0, 40).ended + timedelta(days=3)
    assert nights(visit(0, 40), *unclean, now=now - timedelta(minutes=1), patience=timedelta(days=3)) == []
    [alarm] = nights(visit(0, 40), *unclean, now=now, patience=timedelta(days=3))
    assert alarm.code is Code.NO_CLEAN_VISIT
    assert alarm.figures["days"] == 3
    assert "报告页：HTTP 500" in alarm.message.zh
    assert nights(visit(0, 40), *unclean, now=now, patience=timedelta(days=15)) == []


def test_requests_that_explode(nights: Nights) -> None:
    visits = [visit(night, 40, requests=80) for night in range(4)]
    bad = [visit(night, 40, requests=401) for night in (4, 5)]
    assert nights(*visits, bad[0]) == []
    [alarm] = nights(*visits, *bad)
    assert alarm.code is Code.REQUESTS_EXPLODED
    assert alarm.figures["requests"] == 401
    assert nights(*visits, *(replace(one, requests=400) for one in bad)) == []


def test_the_first_visits_of_a_portal_have_nothing_to_be_held_against(nights: Nights) -> None:
    assert nights(visit(0, 40, requests=9000), visit(1, 40, requests=9000)) == []


def test_few_requests_disturb_nobody(nights: Nights) -> None:
    visits = [visit(night, 4, requests=4) for night in range(4)]
    assert nights(*visits, visit(4, 4, requests=199), visit(5, 4, requests=199)) == []


def test_a_whole_province_is_told_at_once_and_as_one(nights: Nights) -> None:
    healthy = [replace(visit(night, 12), portal=OTHER.id) for night in range(3)]
    mine = [visit(night, 40) for night in range(3)]
    assert nights(*mine, dead(3), others=[*healthy, replace(visit(3, 12), portal=OTHER.id)]) == []
    [alarm] = nights(*mine, dead(3), others=[*healthy, replace(dead(3), portal=OTHER.id)])
    assert (alarm.code, alarm.portal) == (Code.PROVINCE_SILENT, "")
    assert alarm.figures == {"portals": 2}
    assert alarm.since == FIRST + timedelta(days=3)
    assert alarm.blame is Blame.OURS
    assert "http" not in alarm.message.zh


def test_one_portal_is_no_province(nights: Nights) -> None:
    assert nights(visit(0, 40), dead(1)) == []


def test_portals_without_visits_are_none_of_this(nights: Nights) -> None:
    assert nights(visit(0, 40), portals=[PORTAL, OTHER]) == []
