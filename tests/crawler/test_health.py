"""When a visit is clean, and the one line that says why it was not."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.clock import CHINA
from crawler.health import MAX_FAILURES, Counts, Failure, Stage, Verdict, Visit, judge

URL = "http://www.qingshan.example/zfxxgknb/"


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (Counts(lists=1, reports=3), Verdict(True)),
        (Counts(lists=1, reports=3, expected=3), Verdict(True)),
        (Counts(lists=1, reports=4, expected=3), Verdict(True)),
        (Counts(lists=1, reports=2, expected=3), Verdict(False, "2 reports shown, 3 expected")),
        (Counts(lists=1, reports=0), Verdict(True)),
        (Counts(lists=0, reports=0), Verdict(False, "annual-report column not found")),
        (
            Counts(lists=0, reports=0, failures=(Failure(Stage.HOME, URL, "timed out"),), failed=1),
            Verdict(False, f"home page: timed out: {URL}"),
        ),
        (
            Counts(lists=2, reports=9, failures=(Failure(Stage.LIST, URL, "HTTP 500"),), failed=3),
            Verdict(False, f"list page: HTTP 500: {URL} (and 2 more)"),
        ),
        (
            Counts(lists=2, reports=9, failures=(Failure(Stage.ARTICLE, URL, "empty answer"),), failed=1),
            Verdict(False, f"article: empty answer: {URL}"),
        ),
        (
            Counts(lists=1, reports=1, caps=("60 section pages",)),
            Verdict(False, "limit reached: 60 section pages"),
        ),
        (Counts(lists=1, reports=1, outstanding=2), Verdict(False, "interrupted with 2 pages outstanding")),
    ],
)
def test_judge(counts: Counts, verdict: Verdict) -> None:
    assert judge(counts) == verdict


def test_every_failure_counts_and_the_first_ones_are_kept_on_one_line() -> None:
    visit = Visit("qingshan", datetime(2024, 2, 1, tzinfo=CHINA), None)
    for number in range(MAX_FAILURES + 5):
        visit.fail(Stage.ARTICLE, f"{URL}{number}", "two\nlines")
    counts = visit.counts()
    assert (counts.failed, len(counts.failures)) == (MAX_FAILURES + 5, MAX_FAILURES)
    assert counts.failures[0] == Failure(Stage.ARTICLE, f"{URL}0", "two lines")


def test_a_limit_reached_often_is_told_once() -> None:
    visit = Visit("qingshan", datetime(2024, 2, 1, tzinfo=CHINA), None)
    visit.cap("depth 6")
    visit.cap("depth 6")
    assert visit.counts().caps == ("depth 6",)
