"""gkmlpt: the tree of columns, the interface of lists, and where a list ends."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from scrapy.http import HtmlResponse, JsonResponse, TextResponse

from spiders.families import gkmlpt, links_in_data, recognise, text_behind
from spiders.families.listing import Listing, Place

SITE = "http://www.tanggang.example"
INDEX = f"{SITE}/gkmlpt/index"
API = f"{SITE}/gkmlpt/api/all/153?page=1&sid=2"
NOON = 1705543200  # 2024-01-18 10:00 in China


def config(tree: object, sid: str = "SID: '2'") -> str:
    return (
        "<div id=app></div><script>\nwindow._CONFIG = {\n "
        f"{sid},\n SERVICE_AREA_ID: 755,\n TREE: {json.dumps(tree)},\n X: 1}};</script>"
    )


def node(number: object, name: str, *children: object, jump: str | None = "") -> dict[str, Any]:
    return {"id": number, "name": name, "jump_url": jump, "children": list(children)}


def found(page: Any, tree: object, url: str = INDEX, **given: str) -> list[tuple[str, str]]:
    return [(link.url, link.text) for link in gkmlpt.links(page(config(tree, **given), url))]


def entry(number: int, **more: object) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"棠港市第{number}局2023年政府信息公开工作年度报告",
        "url": f"{SITE}/gkmlpt/content/4/4688/post_{number}.html#153",
        "display_publish_time": NOON,
        **more,
    }


def answer(value: object, url: str = API) -> JsonResponse:
    return JsonResponse(url, body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


def listed(numbers: range, count: object, place: Place | None = None, **more: object) -> Listing:
    value = {"articles": [entry(n) for n in numbers], "classify": {"post_count": count}, **more}
    (listing,) = gkmlpt.read(answer(value, API if place is None else place.url), place)
    return listing


# --- the tree ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "政府信息公开年报",
        "政府信息公开工作年度报告",
        "信息公开年度报告",
        "年度报告",
        "历年年报",
        " 政府信息\n公开 年报 ",
    ],
)
def test_a_column_of_reports_is_a_link_to_its_interface(page: Any, name: str) -> None:
    ((url, text),) = found(page, [node(1, "指南"), node(153, name)])
    assert url == API
    assert text in ("政府信息公开年报", "".join(name.split()))


def test_columns_below_others_and_parts_of_columns(page: Any) -> None:
    tree = [
        node(
            1,
            "法定主动公开内容",
            node("153", "政府信息公开年报", node(154, "2023年"), node(155, "街道", node(156, "雾禾街道"))),
            node(160, "部门预决算", node(161, "2023年度决算报告")),
        ),
        node(170, "法治政府建设年度报告"),
        node(171, "政府网站工作年度报告"),
        node(172, "统计年报"),
        node(173, "政府信息公开制度"),
    ]
    urls = [url for url, _ in found(page, tree)]
    assert urls == [f"{SITE}/gkmlpt/api/all/{n}?page=1&sid=2" for n in (153, 154, 155, 156)]


def test_another_kind_of_report_below_a_column_of_reports_is_not_one(page: Any) -> None:
    tree = [node(1, "年度报告", node(2, "法治政府建设年度报告", node(3, "2023年")), node(4, "信息公开年报"))]
    assert [url.partition("/all/")[2] for url, _ in found(page, tree)] == ["1?page=1&sid=2", "4?page=1&sid=2"]


@pytest.mark.parametrize(
    ("jump", "urls"),
    [
        ("", [API]),
        (None, [API]),
        ("javascript:;", [API]),
        ("#88", [API.replace("153", "88")]),
        ("/gkmlpt/index#88", [API.replace("153", "88")]),
        (f"{INDEX}#/88", [API.replace("153", "88")]),
        ("/zwgk/nb/", [f"{SITE}/zwgk/nb/"]),
        ("/slj/gkmlpt/index#88", [f"{SITE}/slj/gkmlpt/index"]),
        ("http://www.ling.example/nb/index.html", ["http://www.ling.example/nb/index.html", API]),
    ],
)
def test_a_column_that_jumps(page: Any, jump: str | None, urls: list[str]) -> None:
    assert [url for url, _ in found(page, [node(153, "政府信息公开年报", jump=jump)])] == urls


def test_departments_have_the_platform_in_their_own_folder(page: Any) -> None:
    tree = [node(153, "政府信息公开年报")]
    url = f"{SITE}/slj/gkmlpt/index"
    assert found(page, tree, url) == [(f"{SITE}/slj/gkmlpt/api/all/153?page=1&sid=2", "政府信息公开年报")]
    assert found(page, tree, f"{SITE}/")[0][0] == API
    (link,) = found(page, tree, sid='"SID":755031')
    assert link[0].endswith("/153?page=1&sid=755031")
    (link,) = found(page, tree, sid="NO: 1")
    assert link[0] == f"{SITE}/gkmlpt/api/all/153?page=1"


def test_a_tree_that_is_a_script_s_own(page: Any) -> None:
    script = (
        "<script>window._CONFIG = {SID: '2', TREE: [{id: 1, parent: 0, name: '指南'},\n"
        " {id: '153', name: \"政府信息公开年报\", children: []},],};</script>"
    )
    assert [link.url for link in gkmlpt.links(page(script, INDEX))] == [API]


def test_an_index_page_shows_no_list_and_says_when_its_tree_is_lost(page: Any) -> None:
    (listing,) = gkmlpt.read(page(config([node(153, "年报")]), INDEX), None)
    assert (listing.rows, listing.following, listing.doubt) == ((), None, None)
    (listing,) = gkmlpt.read(page("<script>_CONFIG = {SID: 2, TREE: [x]}</script>", INDEX), None)
    assert listing.doubt is not None


# --- lists -------------------------------------------------------------------------------------------------


def test_the_rows_of_an_answer() -> None:
    articles = [
        entry(1, title=" 棠港市水务局2023年\n年报 "),
        entry(2, display_publish_time="1705543200000", url="/gkmlpt/content/4/4688/post_2.html"),
        entry(3, display_publish_time=0, first_publish_time="2024-01-19 09:00:00", is_expired=True),
        entry(4, url="http://old.example/post_4.html", post_url=f"{SITE}/gkmlpt/content/4/4688/post_4.html"),
        entry(5, url="http://old.example/post_5.html", post_url="", id=None),
        {"id": 4688997, "title": "无网址", "created_at": "2024-01-17 17:00:00"},
    ]
    (listing,) = gkmlpt.read(answer({"articles": articles, "classify": {"post_count": 6}}), None)
    post = f"{SITE}/gkmlpt/content/4/4688/post_"
    assert [(row.url, row.day) for row in listing.rows] == [
        (f"{post}1.html", date(2024, 1, 18)),
        (f"{post}2.html", date(2024, 1, 18)),
        (f"{post}3.html", date(2024, 1, 19)),
        (f"{post}4.html", date(2024, 1, 18)),
        ("http://old.example/post_5.html", date(2024, 1, 18)),
        (f"{post}4688997.html", date(2024, 1, 17)),
    ]
    assert listing.rows[0].title == "棠港市水务局2023年 年报"
    assert (listing.following, listing.ended, listing.doubt) == (None, True, None)


def test_pages_are_walked_until_the_count_is_reached_by_their_number() -> None:
    first = listed(range(100), 221)
    assert first.following is not None
    assert first.following.url == f"{SITE}/gkmlpt/api/all/153?page=2&sid=2"
    assert (first.following.page, first.following.certain, first.following.entries) == (2, True, 221)
    second = listed(range(100, 197), 221, first.following)  # three are hidden on it
    assert second.following is not None
    third = listed(range(200, 214), 221, second.following)  # and seven on this one
    assert (third.following, third.lacking, third.doubt, third.ended) == (None, 0, None, True)
    assert len(first.rows) + len(second.rows) + len(third.rows) == 211


def test_a_page_that_is_empty_is_the_end_though_more_was_counted() -> None:
    first = listed(range(100), 130)
    assert first.following is not None
    second = listed(range(0), 130, first.following)
    assert second == Listing((), ended=True)


def test_a_short_first_page_proves_nothing() -> None:
    first = listed(range(20), 221)
    assert first.following is not None  # the pages of this site may be short
    second = listed(range(20, 40), 221, first.following)
    assert second.following is not None
    assert (second.following.page, second.following.shown) == (3, 40)


@pytest.mark.parametrize("count", [None, "", "many", -1, True, 1.5, 3, [], {}])
def test_without_a_sensible_count_the_list_goes_on_until_a_page_is_empty(count: object) -> None:
    first = listed(range(40), count)
    assert first.following is not None
    assert listed(range(0), count, first.following) == Listing((), ended=True)


def test_a_count_as_text_or_beside_the_column() -> None:
    assert listed(range(40), "40").ended
    value = {"articles": [entry(1)], "total": 1}
    assert gkmlpt.read(answer(value), None)[0].ended


def test_the_last_page_once_more_is_the_end() -> None:
    first = listed(range(50), 55)
    assert first.following is not None
    again = listed(range(50), 55, first.following)
    assert again == Listing((), ended=True)


@pytest.mark.parametrize(("rows", "count"), [(100, 150), (20, 221), (100, 1000)])
def test_an_interface_that_ignores_the_page_is_told(rows: int, count: int) -> None:
    first = listed(range(rows), count)
    assert first.following is not None
    again = listed(range(rows), count, first.following)
    assert again.rows == ()
    assert again.lacking == count - rows


def test_a_pinned_entry_does_not_make_two_pages_the_same() -> None:
    value = {"articles": [entry(n) for n in (7, *range(10, 109))], "classify": {"post_count": 250}}
    first = gkmlpt.read(answer(value), None)[0].following
    assert first is not None
    value["articles"] = [entry(n) for n in (7, *range(110, 209))]
    (second,) = gkmlpt.read(answer(value, first.url), first)
    assert len(second.rows) == 100
    assert second.following is not None


def test_a_column_that_counts_entries_and_shows_none_is_doubted() -> None:
    assert listed(range(0), 12).doubt is not None
    assert listed(range(0), 0) == Listing((), ended=True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"code": 500, "message": "x"}',
        b'{"articles": null}',
        b'{"articles": {"0": 1}}',
        b"<html><body>502</body></html>",
        b"[" * 100_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"articles": [' + b"9" * 10_000 + b"]}",
    ],
)
@pytest.mark.parametrize("kind", [JsonResponse, TextResponse, HtmlResponse])
def test_anything_else_than_a_list_is_doubted(body: bytes, kind: type[TextResponse]) -> None:
    response = kind(API, body=body, encoding="utf-8")
    for place in (None, Place(API, 2, certain=True)):
        (listing,) = gkmlpt.read(response, place)
        assert listing.doubt is not None
        assert (listing.rows, listing.following, listing.ended) == ((), None, False)
    assert recognise(response) == "gkmlpt"
    assert gkmlpt.links(response) == ()


def test_the_answer_may_be_sent_as_text_with_a_mark_or_as_a_string() -> None:
    text = json.dumps({"articles": [entry(1)], "classify": {"post_count": 1}})
    for body in ("\ufeff" + text, f"cb({text});", json.dumps(text)):
        for kind in (TextResponse, HtmlResponse, JsonResponse):
            (listing,) = gkmlpt.read(kind(API, body=body.encode(), encoding="utf-8"), None)
            assert len(listing.rows) == 1


@pytest.mark.parametrize(
    "article",
    [None, 1, "x", [], {}, {"title": "无网址"}, {"title": 3, "url": "mailto:x"}, {"url": "/a.html"}],
)
def test_entries_that_cannot_be_used_are_doubted(article: object) -> None:
    value = {"articles": [entry(1), article], "classify": {"post_count": 2}}
    (listing,) = gkmlpt.read(answer(value), None)
    assert len(listing.rows) == 1
    assert listing.doubt is not None


def test_huge_numbers_are_bounded() -> None:
    articles = [entry(n, display_publish_time=10**30, id=10**40) for n in range(3)]
    value = {"articles": articles, "classify": {"post_count": 10**12}, "total": 10**9}
    (listing,) = gkmlpt.read(answer(value), None)
    assert [row.day for row in listing.rows] == [None, None, None]
    assert listing.following is not None
    last = Place(API, gkmlpt.MAX_PAGES, certain=True, entries=999_999_999)
    assert listed(range(100), 999_999_999, last).following is None
    assert listed(range(100), 999_999_999, last).lacking == 999_999_899


# --- static lists of the same makers -----------------------------------------------------------------------

STATIC = f"{SITE}/zwgk/nb/"
ROWS = (
    '<ul><li><a href="content/post_9861778.html">棠港市水务局2023年政府信息公开年度报告</a>2024-01-18</li>'
    '<li><a href="./content/post_9861700.html">棠港市教育局2023年政府信息公开年报</a>2024-01-17</li></ul>'
)


def test_a_static_list_counts_its_second_page_as_two(page: Any) -> None:
    response = page(ROWS + '<a href="index.html">1</a><a href="index_2.html">2</a>', STATIC)
    assert recognise(response) == "gkmlpt"
    (listing,) = gkmlpt.read(response, None)
    assert [(row.url, row.day) for row in listing.rows] == [
        (f"{STATIC}content/post_9861778.html", date(2024, 1, 18)),
        (f"{STATIC}content/post_9861700.html", date(2024, 1, 17)),
    ]
    assert listing.following == Place(f"{STATIC}index_2.html", 2, certain=True, pages=2)
    (last,) = gkmlpt.read(page(ROWS, f"{STATIC}index_2.html"), listing.following)
    assert last.following is None


def test_the_pager_of_a_static_list_in_words(page: Any) -> None:
    (listing,) = gkmlpt.read(page(ROWS + "<div>共 <b>3</b> 页</div>", STATIC + "index.html"), None)
    assert listing.following is not None
    assert (listing.following.url, listing.following.pages) == (f"{STATIC}index_2.html", 3)
    (listing,) = gkmlpt.read(page(ROWS + '<a href="index_2.html">下一页</a>', STATIC), None)
    assert listing.following is not None
    assert listing.following.certain
    (listing,) = gkmlpt.read(page(ROWS, STATIC), None)
    assert listing.following is None


# --- recognition -------------------------------------------------------------------------------------------


def test_recognised_by_folder_configuration_or_static_rows(page: Any) -> None:
    assert recognise(page("<div id=app></div>", INDEX)) == "gkmlpt"
    assert recognise(page(config([]), f"{SITE}/")) == "gkmlpt"
    assert recognise(page("<a href='/gkmlpt/content/1/1/post_1.html'>年报</a>", f"{SITE}/")) != "gkmlpt"
    assert recognise(page("<script>var _CONFIG = {}</script>", f"{SITE}/")) != "gkmlpt"
    assert text_behind("gkmlpt", page(config([]), INDEX)) is None


@pytest.mark.parametrize(
    "tree",
    [
        None,
        "x",
        [None, 1, "年报", [["年报"]], {"name": None, "id": {}}, {"name": "政府信息公开年报", "id": "../1"}],
        {"a": {"id": [], "name": ["政府信息公开年报"]}},
    ],
)
def test_a_nasty_tree_gives_no_link(page: Any, tree: object) -> None:
    assert links_in_data("gkmlpt", page(config(tree), INDEX)) == ()


@pytest.mark.parametrize(
    "body",
    [
        "<script>_CONFIG = {SID: 2, TREE: " + "[" * 200_000 + "</script>",
        "<script>_CONFIG = {SID: 2, TREE: [" + "{id:1," * 100_000 + "</script>",
        "<script>_CONFIG = {SID: 2, TREE: [" + ",id:1," * 100_000 + "</script>",
        "<script>_CONFIG = {SID: 2, TREE: " + '{"children":' * 10_000 + "1" + "}" * 10_000 + "</script>",
        "共" + " " * 200_000 + "<a href='content/post_1.html'>" + "共<b>" * 20_000,
        "<a href='content/post_1.html'>1</a>" * 2_000,
    ],
)
def test_nasty_pages_are_borne(page: Any, body: str) -> None:
    response = page(body, INDEX)
    assert gkmlpt.recognises(response)
    assert gkmlpt.links(response) == ()
    assert gkmlpt.read(response, None)[0].following is None
    static = page(body, STATIC)
    gkmlpt.recognises(static)
    for listing in gkmlpt.read(static, None):
        assert len(listing.rows) <= 1


def test_a_broad_tree_is_bounded(page: Any) -> None:
    tree = [node(n, "政府信息公开年报") for n in range(gkmlpt.MAX_NODES + 500)]
    assert len(found(page, tree)) == gkmlpt.MAX_NODES
