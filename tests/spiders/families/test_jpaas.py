"""Hanweb JPaaS: units of a page, and the interface that builds them."""

from __future__ import annotations

import json
from datetime import date
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from scrapy.http import JsonResponse

from spiders.families import FAMILIES, frames_in_data, jpaas, links_in_data, recognise
from spiders.families.listing import Place

COLUMN = "http://www.yulan.example/col/col101/index.html"
BUILDER = "http://www.yulan.example/api-gateway/jpaas-publish-server/front/page/build/unit"
LIST = {
    "parseType": "bulidstatic", "webId": "12", "tplSetId": "T1", "pageType": "column",
    "tagId": "当前栏目_list", "editType": "null", "pageId": "101",
}  # fmt: skip


def data(tag: str = LIST["tagId"], **changed: str) -> str:
    told = {**LIST, "tagId": tag, **changed}
    return "{" + ",".join(f"'{key}':'{value}'" for key, value in told.items()) + "}"


def unit(tag: str = LIST["tagId"], inside: str = "") -> str:
    return (
        f'<div id="x"><script src="/script/unitbuild.js?v=3" url="{urlsplit(BUILDER).path}" '
        f'queryData="{escape(data(tag))}"></script>{inside}</div>'
    )


def row(number: int, path: str = "/art/2024/1/{}/art_101_{}.html") -> str:
    title = f"榆澜县第{number}局2023年政府信息公开工作年度报告"
    href = path.format(number, number)
    return f'<li><a href="{href}" title="{title}">{title}</a><span>[2024-01-{number:02}]</span></li>'


def rows(numbers: range) -> str:
    return f"<ul>{''.join(map(row, numbers))}</ul>"


def pager(size: int, count: int) -> str:
    return f'<div class="pagination" queryData="{{\'pageId\':\'101\'}}" rows="{size}" count="{count}"></div>'


def answer(html: object, url: str = BUILDER, **changed: object) -> JsonResponse:
    told = {"success": True, "code": "200", "data": {"html": html}, **changed}
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    return JsonResponse(url, body=json.dumps(told).encode(), headers=headers)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def first_place(page: Any) -> Place:
    (listing,) = jpaas.read(page(unit(), COLUMN), None)
    assert listing.following is not None
    return listing.following


def test_a_unit_that_the_page_does_not_show_is_asked_for_as_its_script_would(page: Any) -> None:
    (listing,) = jpaas.read(page(unit(), COLUMN), None)
    place = listing.following
    assert listing.rows == ()
    assert place is not None and place.certain and place.page == 1
    assert place.url.partition("?")[0] == BUILDER
    assert query(place.url) == LIST  # misspelled as the page spells it, and no paging of ours


def test_pages_are_asked_for_inside_param_json_as_numbers(page: Any) -> None:
    place = first_place(page)
    (first,) = jpaas.read(answer(rows(range(1, 16)) + pager(15, 33), place.url), place)
    assert (len(first.rows), first.rows[0].day) == (15, date(2024, 1, 1))
    second = first.following
    assert second is not None
    assert (second.page, second.pages, second.entries, second.shown) == (2, 3, 33, 15)
    assert second.certain
    asked = query(second.url)
    assert json.loads(asked.pop("paramJson")) == {"pageNo": 2, "pageSize": 15}
    assert asked == LIST
    (two,) = jpaas.read(answer(rows(range(16, 31)) + pager(15, 33), second.url), second)
    assert two.following is not None
    assert json.loads(query(two.following.url)["paramJson"]) == {"pageNo": 3, "pageSize": 15}
    (three,) = jpaas.read(answer(rows(range(1, 4)) + pager(15, 33), two.following.url), two.following)
    assert (len(three.rows), three.following, three.lacking) == (3, None, 0)


def test_rows_that_the_list_counts_and_does_not_show_are_told(page: Any) -> None:
    place = first_place(page)
    (first,) = jpaas.read(answer(rows(range(1, 16)) + pager(15, 20), place.url), place)
    (last,) = jpaas.read(answer(rows(range(16, 18)) + pager(15, 20), first.following.url), first.following)
    assert (last.following, last.lacking) == (None, 3)


def test_an_empty_last_page_that_still_counts_is_the_end_and_an_empty_middle_is_not(page: Any) -> None:
    place = Place(BUILDER + "?pageId=101", 2, certain=True, pages=2, entries=16, shown=15)
    (end,) = jpaas.read(answer(pager(15, 16), place.url), place)
    assert end.ended
    (middle,) = jpaas.read(answer(pager(15, 63), place.url), place._replace(entries=63, pages=5))
    assert not middle.ended and middle.lacking == 48


