"""What one visit of a portal asks for: the way to the column, lists that are remembered, what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crawler import clock
from crawler.clock import CHINA
from crawler.inspection import RULES_VERSION
from crawler.items import PageItem, SeenAgainItem
from crawler.portals import Organ
from crawler.report.model import Kind
from storage.records import ListRecord, PageRecord
from tests.spiders.walk import COLUMN, HOME, PAGER, TITLE, Walk, article, row, site

NOW = datetime(2024, 5, 20, 2, 0, tzinfo=CHINA)
BODIES = ("青杉市水务局", "青杉市教育局", "青杉市民政局")


@pytest.fixture(autouse=True)
def _in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, NOW.isoformat())


def page(number: int, title: str = TITLE, *, seen: datetime = NOW - timedelta(days=1)) -> PageRecord:
    return PageRecord(
        article(number),
        "qingshan",
        "0" * 64,
        seen,
        listed_title=title,
        listed_date=date(2024, 1, 18),
        organ="青杉市水务局",
        year=2023,
        rules_version=RULES_VERSION,
    )


def remembered(url: str = COLUMN, *, walked: datetime | None = NOW - timedelta(days=1)) -> ListRecord:
    return ListRecord("qingshan", url, "trs", ("政府信息公开年报",), 2, NOW - timedelta(days=1), walked)


def pages_of_a_list(first: str, second: str) -> Mapping[str, Any]:
    pager = "<script>var countPage = 2;</script>"
    return {COLUMN: first + pager, COLUMN + "index_1.html": second + pager}


def organs(*names: str) -> dict[str, Any]:
    return {"organs": tuple(Organ(name=name, kind=Kind.DEPARTMENT) for name in names)}


# the way from the home page


def test_a_column_that_shows_no_report_does_not_end_the_search() -> None:
    pages = site(row(1, TITLE), **{article(1): "x"})
    pages[HOME] += '<a href="/tjj/nb/">年报</a>'
    pages[HOME + "tjj/nb/"] = '<ul><li><a href="1.html">青杉市统计年鉴编辑部简介</a></li></ul>'
    walk = Walk(pages)
    assert walk.asked == [HOME, HOME + "tjj/nb/", HOME + "zwgk/", COLUMN, article(1)]
    assert [item.url for item in walk.items] == [article(1)]


def test_the_likeliest_section_is_opened_first_and_the_others_not_at_all() -> None:
    pages = site(row(1, TITLE), **{article(1): "x"})
    pages[HOME] = (
        '<a href="/jggk/">政务</a><a href="/gkzn/">政府信息公开指南</a>'
        + pages[HOME]
        + '<a href="/b/">政务公开</a>'
    )
    walk = Walk(pages)
    assert walk.asked == [HOME, HOME + "zwgk/", COLUMN, article(1)]


def test_clicks_trail_and_menu_are_what_a_person_sees() -> None:
    pages = site(row(1, TITLE), **{article(1): "x"})
    pages[HOME + "zwgk/"] += '<a href="/zwgk/zd/">政府信息公开制度</a>'
    pages[HOME + "zwgk/zd/"] = 404
    seen = Walk(pages, whole="1").spider.visits["qingshan"].column
    assert seen is not None
    assert (seen.url, seen.clicks) == (COLUMN, 2)
    assert seen.trail == ("政府信息公开", "政府信息公开年报")
    assert seen.entries == {"guide", "system", "annual_reports"}
    assert seen.menu == 3
    assert seen.dead == ((HOME + "zwgk/zd/", ("HTTP 404", "HTTP 404")),)


def test_bodies_with_columns_of_their_own_are_looked_up_where_the_column_lacks_them() -> None:
    pages = {
        HOME: '<a href="/zwgk/">政府信息公开</a>',
        HOME + "zwgk/": '<a href="/zwgk/zfxxgknb/">政府信息公开年报</a>'
        + "".join(f'<a href="/{n}/">{name}</a>' for n, name in enumerate(("水务局", "教育局", "民政局"), 1)),
        COLUMN: row(1, "青杉市水务局2023年政府信息公开工作年度报告") + PAGER,
        article(1): "x",
    }
    for number in (1, 2, 3):
        name = BODIES[number - 1]
        pages[f"{HOME}{number}/"] = f'<a href="/{number}/zfxxgknb/">政府信息公开年报</a>'
        pages[f"{HOME}{number}/zfxxgknb/"] = (
            f'<li><a href="/{number}/202401/t20240118_{number}.html">'
            f"{name}2023年政府信息公开工作年度报告</a></li>" + PAGER
        )
        pages[f"{HOME}{number}/202401/t20240118_{number}.html"] = "x"
    known = Walk(pages, roster=organs(*BODIES))
    assert {item.url for item in known.items} == {
        article(1),
        f"{HOME}2/202401/t20240118_2.html",
        f"{HOME}3/202401/t20240118_3.html",
    }
    assert HOME + "1/" not in known.asked, "its report was listed"
    assert known.verdict.clean
    unknown = Walk(pages, roster={"organs": ()})
    assert {item.url for item in unknown.items} == {item.url for item in known.items} | {
        f"{HOME}1/202401/t20240118_1.html"
    }


def test_a_page_that_is_overwritten_every_year_is_the_report_itself() -> None:
    sections = "".join(
        f"<p>{heading}</p>"
        for heading in ("一、总体情况", "二、主动公开政府信息情况", "五、存在的主要问题及改进情况")
    )
    pages = site("", **{COLUMN + "swj": sections})
    pages[COLUMN] = '<a href="swj">市水务局</a>' + PAGER
    walk = Walk(pages, roster=organs(*BODIES))
    (item,) = walk.items
    assert isinstance(item, PageItem)
    assert (item.url, item.listed_title) == (COLUMN + "swj", "市水务局")
    assert [told.url for told in walk.spider.visits["qingshan"].remembered] == [COLUMN, COLUMN + "swj"]


def test_twins_of_an_article_are_asked_for_once() -> None:
    twin = article(12345).replace(".html", "_wap.html")
    rows = row(12345, TITLE) + f'<li><a href="{twin}">{TITLE}</a></li>'
    walk = Walk(site(rows, **{article(12345): "x", twin: "x"}))
    assert walk.asked[-1] == article(12345)
    assert len(walk.items) == 1
    assert walk.spider.visits["qingshan"].reports == 1


# what is remembered


def test_a_list_without_news_is_left_after_its_first_page() -> None:
    first = row(1, TITLE) + row(9, "青杉市召开政务公开工作会议").replace("01-18", "01-02")
    pages = site("", **pages_of_a_list(first, row(2, TITLE)), **{article(1): "x", article(2): "x"})
    walk = Walk(pages, known=[page(1), page(2)], lists=[remembered()])
    assert walk.asked == [COLUMN]
    visit = walk.spider.visits["qingshan"]
    assert walk.verdict.clean
    assert (visit.whole, visit.stopped, visit.articles) == (False, 1, 1)
    (told,) = visit.remembered
    assert told.walked == NOW - timedelta(days=1), "it was not walked to its end this time"


@pytest.mark.parametrize(
    "first",
    [
        row(3, "青杉市水务局2024年政府信息公开工作年度报告") + row(1, TITLE),  # news
        row(1, TITLE).replace("<span>2024-01-18</span>", ""),  # nobody knows whether the newest come first
        row(1, TITLE),  # nor among rows of one day
        # no report
        '<li><a href="/zwgk/zfxxgknb/202401/t20240101_9.html">关于做好年报编制工作的通知</a></li>',
    ],
)
def test_a_list_is_walked_on_where_it_may_hold_news(first: str) -> None:
    more = {article(n): "x" for n in (1, 2, 3)}
    walk = Walk(
        site("", **pages_of_a_list(first, row(2, TITLE)), **more),
        known=[page(1), page(2)],
        lists=[remembered()],
    )
    assert COLUMN + "index_1.html" in walk.asked


def test_a_list_that_was_never_walked_to_its_end_is_walked_on() -> None:
    pages = site("", **pages_of_a_list(row(1, TITLE), row(2, TITLE)))
    walk = Walk(pages, known=[page(1), page(2)], lists=[remembered(walked=None)])
    assert walk.asked == [COLUMN, COLUMN + "index_1.html"]
    (told,) = walk.spider.visits["qingshan"].remembered
    assert told.walked == NOW


def test_a_whole_visit_goes_the_way_from_the_home_page_again() -> None:
    pages = site("", **pages_of_a_list(row(1, TITLE), row(2, TITLE)))
    walk = Walk(pages, known=[page(1), page(2)], lists=[remembered()], whole="1")
    assert walk.asked[:4] == [HOME, HOME + "zwgk/", COLUMN, COLUMN + "index_1.html"]
    assert walk.spider.visits["qingshan"].whole


def test_a_column_that_has_moved_is_found_again() -> None:
    moved = HOME + "zwgk/nb2024/"
    pages = site("", **{moved: row(1, TITLE) + PAGER})
    pages[HOME + "zwgk/"] = '<a href="/zwgk/nb2024/">政府信息公开年报</a>'
    pages[COLUMN] = 404
    walk = Walk(pages, known=[page(1)], lists=[remembered()])
    assert walk.asked == [COLUMN, HOME, HOME + "zwgk/", moved]
    assert walk.verdict.clean
    visit = walk.spider.visits["qingshan"]
    assert visit.detail()["notes"] == [
        {"zh": f"栏目已变更：{COLUMN}", "en": f"the column has moved: {COLUMN}"}
    ]
    assert [told.url for told in visit.remembered] == [moved]


def test_a_column_that_is_lost_fails_the_visit_with_its_own_problem() -> None:
    walk = Walk({HOME: "<p>首页</p>", COLUMN: 404}, lists=[remembered()])
    assert walk.verdict.reason.en == f"list page: HTTP 404: {COLUMN}"


@pytest.mark.parametrize(
    ("days", "asked"),
    [(1, False), (6, False), (22, True)],  # 14 days on average, half or one and a half of them
)
def test_published_reports_are_left_alone_for_a_while(days: int, asked: bool) -> None:
    known = page(1, seen=NOW - timedelta(days=days))
    walk = Walk(site(row(1, TITLE), **{article(1): 304}), known=[known])
    assert (article(1) in walk.asked) is asked
    assert walk.spider.visits["qingshan"].articles == 1


def test_another_title_is_looked_at_and_remembered() -> None:
    title = TITLE.replace("年度报告", "年度报告（更正）")
    walk = Walk(site(row(1, title), **{article(1): 304}), known=[page(1)])
    (again,) = walk.items
    assert isinstance(again, SeenAgainItem)
    assert (again.url, again.listed_title) == (article(1), title)


def test_a_title_that_another_list_cuts_short_is_the_same() -> None:
    walk = Walk(site(row(1, TITLE[:14] + "…"), **{article(1): 304}), known=[page(1)])
    assert article(1) not in walk.asked


def test_a_request_is_not_kept_on_disk() -> None:
    import pickle

    walk = Walk(site(row(1, TITLE), **{article(1): "x"}))
    with pytest.raises(TypeError, match="not kept on disk"):
        pickle.dumps(walk.requests[0].cb_kwargs["aim"])
