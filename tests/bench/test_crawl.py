"""The bench of whole crawls: its judgement on made-up figures, its pages, what the bare spider is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from bench.crawl import bare
from bench.crawl.judgement import (
    Bound,
    Contest,
    Figure,
    Round,
    at_once,
    bounds,
    growth,
    misses,
    rates,
    table,
)
from bench.crawl.measure import Crawl, tree_size
from bench.crawl.pages import COLUMN, ROWS, Kind, other_pages, portal_pages
from crawler.inspection import Given, NotAReport, inspect
from spiders.sieve import sift

CRAWL = Crawl(
    pages=1000,
    seconds=10.0,
    whole=12.0,
    marks=[(250, 2.0), (500, 4.0), (750, 7.0), (1000, 10.0)],
    memory=[(-1.0, 50_000_000), (1.0, 90_000_000), (5.0, 100_000_000), (11.0, 130_000_000)],
    processor=9.0,
    most_at_once=1,
)


def contest(*rates: tuple[float, float], peak: int = 100_000_000) -> Contest:
    """Pages a second of ours and of the bare spider, round by round."""
    return Contest(
        [
            Round(
                replace(CRAWL, pages=round(10 * ours), memory=[(1.0, peak)]),
                replace(CRAWL, pages=round(10 * bare)),
            )
            for ours, bare in rates
        ]
    )


def test_figures_of_one_crawl() -> None:
    assert (CRAWL.rate, CRAWL.peak) == (100.0, 130_000_000)
    assert CRAWL.peak_until(250) == 90_000_000
    assert CRAWL.peak_until(600) == 100_000_000  # the mark after it
    assert CRAWL.peak_until(1000) == 100_000_000


def test_a_ratio_is_the_median_of_the_rounds_own() -> None:
    """The medians of both sides would be 60 and 100; a slow hour that hits a whole round counts for both."""
    rounds = contest((60, 100), (6, 10), (90, 100), (30, 100), (80, 100))
    assert rounds.rate == pytest.approx(0.6)
    assert contest((60, 100), (6, 10), (90, 100), (81, 100), (80, 100)).rate == pytest.approx(0.8)


def test_four_rounds_are_too_few() -> None:
    with pytest.raises(ValueError, match="at least 5 rounds"):
        contest(*[(60, 100)] * 4)


def test_what_is_judged() -> None:
    report = contest(*[(60, 100)] * 5, peak=156_000_000)
    other = contest(*[(90, 100)] * 5)
    held = at_once([*report.ours, *other.ours, replace(CRAWL, most_at_once=2)])
    measured = (*rates(report, other), growth(CRAWL, 250, 1000), held)
    assert {figure.name: round(figure.value, 3) for figure in measured} == {
        "rate_report": 0.6,
        "rate_other": 0.9,
        "memory": 1.2,
        "growth": 10.0,
        "at_once": 2,
    }
    assert {figure.name for figure in measured} == set(bounds())


def test_bounds_are_met_by_equality_and_missed_on_their_own_side() -> None:
    wanted = {"rate": Bound(0.6, 0.3), "memory": Bound(1.2, 2.0)}

    def judged(rate: float, memory: float) -> tuple[list[str], list[bool]]:
        given = [
            Figure("rate", "pages/s", rate, more_is_better=True),
            Figure("memory", "memory", memory, more_is_better=False),
        ]
        return misses(given, wanted), ["missed" in line for line in table(given, wanted)]

    assert judged(0.6, 1.2) == ([], [False, False])
    assert judged(0.3, 2.0) == ([], [True, True])
    assert judged(0.29, 2.01) == (
        ["pages/s: 0.29, the floor is 0.3", "memory: 2.01, the floor is 2"],
        [True, True],
    )


def test_no_floor_is_better_than_its_target() -> None:
    for name, bound in bounds().items():
        assert bound.floor <= bound.target if name.startswith("rate") else bound.floor >= bound.target


@pytest.mark.parametrize("kind", Kind)
def test_the_portals_show_what_they_are_asked_to(kind: Kind) -> None:
    """Three portals with 61 articles: 20, 20 and 21, the last over two list pages."""
    assert other_pages(3, 61) == 3 + 4
    of = portal_pages(3, 61, kind)
    page = of(2)
    listed = (page(COLUMN) or b"").decode() + (page(f"{COLUMN}index_1.html") or b"").decode()
    rows = re.findall(r'<a href="\./(\S+)">(\S+?)</a>', listed)
    assert len(rows) == ROWS + 1
    assert page(f"{COLUMN}index_2.html") is None
    assert len({page(COLUMN + name) for name, _ in rows}) == ROWS + 1
    assert all(sift(title).accepted for _, title in rows)
    name, title = rows[0]
    given = Given(url=f"http://127.0.0.1{COLUMN}{name}", listed_title=title)
    body = page(COLUMN + name) or b""
    if kind is Kind.REPORT:
        report = inspect(body, given).report
        assert report.organ is not None
        assert title.startswith(report.organ)
    else:
        with pytest.raises(NotAReport):
            inspect(body, given)


def test_nothing_of_the_bare_spider_is_the_products_own() -> None:
    """A component that comes into the product's settings must not come into its rival's."""
    for name in filter(str.isupper, dir(bare)):
        value = getattr(bare, name)
        named = (
            [value]
            if isinstance(value, str)
            else [*value, *value.values()]
            if isinstance(value, dict)
            else []
        )
        assert not [text for text in named if str(text).startswith(("crawler.", "spiders."))], name


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_the_memory_of_a_process_counts_its_children() -> None:
    own = tree_size(os.getpid())
    held = "import sys; b = bytearray(b'x') * 40_000_000; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert tree_size(os.getpid()) >= own + 40_000_000
        child.communicate()