@pytest.mark.parametrize(
    "body",
    [
        b'{"success":false,"code":"500","data":null,"message":"error"}',
        b"{}", b"{", b'{"data":{"html":7}}', b'{"data":[]}', b"[" * 100_000, b"null",
    ],
)  # fmt: skip
def test_an_answer_without_html_is_doubted_and_not_taken_for_an_empty_list(page: Any, body: bytes) -> None:
    response = JsonResponse(BUILDER, body=body, headers={"Content-Type": "application/json"})
    (listing,) = jpaas.read(response, first_place(page))
    assert listing.rows == () and listing.doubt is not None and not listing.ended
    assert jpaas.links(response) == () and jpaas.frames(response) == ()


def test_rows_that_stand_in_the_page_are_its_first_page(page: Any) -> None:
    shown = f"<div>{rows(range(1, 16))}</div>" + pager(15, 31)
    (listing,) = jpaas.read(page(unit(inside=shown), COLUMN), None)
    assert len(listing.rows) == 15
    assert listing.following is not None
    assert json.loads(query(listing.following.url)["paramJson"]) == {"pageNo": 2, "pageSize": 15}


def test_a_pager_alone_may_carry_the_parameters(page: Any) -> None:
    body = (
        f'<div id="l"><div class="page-content">{rows(range(1, 11))}</div><table class="pagination" '
        f'count="21" rows="10" querydata="{escape(data())}" uniturl="{urlsplit(BUILDER).path}"></table></div>'
        "<script src='/script/unitbuild.js'></script>"
    )
    (listing,) = jpaas.read(page(body, COLUMN), None)
    assert len(listing.rows) == 10
    assert listing.following is not None
    assert (listing.following.pages, listing.following.entries) == (3, 21)
    assert query(listing.following.url)["tagId"] == LIST["tagId"]


def test_counts_among_the_parameters_of_the_pager(page: Any) -> None:
    shown = rows(range(1, 16)) + "<div class='pagination' queryData=\"{'rows':'15','count':'16'}\"></div>"
    (listing,) = jpaas.read(page(unit(inside=shown), COLUMN), None)
    assert listing.following is not None
    assert (listing.following.pages, listing.following.entries) == (2, 16)


def test_links_around_an_empty_unit_are_not_its_rows(page: Any) -> None:
    # a box of other articles in the same element does not stand for the list
    beside = f'<div class="news">{rows(range(1, 4))}</div>'
    listings = jpaas.read(page(f'<div class="main">{beside}{unit()}</div>', COLUMN), None)
    assert [len(listing.rows) for listing in listings] == [0, 3]
    assert listings[0].following is not None and listings[0].following.page == 1


def test_several_units_and_what_is_none_of_the_list(page: Any) -> None:
    body = unit("左侧导航") + unit() + unit("右侧内容") + unit("页脚")
    listings = jpaas.read(page(body, COLUMN), None)
    assert [query(listing.following.url)["tagId"] for listing in listings] == [LIST["tagId"], "右侧内容"]


def test_menus_and_unseen_lists_are_frames_of_the_page(page: Any) -> None:
    anchors = "".join(f'<a href="/col/col{n}/index.html">栏目</a>' for n in range(5))
    shown = unit("右侧列表", rows(range(1, 3)) + pager(15, 2))
    body = anchors + unit("左侧导航") + unit() + unit("页脚") + shown
    found = frames_in_data("jpaas", page(body, COLUMN))
    assert [query(url)["tagId"] for url in found] == ["左侧导航", LIST["tagId"]]
    # a page that shows nothing itself may have its whole menu in the head
    found = frames_in_data("jpaas", page(unit("头部") + unit("左侧导航"), COLUMN))
    assert [query(url)["tagId"] for url in found] == ["头部", "左侧导航"]


def test_the_answer_of_a_menu_gives_links_and_no_rows() -> None:
    menu = answer(
        '<ul><li><a href="/col/col101/index.html">政府信息公开年报</a></li>'
        '<li><a href="/col/col102/index.html">2023年</a></li></ul>',
        BUILDER + "?pageId=100&tagId=x",
    )
    assert recognise(menu) == "jpaas"
    assert [(link.url, link.text) for link in links_in_data("jpaas", menu)] == [
        (COLUMN, "政府信息公开年报"),
        ("http://www.yulan.example/col/col102/index.html", "2023年"),
    ]
    (listing,) = jpaas.read(menu, None)
    assert listing.rows == () and listing.following is None and listing.doubt is None


