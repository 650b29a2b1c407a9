"""Epoint: what a page says of its list, the interface of lists, and the text behind an article's shell."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from scrapy.http import HtmlResponse, JsonResponse, TextResponse

from spiders.families import epoint, recognise, text_behind
from spiders.families.listing import Listing, Place

SITE = "http://www.baiduxian.example"
COLUMN = f"{SITE}/zfxxgk/nb/list.html"
GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
INFO = "4f4238af-f08c-5bcd-8b09-3878b58fc423"
SITE_INFO = f"var siteInfo = {{siteGuid: '{GUID}', projectName: '/EpointWebBuilder'}};"
CALL = 'post(siteInfo.projectName + "/rest/lightfrontaction/getgovinfolist")'
LIST = f"{SITE}/EpointWebBuilder/rest/lightfrontaction/getgovinfolist"


def column(
    script: str = f'{SITE_INFO} var categoryNum = "002003005", pageSize = 15; {CALL}', more: str = ""
) -> str:
    return f"<link href='/EWB-FRONT/css/common.css'>{more}<script>{script}</script>"


def asked(place: Place | None) -> dict[str, Any]:
    assert place is not None
    assert place.body is not None
    assert place.content_type.startswith("application/json")
    body: dict[str, Any] = json.loads(place.body)
    return body


def first_question(page: Any, body: str, url: str = COLUMN) -> Place:
    (listing,) = epoint.read(page(body, url), None)
    assert listing.rows == ()
    assert listing.doubt is None
    assert listing.following is not None
    return listing.following


def entry(number: int, **more: object) -> dict[str, Any]:
    return {
        "infourl": f"showinfo.html?infoGuid={number:08x}-0000-0000-0000-000000000000",
        "title": "<font color='red'>柏渡县第…</font>",
        "realtitle": f"柏渡县第{number}局2023年政府信息公开工作年度报告",
        "infodate": "2024-01-18",
        **more,
    }


def answered(entries: object, place: Place, **custom: object) -> Listing:
    value = {"status": {"code": 1}, "custom": {"data": entries, **custom}}
    response = JsonResponse(place.url, body=json.dumps(value).encode())
    (listing,) = epoint.read(response, place)
    return listing


# --- what the page says ------------------------------------------------------------------------------------


def test_the_first_question_is_what_the_page_says(page: Any) -> None:
    place = first_question(page, column())
    assert (place.url, place.certain) == (LIST, True)
    assert asked(place) == {
        "siteGuid": GUID,
        "categorynum": "002003005",
        "deptcode": "",
        "pageIndex": 0,
        "pageSize": 15,
    }


@pytest.mark.parametrize(
    ("body", "url", "category", "department"),
    [
        (column(), f"{COLUMN}?deptcode=033", "002003005", "033"),
        (column(), f"{COLUMN}?CategoryNum=002003009&DeptCode=33", "002003009", "33"),
        (column(f"{SITE_INFO}{CALL}"), f"{SITE}/zwgk/002/002003/002003001/list.html", "002003001", ""),
        (column(f"{SITE_INFO}{CALL}"), f"{SITE}/zfxxgk/002003007/", "002003007", ""),
        (
            column(f"{SITE_INFO}{CALL}", "<input type=hidden id=categoryNum value='002004'>"),
            COLUMN,
            "002004",
            "",
        ),
        (
            column(
                f"var o = {{'siteGuid': \"{GUID}\", 'projectName':'EpointWebBuilder/', "
                f"categorynum: '003001', deptcode: '07'}}; {CALL}"
            ),
            COLUMN,
            "003001",
            "07",
        ),
    ],
)
def test_parameters_stand_in_scripts_fields_and_addresses(
    page: Any, body: str, url: str, category: str, department: str
) -> None:
    place = first_question(page, body, url)
    assert place.url == LIST
    assert (asked(place)["categorynum"], asked(place)["deptcode"]) == (category, department)


def test_a_project_without_a_name_and_another_action(page: Any) -> None:
    call = 'post("/rest/ewbfrontaction/getGovInfoList")'
    script = f'siteInfo = {{"siteGuid": "{GUID}"}}; categoryNum="002003"; {call}'
    assert first_question(page, column(script)).url == f"{SITE}/rest/ewbfrontaction/getgovinfolist"


def test_the_script_may_count_from_one_and_pages_are_asked_for_from_zero(page: Any) -> None:
    script = f'{SITE_INFO} categoryNum = "002003"; var pageIndex = 1, pageSize = 5000; {CALL}'
    question = asked(first_question(page, column(script)))
    assert (question["pageIndex"], question["pageSize"]) == (0, 100)


def test_a_page_without_the_site_asks_its_common_script(page: Any) -> None:
    body = "<script src='/EWB-FRONT/js/webBuilderCommon.js?v=2'></script>" + column(
        f"categoryNum='002003';{CALL}"
    )
    place = first_question(page, body)
    assert (place.url, place.body) == (f"{SITE}/EWB-FRONT/js/webBuilderCommon.js?v=2", None)
    script = TextResponse(
        place.url, body=SITE_INFO.encode(), headers={"Content-Type": "application/javascript"}
    )
    (listing,) = epoint.read(script, place)
    assert listing.following is not None
    assert listing.following.url == LIST
    assert asked(listing.following)["categorynum"] == "002003"
    (listing,) = epoint.read(TextResponse(place.url, body=b"var x = 1;"), place)
    assert listing.doubt is not None


@pytest.mark.parametrize("script", [CALL, f"categoryNum='002003';{CALL}", f"{SITE_INFO}{CALL}"])
def test_parameters_that_are_not_there_are_doubted(page: Any, script: str) -> None:
    (listing,) = epoint.read(page(column(script), COLUMN), None)
    assert (listing.rows, listing.following) == ((), None)
    assert listing.doubt is not None


def test_several_categories_of_one_page_are_all_asked_for(page: Any) -> None:
    script = f'{SITE_INFO} categoryNum = "002003001"; categoryNum = "002003002"; {CALL}'
    listings = epoint.read(page(column(script), COLUMN), None)
    assert [asked(listing.following)["categorynum"] for listing in listings] == ["002003001", "002003002"]


def test_a_menu_that_a_script_acts_upon(page: Any) -> None:
    body = column(
        f'{SITE_INFO}{CALL}; var tree = [{{"categorynum": "002003005", "categoryname": "政府信息公开年报"}},'
        '{"name": "政府信息公开制度", "categoryNum": "002003006"}]',
        """<a href="javascript:void(0)" onclick="getList('002003007')">信息公开年度报告</a>
        <li data-categorynum="002003008"><span>年报</span></li><a onclick="alert(1)">打印</a>""",
    )
    found = {link.text: link.url for link in epoint.links(page(body, f"{COLUMN}?deptcode=033"))}
    address = f"{COLUMN}?deptcode=033&categorynum="
    assert found == {
        "信息公开年度报告": f"{address}002003007",
        "年报": f"{address}002003008",
        "政府信息公开年报": f"{address}002003005",
        "政府信息公开制度": f"{address}002003006",
    }
    assert asked(first_question(page, body, found["年报"]))["categorynum"] == "002003008"


def test_static_lists_of_the_same_makers(page: Any) -> None:
    rows = "".join(
        f'<li class="ewb-list-node"><a href="/zfxxgk/nb/2024-01-18/{n:08x}-0000-0000-0000-000000000000.html"'
        f' title="柏渡县第{n}局2023年政府信息公开工作年度报告">柏渡县…</a><span>2024-01-18</span></li>'
        for n in range(3)
    )
    body = f"<ul class='ewb-list'>{rows}</ul><a href='2.html'>下一页</a><script>{SITE_INFO}</script>"
    response = page(body, COLUMN)
    assert recognise(response) == "epoint"
    (listing,) = epoint.read(response, None)
    assert len(listing.rows) == 3
    assert listing.following is not None
    assert (listing.following.url, listing.following.body) == (f"{SITE}/zfxxgk/nb/2.html", None)
    (second,) = epoint.read(
        page(f"<ul class='ewb-list'>{rows}</ul>", listing.following.url), listing.following
    )
    assert len(second.rows) == 3


def test_a_list_that_is_drawn_by_a_script_of_its_own_is_asked_for_beside_what_is_seen(page: Any) -> None:
    news = '<ul class="ewb-news"><li><a href="/xw/2024-01-01/1.html">柏渡桥改造工程正式通车</a></li></ul>'
    listings = epoint.read(page(column(f'{SITE_INFO} categoryNum = "002003"', news), COLUMN), None)
    assert any(listing.following is not None and listing.following.url == LIST for listing in listings)


# --- the interface -----------------------------------------------------------------------------------------


def test_rows_are_whole_titles_at_addresses_beside_the_list(page: Any) -> None:
    place = first_question(page, column())
    entries = [
        entry(1),
        entry(
            2, realtitle="", title="<b>柏渡县教育局</b>2023年&quot;年报&quot;", infodate="2024-01-19 10:00:00"
        ),
        entry(3, infourl="/zfxxgk/2024-03-05/x.html?deptcode=033", infodate=1705543200000),
        entry(4, infourl="", infoid=INFO),
        entry(5, realtitle="柏渡县第五局2023年…", title="柏渡县第五局2023年政府信息公开年报"),
    ]
    rows = answered(entries, place, total=5).rows
    assert [(row.url, row.title, row.day) for row in rows] == [
        (
            f"{SITE}/zfxxgk/nb/showinfo.html?infoGuid=00000001-0000-0000-0000-000000000000",
            "柏渡县第1局2023年政府信息公开工作年度报告",
            date(2024, 1, 18),
        ),
        (
            f"{SITE}/zfxxgk/nb/showinfo.html?infoGuid=00000002-0000-0000-0000-000000000000",
            '柏渡县教育局2023年"年报"',
            date(2024, 1, 19),
        ),
        (
            f"{SITE}/zfxxgk/2024-03-05/x.html?deptcode=033",
            "柏渡县第3局2023年政府信息公开工作年度报告",
            date(2024, 1, 18),
        ),
        (
            f"{SITE}/zfxxgk/nb/showinfo.html?infoGuid={INFO}",
            "柏渡县第4局2023年政府信息公开工作年度报告",
            date(2024, 1, 18),
        ),
        (
            f"{SITE}/zfxxgk/nb/showinfo.html?infoGuid=00000005-0000-0000-0000-000000000000",
            "柏渡县第五局2023年政府信息公开年报",
            date(2024, 1, 18),
        ),
    ]


def walked(
    page: Any, total: int, *, base: int, custom: dict[str, int], size: int = 10
) -> tuple[list[str], int, Listing]:
    """All rows of a list whose pages count from `base`, the number of questions, and the last page."""
    place: Place | None = first_question(page, column())
    shown: list[str] = []
    questions = 0
    listing = Listing(())
    while place is not None:
        questions += 1
        index = asked(place)["pageIndex"]
        start = max(0, index - base) * size  # what stands before the first page is the first
        entries = [entry(n) for n in range(start, min(start + size, total))]
        listing = answered(entries, place, **custom)
        shown += [row.url for row in listing.rows]
        place = listing.following
    return shown, questions, listing


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 25, 30])
@pytest.mark.parametrize("told", [True, False])
def test_every_entry_is_shown_once_wherever_counting_begins(
    page: Any, base: int, total: int, told: bool
) -> None:
    given = {"total": total} if told else {}
    shown, questions, last = walked(page, total, base=base, custom=given)
    assert len(shown) == len(set(shown)) == total
    assert (last.lacking, last.doubt, last.ended) == (0, None, True)
    assert questions <= total // 10 + 3


def test_a_count_of_the_page_is_no_count_of_the_list(page: Any) -> None:
    place = first_question(page, column())
    first = answered([entry(n) for n in range(15)], place, count=15)
    assert first.following is not None
    assert asked(first.following)["pageIndex"] == 1


def test_what_is_announced_and_never_shown_is_told(page: Any) -> None:
    place = first_question(page, column())
    first = answered([entry(n) for n in range(15)], place, total="40")
    assert first.following is not None
    assert first.following.entries == 40
    second = answered([entry(n) for n in range(15, 30)], first.following, total="40")
    assert second.following is not None
    assert answered([], second.following, total="40").lacking == 10


def test_an_interface_that_gives_one_page_for_all_is_told(page: Any) -> None:
    entries = [entry(n) for n in range(15)]
    place: Place | None = first_question(page, column())
    listing = Listing(())
    for _ in range(5):
        if place is not None:
            listing = answered(entries, place)
            place = listing.following
    assert place is None
    assert listing.doubt is not None


def test_an_error_before_the_first_page_is_no_end(page: Any) -> None:
    place = first_question(page, column())
    value = {"status": {"code": 0, "text": "参数错误"}, "custom": {}}
    response = JsonResponse(place.url, body=json.dumps(value).encode())
    (listing,) = epoint.read(response, place)
    assert asked(listing.following)["pageIndex"] == 1
    (again,) = epoint.read(response, listing.following)
    assert again.doubt is not None
    assert again.following is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"<html>502</html>",
        b"[" * 100_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    ],
)
@pytest.mark.parametrize("kind", [JsonResponse, TextResponse, HtmlResponse])
def test_anything_else_than_a_list_is_doubted(page: Any, body: bytes, kind: type[TextResponse]) -> None:
    place = first_question(page, column())
    (listing,) = epoint.read(kind(place.url, body=body, encoding="utf-8"), place)
    assert (listing.rows, listing.following, listing.ended) == ((), None, False)
    assert listing.doubt is not None


def test_the_answer_may_be_a_string_with_a_mark_and_be_sent_as_a_page(page: Any) -> None:
    place = first_question(page, column())
    custom = json.dumps({"data": [entry(1)], "total": 9})
    body = "\ufeff" + json.dumps({"custom": custom})
    (listing,) = epoint.read(HtmlResponse(place.url, body=body.encode(), encoding="utf-8"), place)
    assert len(listing.rows) == 1


@pytest.mark.parametrize(
    "nasty", [None, 3, "x", [], {}, {"realtitle": "年报"}, {"title": "年报", "infourl": "data:x"}]
)
def test_entries_that_cannot_be_used_are_doubted(page: Any, nasty: object) -> None:
    listing = answered([entry(1), nasty], first_question(page, column()))
    assert len(listing.rows) == 1
    assert listing.doubt is not None


def test_pages_have_an_end(page: Any) -> None:
    place = first_question(page, column())._replace(page=epoint.MAX_PAGES)
    listing = answered([entry(n) for n in range(15)], place, total=999_999_999)
    assert listing.following is None
    assert listing.lacking == 999_999_984


# --- articles ----------------------------------------------------------------------------------------------

SHELL = f"<div class='ewb-article'></div><script>{SITE_INFO} getgovinfodetail</script>"
DETAIL = f"{SITE}/EpointWebBuilder/rest/commonapiaction/getgovinfodetail"


@pytest.mark.parametrize(
    ("body", "query", "url"),
    [
        (SHELL, f"infoGuid={INFO}", DETAIL),
        (SHELL, f"deptcode=033&infoid={INFO}#top", DETAIL),
        (
            SHELL.replace("getgovinfodetail", "'/rest/frontAppNotNeedLoginAction/getgovinfodetail'"),
            f"INFOGUID={INFO}",
            DETAIL.replace("commonapiaction", "frontAppNotNeedLoginAction"),
        ),
        (
            f"<div class='ewb-x'><input id=siteGuid value='{GUID}'></div>",
            f"infoGuid={INFO}",
            DETAIL.replace("/EpointWebBuilder", ""),
        ),
    ],
)
def test_the_text_behind_a_shell(page: Any, body: str, query: str, url: str) -> None:
    response = page(body, f"{SITE}/zfxxgk/nb/showinfo.html?{query}")
    place = text_behind(recognise(response), response)
    assert place is not None
    assert (place.url, place.certain) == (url, True)
    assert place.content_type.startswith("application/x-www-form-urlencoded")
    assert place.body is not None
    (params,) = parse_qs(place.body.decode())["params"]
    assert json.loads(params) == {"siteGuid": GUID, "infoid": INFO}


def test_a_page_that_holds_its_text_has_nothing_behind_it(page: Any) -> None:
    address = f"{SITE}/govxxgk/XX/2024-03-05/{INFO}.html?deptcode=033"
    assert text_behind("epoint", page(SHELL, address)) is None
    assert text_behind("epoint", page("<div class='ewb-x'></div>", f"{COLUMN}?infoGuid={INFO}")) is None


@pytest.mark.parametrize(
    ("body", "mine"),
    [
        ("<script src='/EWB-FRONT/js/x.js'></script>", True),
        ('<ul class="news ewb-list">', True),
        ("<a href='showinfo.html?infoGuid=1'>", True),
        ("<script>var siteInfo = { a: 1 }</script>", True),
        ("<p>webbing</p>", False),
        ("<p class='news'>ewb-list</p>", False),
    ],
)
def test_recognised_by_the_makers_marks(page: Any, body: str, mine: bool) -> None:
    assert epoint.recognises(page(body, COLUMN)) is mine


@pytest.mark.parametrize(
    "body",
    [
        "<script src='" + "a" * 300 + "<script src='" * 20_000,
        "{categorynum:123," * 20_000,
        "class='" + "x " * 100_000,
        "siteInfo={" * 20_000 + "categorynum='" * 20_000,
        "getgovinfolist" + '"' * 200_000,
        "<b onclick='(" + "9" * 100_000 + "'>年报</b>",
    ],
)
def test_nasty_pages_are_borne(page: Any, body: str) -> None:
    response = page(body, f"{COLUMN}?infoGuid={'9' * 1_000}")
    epoint.recognises(response)
    assert len(epoint.links(response)) <= 1
    assert all(listing.following is None for listing in epoint.read(response, None))
    assert epoint.behind(response) is None
