"""Crawls that did not happen, broke off, or read worse than before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.alarms import Alarm, Blame, Code, ProvinceRecord, alarms_of_province
from crawler.crawls import HELD
from storage.records import RECHECK, RunRecord
from tests.alarms.conftest import FIRST, run


def judged(*runs: RunRecord, **fields: Any) -> list[Alarm]:
    newest = sorted(runs, key=lambda one: one.started, reverse=True)
    now = newest[0].started + timedelta(hours=5) if newest else FIRST
    return alarms_of_province(ProvinceRecord("yunling", **{"now": now, "runs": newest, **fields}))


def codes(*runs: RunRecord, **fields: Any) -> list[Code]:
    return [alarm.code for alarm in judged(*runs, **fields)]


def test_a_night_that_did_not_happen() -> None:
    due = FIRST + timedelta(days=3)
    assert codes(run(3), due=due) == []
    [alarm] = judged(run(2), due=due)
    assert (alarm.code, alarm.blame, alarm.since) == (Code.NIGHT_MISSED, Blame.OURS, due)
    assert "2024-02-03 02:00" in alarm.message.zh
    assert codes(run(2)) == []


def test_a_province_that_was_never_crawled() -> None:
    [alarm] = judged(due=FIRST)
    assert alarm.code is Code.NIGHT_MISSED
    assert "从未抓过" in alarm.message.zh


def test_reading_the_archive_again_is_no_night() -> None:
    assert codes(run(2), run(3, kind=RECHECK), due=FIRST + timedelta(days=3)) == [Code.NIGHT_MISSED]


def test_a_run_without_an_end() -> None:
    under_way = run(3, ended=None, verdict=None)
    assert codes(run(2), under_way, longest=timedelta(hours=6)) == []
    later = under_way.started + timedelta(hours=6, seconds=1)
    [alarm] = judged(run(2), under_way, longest=timedelta(hours=6), now=later)
    assert (alarm.code, alarm.figures) == (Code.RUN_LOST, {"run": 4, "runs": 1})


def test_a_run_that_another_one_followed_is_lost_at_once_and_forgiven_by_one_that_ended() -> None:
    lost = run(2, ended=None, verdict=None)
    assert codes(run(1), lost, run(3, ended=None, verdict=None)) == [Code.RUN_LOST]
    assert codes(run(1), lost, run(3)) == []


def test_a_run_that_says_why_it_broke_off() -> None:
    bad = [run(night, verdict="failed", problem="disk full") for night in (1, 2)]
    [alarm] = judged(run(0), *bad)
    assert (alarm.code, alarm.since, alarm.figures["runs"]) == (
        Code.RUN_BROKEN,
        FIRST + timedelta(days=1),
        2,
    )
    assert "disk full" in alarm.message.zh
    assert codes(run(0), *bad, run(3)) == []


def test_a_run_that_sent_nothing() -> None:
    assert codes(run(0), run(1, requests=0)) == [Code.RUN_BROKEN]
    assert codes(run(0), run(1, requests=0, verdict=HELD)) == []


def test_runs_of_a_version_that_counted_no_requests_are_none_of_these() -> None:
    old = run(1)
    old.detail["counts"].pop("requests")  # type: ignore[attr-defined]
    assert codes(run(0), old) == []


@pytest.mark.parametrize(
    ("code", "part", "of", "size"),
    [
        (Code.CELLS_UNREAD, "unread", "cells", 1000),
        (Code.PAGES_UNRECOGNISED, "unrecognised", "pages", 20),
        (Code.NOT_ASSESSABLE, "not_assessable", "due", 20),
    ],
    ids=["cells", "pages", "bodies"],
)
def test_a_share_that_jumps(code: Code, part: str, of: str, size: int) -> None:
    def night(number: int, share: float, amount: int = size) -> RunRecord:
        return run(number, **{part: round(amount * share), of: amount})

    before = [night(number, 0.05) for number in range(3)]
    assert codes(*before, night(3, 0.15)) == []
    [alarm] = judged(*before, night(3, 0.20))
    assert alarm.code is code
    assert (alarm.figures["share"], alarm.figures["before"]) == (0.20, 0.05)
    assert codes(*before[:2], night(3, 0.9)) == []
    assert codes(*before, night(3, 0.9, size // 2)) == []


def test_what_was_always_bad_is_no_jump() -> None:
    nights = [run(night, unread=400, cells=1000) for night in range(4)]
    assert codes(*nights, run(4, unread=790, cells=1000)) == []
    assert codes(*nights, run(4, unread=810, cells=1000)) == [Code.CELLS_UNREAD]


def test_small_nights_are_taken_together() -> None:
    before = [run(night, unread=10, cells=1000) for night in range(3)]
    small = [run(night, unread=150, cells=250) for night in range(3, 7)]
    assert codes(*before, *small[:3]) == []
    [alarm] = judged(*before, *small)
    assert alarm.figures["of"] == 1000
    assert alarm.since == FIRST + timedelta(days=3)


def test_small_nights_far_apart_are_not() -> None:
    before = [run(night, unread=10, cells=1000) for night in range(3)]
    small = [run(3 + 7 * week, unread=150, cells=250) for week in range(4)]
    assert codes(*before, *small) == []


def test_a_recheck_that_reads_worse_is_told() -> None:
    before = [run(night, unread=10, cells=1000) for night in range(3)]
    assert codes(*before, run(3, kind=RECHECK, unread=500, cells=5000)) == []
    assert codes(*before, run(3, kind=RECHECK, unread=2000, cells=5000)) == [Code.CELLS_UNREAD]


def test_suspected_misreadings_that_jump() -> None:
    before = [run(night, extraction=20) for night in range(3)]
    assert codes(*before, run(3, extraction=40)) == []
    assert codes(*before, run(3, extraction=41)) == [Code.MISREADINGS]
    few = [run(night, extraction=1) for night in range(3)]
    assert codes(*few, run(3, extraction=10)) == []
    assert codes(*few, run(3, extraction=11)) == [Code.MISREADINGS]