def test_a_list_that_was_asked_for_as_a_frame_goes_on() -> None:
    response = answer(rows(range(1, 16)) + pager(15, 16), f"{BUILDER}?webId=12&pageId=101&tagId=list")
    (listing,) = jpaas.read(response, None)
    assert len(listing.rows) == 15
    assert listing.following is not None
    assert query(listing.following.url) == {
        "webId": "12", "pageId": "101", "tagId": "list", "paramJson": '{"pageNo":2,"pageSize":15}',
    }  # fmt: skip


def test_articles_of_two_generations_and_files_stand_in_one_list(page: Any) -> None:
    html = (
        row(1)
        + row(2, "/col/col101/art/2024/art_0123456789abcdef0123456789abcd{}{}.html")
        + row(3, "/module/download/downfile.jsp?classid=0&amp;filename={}{}.docx")
        + '<li><a href="javascript:void(0)">下一页</a></li>'
    )
    (listing,) = jpaas.read(answer(html), first_place(page))
    assert [urlsplit(found.url).path for found in listing.rows] == [
        "/art/2024/1/1/art_101_1.html",
        "/col/col101/art/2024/art_0123456789abcdef0123456789abcd22.html",
        "/module/download/downfile.jsp",
    ]


def test_parameters_in_a_script_of_the_page(page: Any) -> None:
    script = f'<script>var queryData = "{data()}"; load("/x/unitbuild.js")</script>'
    (listing,) = jpaas.read(page(script, COLUMN), None)
    assert listing.following is not None
    assert query(listing.following.url) == LIST


def test_filters_inside_param_json_are_kept(page: Any) -> None:
    told = data().replace("}", ",'paramJson':'{&quot;keywords&quot;:&quot;年报&quot;}'}")
    body = (
        f'<div><script src="unitbuild.js" queryData="{told}"></script>{rows(range(1, 3))}{pager(2, 4)}</div>'
    )
    (listing,) = jpaas.read(page(body, COLUMN), None)
    asked = json.loads(query(listing.following.url)["paramJson"])
    assert asked == {"keywords": "年报", "pageNo": 2, "pageSize": 2}


def test_a_pager_that_nothing_explains_is_doubted(page: Any) -> None:
    body = f"<script src='/unitbuild.js'></script><div>{rows(range(1, 16))}{pager(15, 63)}</div>"
    (listing,) = jpaas.read(page(body, COLUMN), None)
    assert len(listing.rows) == 15 and listing.doubt is not None


def test_pinned_rows_on_every_page_do_not_end_the_list_early(page: Any) -> None:
    place = Place(
        f"{BUILDER}?pageId=101", 3, True, pages=4, entries=50, shown=34, query=(("pageSize", "15"),)
    )
    (listing,) = jpaas.read(answer(rows(range(1, 18)) + pager(15, 50), place.url), place)
    assert listing.following is not None and listing.following.page == 4


def test_a_list_longer_than_it_counts_is_probed(page: Any) -> None:
    place = Place(
        f"{BUILDER}?pageId=101", 2, True, pages=2, entries=20, shown=15, query=(("pageSize", "15"),)
    )
    (listing,) = jpaas.read(answer(rows(range(1, 16)) + pager(15, 20), place.url), place)
    assert listing.following is not None and not listing.following.certain


def test_numbers_without_bounds_end_somewhere(page: Any) -> None:
    place = Place(
        f"{BUILDER}?pageId=1", 500, True, entries=9_999_999, shown=7500, query=(("pageSize", "15"),)
    )
    (listing,) = jpaas.read(answer(rows(range(1, 16)) + pager(15, 9_999_999), place.url), place)
    assert listing.following is None and listing.doubt is not None
    (wild,) = jpaas.read(answer(rows(range(1, 3)) + pager(0, 10**30), BUILDER), first_place(page))
    assert len(wild.rows) == 2


def test_relative_links_that_mean_nothing_are_left_out(page: Any) -> None:
    html = '<a href="http://[::1">坏</a><a href="data:x">坏</a>' + row(1)
    (listing,) = jpaas.read(answer(html), first_place(page))
    assert len(listing.rows) == 1


def test_asked_before_the_other_systems_of_the_maker(page: Any) -> None:
    assert recognise(page(unit() + "<script>'/module/web/jpage/dataproxy.jsp'</script>", COLUMN)) == "jpaas"
    assert list(FAMILIES).index("jpaas") < list(FAMILIES).index("jpage")
