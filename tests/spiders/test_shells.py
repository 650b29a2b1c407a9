"""Pages that only scripts fill: told from others, and shown by a browser where that is allowed."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from spiders.loader import HomeSpider
from spiders.shells import is_shell
from tests.spiders.walk import COLUMN, HOME, PAGER, TITLE, Walk, article, row

APP = "<!DOCTYPE html><html><head><title>青杉市人民政府</title></head><body>{}</body></html>"
VUE = APP.format(
    "<noscript><strong>We're sorry but this site doesn't work properly without JavaScript enabled. "
    'Please enable it to continue.</strong></noscript><div id="app"></div>'
    '<script src="/js/chunk-vendors.9f2.js"></script><script src="/js/app.1c.js"></script>'
)
NEEDS = "say in the province file, with a reason, that the portal needs a browser"


def page(source: str) -> HtmlResponse:
    return HtmlResponse(HOME, body=source.encode(), encoding="utf-8")


@pytest.mark.parametrize(
    "source",
    [
        VUE,
        APP.format("<div id=app>加载中…</div><script type=module src=/assets/index.js></script>"),
        APP.format('<div id="root"><img src="loading.gif"></div><script>window.webpackJsonp=[]</script>'),
        APP.format('<div class="list"></div><script src="/list.js"></script>'),
    ],
)
def test_shells(source: str) -> None:
    assert is_shell(page(source))


@pytest.mark.parametrize(
    "source",
    [
        APP.format("<p>本页没有内容</p>"),
        APP.format('<a href="/zwgk/">政府信息公开</a><script src="/count.js"></script>'),
        APP.format('<iframe src="/list.htm"></iframe><script src="/count.js"></script>'),
        APP.format('<img src="/report.png"><script src="/count.js"></script>'),
        APP.format('<div id="app">' + "<p>一、总体情况</p>" * 40 + '</div><script src="/app.js"></script>'),
        APP.format(
            '<div id="app"><a href="/1">一</a><a href="/2">二</a><a href="/3">三</a></div><script>x</script>'
        ),
    ],
)
def test_no_shells(source: str) -> None:
    assert not is_shell(page(source))


def test_nasty_pages_are_judged_in_one_go() -> None:
    for text in ("<noscript" * 20_000, "<div id=" * 25_000, "<script" + " " * 200_000, "<title" * 30_000):
        is_shell(page(text))


def filled(plain: str, shown: str):
    def answer(request):
        body = shown if request.meta["rendered"] else plain
        flags = ["rendered"] if request.meta["rendered"] else []
        return HtmlResponse(request.url, body=body.encode(), encoding="utf-8", flags=flags)

    return answer


SITE = {
    HOME: filled(VUE, APP.format('<a href="/zwgk/zfxxgknb/">政府信息公开年报</a>')),
    COLUMN: filled(VUE, APP.format(row(1, TITLE) + PAGER)),
    article(1): "<p>一、总体情况</p>",
}


def asked(walk: Walk) -> list[tuple[str, bool]]:
    return [(request.url, request.meta["rendered"]) for request in walk.requests]


def test_a_home_page_crawled_ad_hoc_is_shown_where_it_is_a_shell(monkeypatch) -> None:
    monkeypatch.setattr("spiders.portal.PortalSpider.BROWSER", HomeSpider.BROWSER)
    walk = Walk(SITE)
    assert asked(walk) == [
        (HOME, False),
        (HOME, True),
        (COLUMN, False),
        (COLUMN, True),
        (article(1), False),
    ]
    assert walk.verdict.clean, walk.verdict


def test_a_portal_that_needs_a_browser_is_looked_through_by_one() -> None:
    walk = Walk(SITE, roster={"browser": "lists are built by a script"})
    assert asked(walk) == [(HOME, True), (COLUMN, True), (article(1), False)]
    assert walk.verdict.clean, walk.verdict


def test_elsewhere_a_shell_is_told() -> None:
    walk = Walk(SITE)
    assert asked(walk) == [(HOME, False)]
    assert NEEDS in walk.verdict.reason.en


def test_a_list_that_a_browser_shows_empty_as_well_is_lost() -> None:
    site = {**SITE, COLUMN: filled(VUE, VUE)}
    walk = Walk(site, roster={"browser": "lists are built by a script"})
    assert not walk.verdict.clean
    assert walk.asked.count(COLUMN) == 1
