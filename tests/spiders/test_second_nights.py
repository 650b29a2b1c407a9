"""The same portal another night, after a change: what is found, told, and not taken for nothing new. And
portals without end: the visit ends within its limits, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler import clock
from crawler.clock import CHINA
from crawler.inspection import RULES_VERSION
from crawler.items import PageItem
from crawler.portals import Organ
from crawler.report.model import Kind
from storage.records import PageRecord
from tests.spiders.walk import HOME, Walk

NIGHT = datetime(2024, 5, 20, 2, 0, tzinfo=CHINA)
WATER, EDUCATION, TOWN = "青杉市水务局", "青杉市教育局", "青杉市河口镇人民政府"
NB = HOME + "nb/"


def report(body: str, year: int) -> str:
    return f"{body}{year}年政府信息公开工作年度报告"


def entry(path: str, title: str, day: str = "2024-01-18") -> str:
    return f'<li><a href="{path}">{title}</a><span>{day}</span></li>'


def organs(*names: str) -> dict[str, Any]:
    return {"organs": tuple(Organ(name=name, kind=Kind.DEPARTMENT) for name in names)}


class Nights:
    """A portal night after night: what a visit read and remembered is what the next one knows."""

    def __init__(self, pages: dict[str, Any], monkeypatch: pytest.MonkeyPatch, *bodies: str) -> None:
        self.pages, self._monkeypatch, self._bodies = pages, monkeypatch, bodies
        self._night = NIGHT
        self._known: dict[str, PageRecord] = {}
        self._lists: dict[str, Any] = {}

    def visit(self, **arguments: Any) -> Walk:
        self._monkeypatch.setenv(clock.OVERRIDE, self._night.isoformat())
        walk = Walk(
            self.pages,
            known=self._known.values(),
            lists=self._lists.values(),
            roster=organs(*self._bodies),
            **arguments,
        )
        for item in walk.items:
            known = self._known.get(item.url)
            if isinstance(item, PageItem):
                body = next((name for name in self._bodies if name in item.listed_title), WATER)
                known = PageRecord(item.url, "qingshan", "0" * 64, self._night, organ=body, year=2023)
            if known is not None:
                self._known[item.url] = replace(
                    known,
                    seen=self._night,
                    listed_title=item.listed_title,
                    listed_date=item.listed_date,
                    rules_version=RULES_VERSION,
                )
        visit = walk.spider.visits["qingshan"]
        if walk.verdict.clean and visit.whole:
            self._lists = {}
        self._lists |= {told.url: told for told in visit.remembered}
        self._night += timedelta(days=1)
        return walk


def found(walk: Walk) -> list[str]:
    return [item.url.removeprefix(HOME) for item in walk.items]


def pages_of(*bodies: Iterable[str]) -> dict[str, str]:
    """A newest-first list of as many pages, and the way to it."""
    pages = {HOME: '<a href="/nb/">政府信息公开年报</a>'}
    for number, rows in enumerate(bodies):
        page = NB if not number else f"{NB}index_{number}.html"
        pages[page] = "".join(rows) + f"<script>var countPage = {len(bodies)};</script>"
    return pages


@pytest.fixture
def newest_first(monkeypatch: pytest.MonkeyPatch) -> Nights:
    first = (
        entry("t1_0001.html", report(WATER, 2023)),
        entry("t1_0002.html", report(WATER, 2022), "2023-01-18"),
    )
    second = (entry("t1_0003.html", report(WATER, 2021), "2022-01-18"),)
    nights = Nights(pages_of(first, second), monkeypatch, WATER)
    nights.pages |= {f"{NB}t1_000{number}.html": "x" for number in range(1, 8)}
    assert found(nights.visit()) == ["nb/t1_0001.html", "nb/t1_0002.html", "nb/t1_0003.html"]
    assert nights.visit().asked == [NB], "nothing has changed"
    return nights


def test_a_new_report_on_top(newest_first: Nights) -> None:
    newest_first.pages[NB] = (
        entry("t1_0004.html", report(EDUCATION, 2023), "2024-02-01") + newest_first.pages[NB]
    )
    assert found(newest_first.visit()) == ["nb/t1_0004.html"]


def test_a_report_that_is_re_dated_is_looked_at(newest_first: Nights) -> None:
    newest_first.pages[NB] = newest_first.pages[NB].replace("2024-01-18", "2024-04-18")
    assert found(newest_first.visit()) == ["nb/t1_0001.html"]


def test_a_row_replaced_in_place_is_looked_at(newest_first: Nights) -> None:
    newest_first.pages[NB] = newest_first.pages[NB].replace("t1_0002.html", "t1_0005.html")
    looked_at = found(newest_first.visit())
    assert looked_at == ["nb/t1_0005.html", "nb/t1_0002.html"], "is the one still there that it stands for?"


def test_a_report_dated_back_behind_what_is_looked_at_is_found_by_the_next_whole_visit_and_missed_by_none(
    newest_first: Nights,
) -> None:
    newest_first.pages[NB + "index_1.html"] += entry("t1_0006.html", report(EDUCATION, 2023), "2021-05-05")
    stopped = newest_first.visit()
    visit = stopped.spider.visits["qingshan"]
    assert (found(stopped), stopped.verdict.clean, visit.whole) == ([], True, False)
    assert found(newest_first.visit(whole="1")) == ["nb/t1_0006.html"]


def test_a_list_that_lost_a_row_is_told_nothing_until_its_address_is_gone(newest_first: Nights) -> None:
    page = NB + "index_1.html"
    newest_first.pages[page] = newest_first.pages[page].replace("t1_0003.html", "t1_0007.html")
    newest_first.pages[NB + "t1_0003.html"] = 404
    whole = newest_first.visit(whole="1")
    visit = whole.spider.visits["qingshan"]
    assert visit.gone == {NB + "t1_0003.html": "404"}


def test_a_visit_that_did_not_begin_at_the_home_page_is_not_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    nights = Nights(pages_of([entry("t1_0001.html", report(WATER, 2023))]), monkeypatch, WATER)
    nights.pages[NB + "t1_0001.html"] = "x"
    assert nights.visit().spider.visits["qingshan"].whole
    second = nights.visit()
    assert second.asked == [NB]
    assert not second.spider.visits["qingshan"].whole, "a column that is new would not have been seen"


def test_a_new_year_and_a_new_body_below_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {
        HOME: '<a href="/nb/">政府信息公开年报</a>',
        NB: '<a href="2022/">2022年</a>',
        NB + "2022/": entry("t1_0001.html", report(WATER, 2022)),
        NB + "2022/t1_0001.html": "x",
    }
    nights = Nights(pages, monkeypatch, WATER, EDUCATION)
    assert found(nights.visit()) == ["nb/2022/t1_0001.html"]
    second = nights.visit()
    assert (second.asked, second.verdict.clean) == ([NB, NB + "2022/"], True)
    pages[NB] += '<a href="2023/">2023年</a><a href="jyj/">教育局</a>'
    pages[NB + "2023/"] = entry("t1_0002.html", report(WATER, 2023))
    pages[NB + "jyj/"] = entry("t1_0003.html", "2023年政府信息公开工作年度报告")
    pages |= {NB + "2023/t1_0002.html": "x", NB + "jyj/t1_0003.html": "x"}
    assert found(nights.visit()) == ["nb/2023/t1_0002.html", "nb/jyj/t1_0003.html"]


def two_columns(monkeypatch: pytest.MonkeyPatch) -> Nights:
    pages: dict[str, Any] = {
        HOME: '<a href="/nb/">部门信息公开年报</a><a href="/xz/">乡镇信息公开年报</a>',
        NB: entry("t1_0001.html", report(WATER, 2023)),
        NB + "t1_0001.html": "x",
        HOME + "xz/": entry("t1_0002.html", report(TOWN, 2023)),
        HOME + "xz/t1_0002.html": "x",
    }
    nights = Nights(pages, monkeypatch, WATER, TOWN)
    assert nights.visit().verdict.clean
    return nights


def test_one_of_two_columns_is_lost_although_the_other_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    nights = two_columns(monkeypatch)
    nights.pages[HOME] = '<a href="/nb/">部门信息公开年报</a>'
    nights.pages[HOME + "xz/"] = 404
    lost = nights.visit()
    assert lost.verdict.reason.en == f"list page: HTTP 404: {HOME}xz/"


def test_one_of_two_columns_has_been_merged_into_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    nights = two_columns(monkeypatch)
    nights.pages[HOME + "xz/"] = 404
    nights.pages[NB] += entry("/xz/t1_0002.html", report(TOWN, 2023))
    assert nights.visit().verdict.clean


def test_a_column_that_was_emptied_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    nights = two_columns(monkeypatch)
    nights.pages[HOME + "xz/"] = "<p>暂无数据</p>"
    for whole in ("0", "1"):
        assert not nights.visit(whole=whole).verdict.clean


def test_news_older_than_the_last_walk_are_not_walked_through_every_night(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    news = (
        entry(f"t20240101_{n}.html", "青杉市召开政务公开工作推进会议", f"2024-0{5 - n}-02") for n in (0, 1, 2)
    )
    nights = Nights(pages_of(news, [entry("t1_0001.html", report(WATER, 2023))]), monkeypatch, WATER)
    nights.pages[NB + "t1_0001.html"] = "x"
    assert found(nights.visit()) == ["nb/t1_0001.html"]
    assert nights.visit().asked == [NB]
    nights.pages[NB] = (
        entry("t20240521_9.html", "青杉市召开政务公开工作推进会议", "2024-05-21") + nights.pages[NB]
    )
    assert nights.visit().asked == [NB]


# portals without end


def endless(link: str) -> Any:
    """A page whose links lead on to pages like it."""
    counted = iter(range(10**9))

    def answer(_request: Any) -> str:
        return "".join(link.format(next(counted)) for _ in range(3)) + entry(
            "t1_0001.html", report(WATER, 2023)
        )

    return answer


class Endless(dict[str, Any]):
    """Every address below /nb/ answers."""

    def __init__(self, link: str, below: str = "nb/") -> None:
        super().__init__({HOME: f'<a href="/{below}">政府信息公开年报</a>'})
        self._answer, self._below = endless(link), HOME + below

    def get(self, url: str, default: Any = None) -> Any:
        if url in self or not url.startswith(self._below):
            return super().get(url, default)
        return "x" if "t1_0001" in url else self._answer


@pytest.mark.parametrize(
    "link",
    [
        '<a href="?month={}">2023年</a>',  # a calendar
        '<a href="{}/">部门年报</a>',
        '<a href="{}.html">教育局</a>',
        '<a href="?sid={}">历年年报</a>',
    ],
)
def test_branches_without_end(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, NIGHT.isoformat())
    # three links on every page: more pages than the limit, before the depth is reached
    few = Walk(Endless(link), roster=organs(WATER), limits={"lists": 50})
    assert few.verdict.reason.en == "limit reached: 50 list pages"
    assert len([url for url in few.asked if "t1_" not in url]) == 51
    deep = Walk(Endless(link), roster=organs(WATER), limits={"lists": 1000, "depth": 4})
    assert deep.verdict.reason.en == "limit reached: depth 4"
    assert len([url for url in deep.asked if "t1_" not in url]) == 1 + 1 + 3 + 9 + 27


def test_sections_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, NIGHT.isoformat())
    pages = Endless('<a href="{}/">政府信息公开</a>', "zwgk/")
    pages[HOME] = '<a href="/zwgk/">政府信息公开</a>'
    walk = Walk(pages, roster=organs(EDUCATION), limits={"sections": 30, "lists": 40})
    assert walk.verdict.reason.en == "limit reached: 30 section pages, 40 list pages"
    assert len([url for url in walk.asked if "t1_" not in url]) == 71


def test_rows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, NIGHT.isoformat())
    rows = "".join(entry(f"t20240118_{n}.html", f"青杉市工作动态第{n}期") for n in range(300))
    walk = Walk(
        pages_of([rows], [rows.replace("t20240118_", "t20230118_")]),
        roster=organs(WATER),
        limits={"rows": 400},
    )
    assert walk.verdict.reason.en.startswith("limit reached: 400 entries of lists")
