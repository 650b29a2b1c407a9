"""UCAP: lists with a pager that counts from 1, lists and manuscripts from the interface."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from scrapy.http import TextResponse

from spiders.families import recognise, text_behind, ucap
from spiders.families.listing import Place

HOST = "http://www.sanglan.example"
LIST = f"{HOST}/sls/c111202/zfxxgklby_nb.shtml"
HASH = "54ed651c9acf4bac8ca8854ae7d0cf29"
REPORT = "桑澜市水务局2023年政府信息公开工作年度报告"


def rows(count: int) -> str:
    return "".join(
        f'<li><a href="/sls/c111202/202401/c04_{163000 + n}.shtml">桑澜市{n}局2023年政府信息公开年报</a>'
        for n in range(count)
    )


def data(value: object, url: str = f"{HOST}/searchList/111202?page=1") -> TextResponse:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return TextResponse(url, body=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "markup",
    [
        '<div id="UCAP-CONTENT"></div>',
        "<div class=ucapcontent></div>",
        "<script>$.get('/interface-cms/proxy/api?apiUrl=x')</script>",
        "<a href='/xyq/c100122/202401/c04_163476.shtml'>x</a>",
        f"<a href='../202202/{HASH}.shtml?ddtab=true'>x</a>",
        "<a href='/csrc/c106256/c1653948/content.shtml'>x</a>",
    ],
)
def test_recognised(page: Any, markup: str) -> None:
    assert recognise(page(markup)) == "ucap"
    assert recognise(page(f"<a href='/20230331/{HASH}.html'>x</a>")) is None


def test_pages_that_count_from_zero_are_asked_for_first(page: Any) -> None:
    body = rows(12) + "<script>createPageHTML('page_div',3, 1,'zfxxgklby_nb','shtml',30);</script>"
    place = ucap.read(page(body, LIST), None)[0].following
    assert place is not None
    assert (place.certain, place.pages, place.entries) == (True, 3, 30)
    assert (place.url, *place.others) == (
        f"{HOST}/sls/c111202/zfxxgklby_nb_1.shtml",
        f"{HOST}/sls/c111202/zfxxgklby_nb_2.shtml",
    )
    second = place.otherwise()
    assert second is not None
    third = ucap.read(page(body.replace("c04_163", "c04_164"), second.url), second)[0].following
    assert third is not None
    assert (third.url, third.others) == (f"{HOST}/sls/c111202/zfxxgklby_nb_3.shtml", ())
    assert ucap.read(page(body.replace("c04_163", "c04_165"), third.url), third)[0].following is None


def test_a_list_that_a_script_fetches(page: Any) -> None:
    shell = page(
        '<script>$.get("/searchList/111202?_isJson=true&amp;_pageSize=2&page=1", f)</script>ucapcontent', LIST
    )
    first = ucap.read(shell, None)[0].following
    assert first is not None
    assert (first.url, first.page) == (f"{HOST}/searchList/111202?_isJson=true&_pageSize=2&page=1", 1)
    results = [
        {"title": REPORT, "url": "/sls/a.shtml", "publishedTimeStr": "2024-01-19 10:00:00"},
        {
            "title": "<em>公开</em>年报",
            "staticUrl": "//www.sanglan.example/b.shtml",
            "publishedTime": 1705543200000,
        },
    ]
    (listing,) = ucap.read(data({"data": {"total": 3, "page": 1, "results": results}}), first)
    assert [(row.url, row.title, row.day) for row in listing.rows] == [
        (f"{HOST}/sls/a.shtml", REPORT, date(2024, 1, 19)),
        (f"{HOST}/b.shtml", "公开年报", date(2024, 1, 18)),
    ]
    second = listing.following
    assert second is not None
    assert (second.url.rpartition("?")[2], second.certain) == ("_isJson=true&_pageSize=2&page=2", True)
    last = ucap.read(data({"data": {"total": 3, "results": [{"title": REPORT, "url": "/c"}]}}), second)[0]
    assert (last.following, last.lacking) == (None, 0)
    short = ucap.read(data({"data": {"total": 3, "results": []}}), second)[0]
    assert (short.following, short.lacking) == (None, 1)


@pytest.mark.parametrize("body", [b"[", b"{" * 50_000, b'{"data":' + b"[" * 100_000, b"{} trailing"])
def test_an_answer_that_cannot_be_read_is_told(body: bytes) -> None:
    (listing,) = ucap.read(data(body), Place(LIST, 2, certain=True))
    assert (listing.rows, listing.following) == ((), None)
    assert listing.doubt is not None


API = "/interface-cms/proxy/api?apiUrl=manuscript%2FgetManuscriptById&amp;manuscriptId="


@pytest.mark.parametrize(
    "script",
    [
        f"var id = 1; $.get('{API}{HASH}', show)",
        f"var manuscriptId = '{HASH}'; $.get(\"{API}\" + manuscriptId, show)",
        f"$.ajax({{url: '/interface-cms/proxy/api?apiUrl=manuscript%2FgetManuscriptById',\n"
        f"data: {{manuscriptId: '{HASH}'}}}})",
    ],
)
def test_the_text_behind_a_shell(page: Any, script: str) -> None:
    shell = page(f'<h1>{REPORT}</h1><div id="UCAP-CONTENT"> </div><script>{script}</script>')
    assert recognise(shell) == "ucap"
    place = text_behind("ucap", shell)
    assert place is not None
    assert place.url.endswith(f"/api?apiUrl=manuscript%2FgetManuscriptById&manuscriptId={HASH}")
    assert place.certain


def test_nothing_is_behind_a_page_that_holds_its_text(page: Any) -> None:
    full = f"<div id=\"UCAP-CONTENT\">{'一、总体情况。' * 40}</div><script>$.get('{API}{HASH}')</script>"
    assert text_behind("ucap", page(full)) is None
    assert text_behind("ucap", page('<div id="UCAP-CONTENT"></div>')) is None
    assert text_behind("ucap", data({"data": {"manuscriptId": HASH}})) is None
