"""When a visit is clean, and the one line that says why it was not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from crawler.clock import CHINA
from crawler.health import (
    MAX_FAILURES,
    MAX_PROBLEM,
    MAX_TOLD,
    MAX_URL,
    ColumnSeen,
    Counts,
    Failure,
    Stage,
    Verdict,
    Visit,
    broken_off,
    judge,
)
from crawler.report.model import Bilingual

URL = "http://www.qingshan.example/zfxxgknb/"
TIMED_OUT = Bilingual("连接超时", "timed out")
HTTP_500 = Bilingual("HTTP 500", "HTTP 500")
EMPTY = Bilingual("返回内容为空", "empty answer")


def unclean(zh: str, en: str) -> Verdict:
    return Verdict(False, Bilingual(zh, en))


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (Counts(lists=1, reports=3), Verdict(True)),
        (Counts(lists=1, reports=3, expected=3), Verdict(True)),
        (Counts(lists=1, reports=4, expected=3), Verdict(True)),
        (
            Counts(lists=1, reports=2, expected=3),
            unclean("列出2份，应有3份", "2 reports shown, 3 expected"),
        ),
        (Counts(lists=1, reports=0), Verdict(True)),
        (Counts(lists=0, reports=0), unclean("未找到年报栏目", "annual-report column not found")),
        (
            Counts(lists=0, reports=0, failures=(Failure(Stage.HOME, URL, TIMED_OUT),), failed=1),
            unclean(f"网站首页：连接超时：{URL}", f"home page: timed out: {URL}"),
        ),
        (
            Counts(lists=0, reports=0, failures=(Failure(Stage.SECTION, URL, TIMED_OUT),), failed=2),
            unclean(
                f"公开专栏页：连接超时：{URL}（另有1页）", f"section page: timed out: {URL} (and 1 more)"
            ),
        ),
        (
            Counts(lists=2, reports=9, failures=(Failure(Stage.LIST, URL, HTTP_500),), failed=3),
            unclean(f"栏目列表页：HTTP 500：{URL}（另有2页）", f"list page: HTTP 500: {URL} (and 2 more)"),
        ),
        (
            Counts(lists=2, reports=9, failures=(Failure(Stage.ARTICLE, URL, EMPTY),), failed=1),
            unclean(f"报告页：返回内容为空：{URL}", f"article: empty answer: {URL}"),
        ),
        (
            Counts(lists=1, reports=1, caps=(Bilingual("公开专栏页60个", "60 section pages"),)),
            unclean("达到上限：公开专栏页60个", "limit reached: 60 section pages"),
        ),
        (
            Counts(
                lists=1,
                reports=1,
                caps=(Bilingual("请求9次", "9 requests"), Bilingual("深度6层", "depth 6")),
            ),
            unclean("达到上限：请求9次、深度6层", "limit reached: 9 requests, depth 6"),
        ),
        (
            Counts(lists=1, reports=1, outstanding=2),
            unclean("访问中断，还有2页未取回", "interrupted with 2 pages outstanding"),
        ),
    ],
)
def test_judge(counts: Counts, verdict: Verdict) -> None:
    assert judge(counts) == verdict


def test_a_clean_visit_has_no_reason() -> None:
    assert judge(Counts(lists=1, reports=3)) == (True, ("", ""))


def test_a_crawl_that_broke_off_keeps_the_words_of_what_broke_it() -> None:
    assert broken_off("disk full") == unclean("抓取中断：disk full", "the crawl broke off: disk full")


def test_every_failure_counts_and_the_first_ones_are_kept_on_one_line() -> None:
    visit = Visit("qingshan", datetime(2024, 2, 1, tzinfo=CHINA), None)
    for number in range(MAX_FAILURES + 5):
        visit.fail(Stage.ARTICLE, f"{URL}{number}", Bilingual("两\n行", "two\nlines"))
    counts = visit.counts()
    assert (counts.failed, len(counts.failures)) == (MAX_FAILURES + 5, MAX_FAILURES)
    assert counts.failures[0] == Failure(Stage.ARTICLE, f"{URL}0", Bilingual("两 行", "two lines"))


def test_what_a_portal_says_is_bounded_and_without_control_characters() -> None:
    visit = Visit("qingshan", datetime(2024, 2, 1, tzinfo=CHINA), None)
    visit.fail(
        Stage.LIST, URL + "\x1b[2J" + "a" * 900, Bilingual("跳\x00转" + "远" * 900, "a\u202eb" + "c" * 900)
    )
    (failure,) = visit.counts().failures
    assert failure.url == (URL + " [2J" + "a" * 900)[:MAX_URL]
    assert failure.problem.zh == ("跳 转" + "远" * 900)[:MAX_PROBLEM]
    assert failure.problem.en == ("a b" + "c" * 900)[:MAX_PROBLEM]
    reason = judge(visit.counts()).reason
    assert max(map(len, reason)) < MAX_URL + MAX_PROBLEM + 30


def test_a_limit_reached_often_is_told_once() -> None:
    visit = Visit("qingshan", datetime(2024, 2, 1, tzinfo=CHINA), None)
    visit.cap(Bilingual("深度6层", "depth 6"))
    visit.cap(Bilingual("深度6层", "depth 6"))
    assert visit.counts().caps == (("深度6层", "depth 6"),)


@pytest.mark.parametrize(
    ("reports", "clean"), [(2, False), (3, True), (5, True), (6, False)], ids=["few", "least", "most", "many"]
)
def test_a_number_beyond_its_bounds_is_not_clean(reports: int, clean: bool) -> None:
    verdict = judge(Counts(lists=1, reports=reports, expected=3, most=5))
    assert verdict.clean is clean
    if reports > 5:
        assert verdict == unclean("列出6份，至多应有5份", "6 reports shown, 5 expected at most")


def test_what_was_left_out_is_not_lacking_and_too_many_are_still_too_many() -> None:
    visit = Visit("p", datetime(2024, 5, 1, tzinfo=CHINA), expected=10, most=20)
    visit.lists[URL] = None
    visit.reports, visit.stopped = 3, 1
    assert judge(visit.counts()).clean
    visit.reports = 21
    assert not judge(visit.counts()).clean


def test_reports_that_are_gone_count_as_expected_where_no_list_shows_them() -> None:
    assert judge(Counts(lists=1, reports=2, expected=3, articles=2, gone=1, gone_unlisted=1)).clean
    assert not judge(Counts(lists=1, reports=2, expected=3, articles=2, gone=1, gone_unlisted=0)).clean


def full_visit() -> Visit:
    visit = Visit("p", datetime(2024, 5, 1, tzinfo=CHINA), expected=2, most=9)
    visit.lists[URL] = None
    visit.stopped = 1
    visit.states.update({"none": 1, "200": 7, "404": 2})
    visit.fail(Stage.LIST, URL, HTTP_500)
    visit.cap(Bilingual("深度8层", "depth 8"))
    visit.note(Bilingual("栏目已变更", "the column has moved"))
    visit.column = ColumnSeen(
        URL, 2, ("公开", "年报"), frozenset({"system", "guide"}), 2, ((URL + "zd/", HTTP_500),)
    )
    return visit


def test_the_rest_of_a_verdict_is_plain_values_that_json_brings_back() -> None:
    detail = full_visit().detail()
    assert json.loads(json.dumps(detail)) == detail
    told = {
        "states": {"200": 7, "404": 2, "none": 1},
        "failed": 1,
        "failures": [{"stage": "list", "url": URL, "zh": "HTTP 500", "en": "HTTP 500"}],
        "limits": [{"zh": "深度8层", "en": "depth 8"}],
        "notes": [{"zh": "栏目已变更", "en": "the column has moved"}],
        "lists": {"shown": 1, "stopped": 1},
        "expected": [2, 9],
        "column": {
            "url": URL,
            "clicks": 2,
            "trail": ["公开", "年报"],
            "entries": ["guide", "system"],
            "menu": 2,
            "dead": [{"url": URL + "zd/", "zh": "HTTP 500", "en": "HTTP 500"}],
        },
    }
    assert {key: detail[key] for key in told} == told


def test_a_visit_that_saw_no_column_says_so_and_one_that_did_not_look_does_not_say_none_is_dead() -> None:
    visit = full_visit()
    visit.column = visit.column and replace(visit.column, dead=None)
    assert visit.detail()["column"]["dead"] is None
    visit.column = None
    assert visit.detail()["column"] is None


def test_of_many_failures_and_notes_some_are_kept_and_all_failures_counted() -> None:
    visit = full_visit()
    for number in range(300):
        visit.fail(Stage.ARTICLE, f"{URL}{number}", TIMED_OUT)
        visit.note(Bilingual(f"注{number}\x1b[31m", f"note {number}\n" + "x" * 9000))
    detail = visit.detail()
    assert (detail["failed"], len(detail["failures"]), len(detail["notes"])) == (301, MAX_TOLD, MAX_TOLD)
    assert all(len(text) <= MAX_PROBLEM for note in detail["notes"] for text in note.values())
    assert not any(c < " " or c == "\x7f" for note in detail["notes"] for c in note["zh"] + note["en"])


def test_a_note_is_told_once_and_fails_nothing() -> None:
    visit = Visit("p", datetime(2024, 5, 1, tzinfo=CHINA), None)
    visit.lists[URL] = None
    visit.note(EMPTY)
    visit.note(EMPTY)
    assert visit.detail()["notes"] == [{"zh": "返回内容为空", "en": "empty answer"}]
    assert judge(visit.counts()).clean
