"""The portal spider on small sites held in memory: what it asks for, what it yields, what it complains of."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler import clock
from crawler.clock import CHINA
from crawler.inspection import RULES_VERSION
from crawler.items import PageItem, SeenAgainItem
from crawler.middlewares import RequestRefused
from spiders.portal import SpiderArgumentError
from storage.records import PageRecord
from tests.spiders.walk import COLUMN, HOME, PAGER, TITLE, Site, Walk, article, row, site, unclean


@pytest.fixture(autouse=True)
def _in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, "2024-05-20T02:00:00+08:00")  # no later report is due


def test_from_the_home_page_to_the_articles() -> None:
    walk = Walk(site(row(1, TITLE) + row(2, "关于做好年度报告编制工作的通知"), **{article(1): "<p>报告</p>"}))
    assert walk.asked == [HOME, HOME + "zwgk/", COLUMN, article(1)]
    (item,) = walk.items
    assert isinstance(item, PageItem)
    assert (item.url, item.portal, item.province) == (article(1), "qingshan", "yunling")
    assert (item.body, item.status) == ("<p>报告</p>".encode(), 200)
    assert (item.listed_title, item.listed_date) == (TITLE, date(2024, 1, 18))
    assert item.fetched.tzinfo is not None
    assert walk.verdict == (True, ("", ""))
    assert walk.spider.visits["qingshan"].reports == 1


def test_known_columns_come_first_and_spare_the_way() -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): "x"}), roster={"columns": (COLUMN,)})
    assert walk.asked == [COLUMN, article(1)]
    assert walk.verdict.clean


@pytest.mark.parametrize(
    "shell",
    [
        "<script>location.replace('./bm/')</script>",
        '<script>window.location.href = "bm/";</script>',
        '<meta http-equiv="Refresh" content="0; url=./bm/">',
        "<meta http-equiv=refresh content='1;URL=\"/zwgk/zfxxgknb/bm/\"'>",
    ],
)
def test_jump_shells_are_followed(shell: str) -> None:
    pages = site("", **{COLUMN + "bm/": row(1, TITLE) + PAGER, article(1): "x"})
    pages[COLUMN] = f"<html><head>{shell}</head><body></body></html>"
    walk = Walk(pages)
    assert walk.asked[-3:] == [COLUMN, COLUMN + "bm/", article(1)]
    assert walk.verdict.clean


def test_a_page_that_jumps_to_itself_fails_the_visit() -> None:
    pages = site("")
    pages[COLUMN] = "<meta http-equiv=refresh content='0;url=./'>"
    walk = Walk(pages)
    assert walk.verdict == unclean(
        f"栏目列表页：跳转回本页：{COLUMN}", f"list page: redirects to itself: {COLUMN}"
    )
    assert walk.items == []


def test_jumps_have_an_end() -> None:
    pages: Site = {HOME: '<a href="/zfxxgknb/">年报</a>'}
    for step in range(20):
        url = f"{HOME}zfxxgknb/" + (f"{step}/" if step else "")
        pages[url] = f"<meta http-equiv=refresh content='0;url=/zfxxgknb/{step + 1}/'>"
    walk = Walk(pages)
    assert len(walk.asked) == 7
    assert "循环跳转" in walk.verdict.reason.zh
    assert "redirects without end" in walk.verdict.reason.en


def test_frames_of_the_host_are_read_and_counters_are_not() -> None:
    frame = '<iframe src="/visitcount?id=1"></iframe><iframe src="/frame/list.html"></iframe>'
    frame += '<iframe src="http://elsewhere.example/list.html"></iframe>'
    walk = Walk(site(frame, **{HOME + "frame/list.html": row(1, TITLE) + PAGER, article(1): "x"}))
    assert walk.asked[-3:] == [COLUMN, HOME + "frame/list.html", article(1)]


def test_branches_of_the_column_are_walked() -> None:
    branches = (
        '<a href="2023/">2023年</a><a href="xz/">乡镇（街道）</a><a href="sw/">水务局</a>'
        '<a href="/zwgk/zn/">政府信息公开指南</a>'
    )
    walk = Walk(
        site(
            branches,
            **{
                COLUMN + "2023/": row(1, TITLE) + PAGER,
                COLUMN + "xz/": row(2, "松涛镇人民政府2023年政府信息公开工作年度报告") + PAGER,
                COLUMN + "sw/": row(1, TITLE) + PAGER,
                article(1): "x",
                article(2): "y",
            },
        )
    )
    assert sorted(item.url for item in walk.items) == [article(1), article(2)]
    assert walk.verdict.clean
    assert walk.spider.visits["qingshan"].reports == 2


def test_the_pager_is_walked_to_its_end() -> None:
    pages = site(
        row(1, TITLE),
        **{
            COLUMN + "index_1.html": row(2, TITLE.replace("2023", "2022")) + "<script>countPage = 2</script>",
            article(1): "x",
            article(2): "y",
        },
    )
    pages[COLUMN] = row(1, TITLE) + "<script>countPage = 2</script>"
    walk = Walk(pages)
    assert COLUMN + "index_1.html" in walk.asked
    assert len(walk.items) == 2
    assert walk.verdict.clean


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (404, ("HTTP 404", "HTTP 404")),
        ("<meta http-equiv=refresh content='0;url=./'>", ("跳转回本页", "redirects to itself")),
        (row(1, TITLE), ("列表第2页没有新条目", "page 2 of the list shows nothing new")),
        (500, ("HTTP 500", "HTTP 500")),
        (DownloadTimeoutError(), ("连接超时", "timed out")),
    ],
)
def test_an_announced_page_that_does_not_come_fails_the_visit(second: Any, says: tuple[str, str]) -> None:
    pages = site("", **{article(1): "x", COLUMN + "index_1.html": second})
    pages[COLUMN] = row(1, TITLE) + "<script>countPage = 3</script>"
    walk = Walk(pages)
    assert says[0] in walk.verdict.reason.zh
    assert says[1] in walk.verdict.reason.en
    assert not walk.verdict.clean


@pytest.mark.parametrize("second", [404, "<meta http-equiv=refresh content='0;url=./'>", row(1, TITLE)])
def test_a_page_that_nothing_announces_may_be_absent(second: Any) -> None:
    rows = row(1, TITLE) + "".join(row(n, f"第{n}号文件材料") for n in range(2, 12))
    pages = site("", **{article(1): "x", COLUMN + "index_1.html": second})
    pages[COLUMN] = rows
    walk = Walk(pages)
    assert COLUMN + "index_1.html" in walk.asked
    assert len(walk.items) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (500, ("报告页：HTTP 500：", "article: HTTP 500: ")),
        (404, ("报告页：HTTP 404：", "article: HTTP 404: ")),
        (DownloadTimeoutError(), ("报告页：连接超时：", "article: timed out: ")),
        (ResponseDataLossError(), ("报告页：中途断开：", "article: connection closed mid-body: ")),
        (DownloadConnectionRefusedError(), ("报告页：连接被拒绝：", "article: connection refused: ")),
        (CannotResolveHostError(), ("报告页：域名无法解析：", "article: host name not found: ")),
        (DownloadCancelledError(), ("报告页：超过大小上限：", "article: larger than the size limit: ")),
        (
            IgnoreRequest("Forbidden by robots.txt"),
            ("报告页：robots.txt不允许访问：", "article: Forbidden by robots.txt: "),
        ),
        (
            IgnoreRequest("max redirections reached"),
            ("报告页：循环跳转：", "article: redirects without end: "),
        ),
        (
            RequestRefused("跳转到其他网站：mirror.example", "redirects to another host: mirror.example"),
            (
                "报告页：跳转到其他网站：mirror.example：",
                "article: redirects to another host: mirror.example: ",
            ),
        ),
        (ValueError("odd\x1b[2J\nanswer"), ("报告页：odd [2J answer：", "article: odd [2J answer: ")),
        (403, ("报告页：被拦截：HTTP 403：", "article: blocked: HTTP 403: ")),
        (429, ("报告页：被拦截：HTTP 429：", "article: blocked: HTTP 429: ")),
        (521, ("报告页：被拦截：HTTP 521：", "article: blocked: HTTP 521: ")),
        (
            "<script>$_ts=window['$_ts'];</script>",
            ("报告页：被拦截：瑞数 200：", "article: blocked: 瑞数 200: "),
        ),
        ("", ("报告页：返回内容为空：", "article: empty answer: ")),
        (
            "<p>您访问的页面不存在</p>",
            (
                "报告页：页面不存在（却返回HTTP 200）：",
                "article: page does not exist (answered with HTTP 200): ",
            ),
        ),
    ],
)
def test_an_article_that_fails_is_told_and_fails_the_visit(answer: Any, says: tuple[str, str]) -> None:
    walk = Walk(
        site(
            row(1, TITLE) + row(2, "松涛镇人民政府2023年政府信息公开年报"),
            **{article(1): answer, article(2): "y"},
        )
    )
    assert walk.verdict == unclean(says[0] + article(1), says[1] + article(1))
    assert [item.url for item in walk.items] == [article(2)]


def test_a_column_that_is_not_there() -> None:
    walk = Walk({HOME: "<a href='/a/'>政府信息公开</a>", HOME + "a/": "<p>建设中</p>"})
    assert walk.verdict == unclean("未找到年报栏目", "annual-report column not found")


def test_a_column_without_rows_is_not_clean() -> None:
    walk = Walk(site("<div id='app'></div>"))
    assert walk.verdict == unclean(
        f"栏目列表页：列表没有条目：{COLUMN}", f"list page: the list shows no entry: {COLUMN}"
    )


def test_an_unknown_system_is_trusted_as_far_as_its_list_shows_its_end() -> None:
    pages = site("", **{HOME + "zwgk/zfxxgknb/1.html": "x"})
    pages[COLUMN] = f'<ul><li><a href="1.html">{TITLE}</a></li></ul>'
    walk = Walk(pages)
    assert len(walk.items) == 1
    assert walk.verdict.clean
    pages[COLUMN] += "<div>共 3 页</div>"
    assert not Walk(pages).verdict.clean


def test_foreign_hosts_are_never_asked() -> None:
    pages = site(f'<li><a href="http://mirror.example/t20240118_1.html">{TITLE}</a></li>')
    pages[HOME] += '<a href="http://mirror.example/zfxxgknb/">政府信息公开年报</a>'
    walk = Walk(pages)
    assert all(url.startswith(HOME) for url in walk.asked)
    assert "不在该网站登记的主机上：http://mirror.example/" in walk.verdict.reason.zh
    assert "on none of the portal's hosts: http://mirror.example/" in walk.verdict.reason.en


def test_only_the_year_asked_for_is_fetched() -> None:
    rows = (
        row(1, TITLE) + row(2, TITLE.replace("2023", "2022")) + row(3, "青杉市水务局政府信息公开工作年度报告")
    )
    walk = Walk(site(rows, **{article(n): "x" for n in (1, 2, 3)}), roster={"expected": 9}, year="2023")
    assert [item.url for item in walk.items] == [article(1), article(3)]
    assert walk.verdict.clean  # what a whole visit would show is no measure for one year
    assert walk.spider.years == (2023,)


def test_fewer_reports_than_expected() -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): "x"}), roster={"expected": 2})
    assert walk.verdict == unclean("列出1份，应有2份", "1 reports shown, 2 expected")


def known_page(body: str, **more: Any) -> PageRecord:
    return PageRecord(
        url=article(1),
        portal="qingshan",
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        seen=datetime(2024, 2, 1, tzinfo=CHINA),
        **{
            "rules_version": RULES_VERSION,
            "etag": '"a1"',
            "last_modified": "Thu, 18 Jan 2024 02:00:00 GMT",
            **more,
        },
    )


def test_an_unchanged_page_is_asked_for_with_its_validators_and_seen_again() -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): 304}), known=[known_page("x")])
    (item,) = walk.items
    assert isinstance(item, SeenAgainItem)
    assert (item.url, item.portal) == (article(1), "qingshan")
    assert walk.headers[article(1)]["If-None-Match"] == '"a1"'
    assert walk.headers[article(1)]["If-Modified-Since"] == "Thu, 18 Jan 2024 02:00:00 GMT"
    assert walk.verdict.clean


def test_the_same_bytes_are_seen_again_and_others_are_a_page() -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): "x"}), known=[known_page("x")])
    assert [type(item) for item in walk.items] == [SeenAgainItem]
    walk = Walk(site(row(1, TITLE), **{article(1): "y"}), known=[known_page("x")])
    assert [type(item) for item in walk.items] == [PageItem]


def test_a_page_inspected_under_other_rules_is_fetched_whole() -> None:
    old = known_page("x", rules_version=RULES_VERSION - 1)
    walk = Walk(site(row(1, TITLE), **{article(1): "x"}), known=[old])
    assert "If-None-Match" not in walk.headers[article(1)]
    assert [type(item) for item in walk.items] == [PageItem]


def test_not_modified_for_a_page_that_is_not_known_is_a_failure() -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): 304}))
    assert walk.verdict.reason == (f"报告页：HTTP 304：{article(1)}", f"article: HTTP 304: {article(1)}")


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"requests": 3}, ("达到上限：请求3次", "limit reached: 3 requests")),
        ({"lists": 0}, ("达到上限：列表页0个", "limit reached: 0 list pages")),
        ({"depth": 1}, ("达到上限：深度1层", "limit reached: depth 1")),
        ({"list_bytes": 10}, ("网站首页：超过10字节", "home page: larger than 10 bytes")),
    ],
)
def test_limits_are_told(limits: dict[str, int], says: tuple[str, str]) -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): "x"}), limits=limits)
    assert walk.verdict.reason.zh.startswith(says[0])
    assert walk.verdict.reason.en.startswith(says[1])


def test_a_fault_of_our_own_fails_the_page_and_not_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(response: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("spiders.links.jump", broken)
    walk = Walk(site(""))
    assert walk.verdict == unclean(
        f"网站首页：程序内部错误：RuntimeError：{HOME}", f"home page: internal error: RuntimeError: {HOME}"
    )


def test_what_never_came_back_is_outstanding() -> None:
    walk = Walk(site(row(1, TITLE), **{article(1): "x"}))
    walk.spider.visits["qingshan"].outstanding += 1
    assert walk.verdict == unclean("访问中断，还有1页未取回", "interrupted with 1 pages outstanding")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"year": "x"}, "not a report year: 'x'"),
        ({"year": "1999"}, "not a report year"),
        ({"year": "9" * 5000}, "not a report year"),
        ({"year": "２０２３"}, "not a report year"),
        ({"portal": "linxi"}, "yunling has no portal 'linxi'; it has qingshan"),
        ({"colour": "red"}, "unknown argument: colour"),
        ({"kind": "x"}, "kind= is one of crawl, nightly, demo"),
    ],
)
def test_wrong_arguments_are_one_line(arguments: dict[str, str], says: str) -> None:
    with pytest.raises(SpiderArgumentError, match=says) as caught:
        Walk({}, **arguments)
    assert len(str(caught.value)) < 200
