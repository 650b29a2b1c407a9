"""Hanweb's disclosure module: searches, trees and entries of menus that are calls."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from spiders.families import frames_in_data, links_in_data, recognise, xxgk

HOST = "http://www.lanzhu.example"
COLUMN = f"{HOST}/col/col1229/index.html"
LOADED = (
    "<script>loadDynamic('/module/xxgk/search.jsp?infotypeId=A0212&vc_title=&vc_number=&area=002482429',"
    "'div11','A0212','','','3096');</script>"
)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def answer(numbers: range, pager: str) -> str:
    rows = "".join(
        f'<tr class="tr_main_value_{"odd" if n % 2 else "even"}"><td>{n}</td><td><a href="/art/2024/1/{n}/'
        f'art_1229_{n}.html" mc="兰渚县第{n}局2023年政府信息公开工作年度报告">兰渚县第{n}局2023…</a></td>'
        f'<td align="center">2024-01-{n:02}</td></tr>'
        for n in numbers
    )
    return f'<table>{rows}</table><table class="tb_title"><tr><td align="right">{pager}</td></tr></table>'


def test_a_search_is_posted_with_its_fields_in_address_and_body(page: Any) -> None:
    response = page(LOADED, COLUMN)
    assert recognise(response) == "xxgk"
    (listing,) = xxgk.read(response, None)
    place = listing.following
    assert place is not None and place.certain and place.page == 1
    assert urlsplit(place.url).path == "/module/xxgk/search.jsp"
    fields = query(place.url)
    assert {key: fields[key] for key in ("infotypeId", "area", "divid", "jdid", "currpage")} == {
        "infotypeId": "A0212", "area": "002482429", "divid": "div11", "jdid": "3096", "currpage": "1",
    }  # fmt: skip
    assert dict(parse_qsl((place.body or b"").decode(), keep_blank_values=True)) == fields
    assert place.content_type == "application/x-www-form-urlencoded"


def test_pages_go_on_to_the_number_that_the_answer_tells(page: Any) -> None:
    (listing,) = xxgk.read(page(LOADED, COLUMN), None)
    place = listing.following
    (first,) = xxgk.read(page(answer(range(1, 11), "&nbsp;&nbsp;共<b>2</b>页&nbsp;"), place.url), place)
    assert first.rows[0].title == "兰渚县第1局2023年政府信息公开工作年度报告"
    assert first.rows[0].day == date(2024, 1, 1)
    assert len(first.rows) == 10
    second = first.following
    assert second is not None and second.certain and second.page == 2
    assert query(second.url)["currpage"] == "2" and b"currpage=2" in (second.body or b"")
    (last,) = xxgk.read(page(answer(range(11, 13), "共2页"), second.url), second)
    assert (len(last.rows), last.following, last.lacking) == (2, None, 0)


def test_rows_that_are_counted_and_not_shown_are_told(page: Any) -> None:
    (listing,) = xxgk.read(page(LOADED, COLUMN), None)
    (only,) = xxgk.read(
        page(answer(range(1, 4), "共 5 条 共 1 页"), listing.following.url), listing.following
    )
    assert (only.following, only.lacking) == (None, 2)
    (none,) = xxgk.read(page(answer(range(0), "共 0 条"), listing.following.url), listing.following)
    assert none.ended


def test_a_full_answer_without_any_total_is_probed(page: Any) -> None:
    (listing,) = xxgk.read(page(LOADED, COLUMN), None)
    (first,) = xxgk.read(page(answer(range(1, 16), ""), listing.following.url), listing.following)
    assert first.following is not None and not first.following.certain


def test_a_subject_that_the_page_is_told_in_its_own_address(page: Any) -> None:
    body = (
        "<script>var a='';loadDynamic('/module/xxgk/search.jsp?standardXxgk=1&infotypeId='+a+"
        "'&vc_title='+encodeURI(b)+'&vc_number=&area=000014348','div4','','','','1');</script>"
    )
    (listing,) = xxgk.read(page(body, COLUMN + "?number=B0303&vc_xxgkarea=000014399"), None)
    fields = query(listing.following.url)
    assert (fields["infotypeId"], fields["area"], fields["standardXxgk"]) == ("B0303", "000014348", "1")


def test_a_list_of_the_other_kind_on_the_same_page_is_read_as_well(page: Any) -> None:
    store = (
        "<datastore><recordset><record><![CDATA[<a href='/art/2024/1/1/art_9_1.html'>甲</a>]]></record>"
        "</recordset></datastore><script>$('#1').jpage({totalRecord:30,perPage:1,proxyUrl:"
        "'/module/web/jpage/dataproxy.jsp',params:{columnid:'9',unitid:'1'}})</script>"
    )
    search, stored = xxgk.read(page(LOADED + store, COLUMN), None)
    assert search.following is not None and search.following.body is not None
    assert len(stored.rows) == 1
    place = stored.following
    assert place is not None
    (answered,) = xxgk.read(page(store.replace("_9_1", "_9_2"), place.url), place)
    assert answered.rows[0].url == f"{HOST}/art/2024/1/1/art_9_2.html"


TREE = f"{HOST}/module/xxgk/tree.jsp?standardXxgk=1&area=002482429&divid=div11"


def test_the_tree_is_part_of_the_page(page: Any) -> None:
    body = '<iframe src="/module/xxgk/tree.jsp?standardXxgk=1&amp;area=002482429&amp;divid=div11"></iframe>'
    assert frames_in_data("xxgk", page(body, COLUMN)) == (TREE,)
    assert frames_in_data("xxgk", page("", TREE)) == ()


def test_subjects_of_a_tree_are_lists(page: Any) -> None:
    nodes = (
        """<a href="javascript:void(0)" onclick="funclick('A01','div11','')">机构概况</a>"""
        """<script>d.add('A0212','A02','政府信息公开年报','javascript:x()');</script>"""
    )
    found = links_in_data("xxgk", page(nodes, TREE))
    assert [(link.text, query(link.url)) for link in found] == [
        ("机构概况", {"divid": "div11", "infotypeId": "A01", "area": "002482429"}),
        ("政府信息公开年报", {"divid": "div11", "infotypeId": "A0212", "area": "002482429"}),
    ]
    response = page(answer(range(1, 11), "共2页"), found[1].url)
    assert recognise(response) == "xxgk"
    (listing,) = xxgk.read(response, None)
    assert len(listing.rows) == 10
    assert query(listing.following.url)["infotypeId"] == "A0212"
    assert query(listing.following.url)["currpage"] == "2"


MENU = "<a href=\"javascript:getMainData('{}')\">{}</a>"


def test_entries_that_call_a_script_lead_where_the_script_says(page: Any) -> None:
    body = (
        MENU.format("zn", "政府信息公开指南") + MENU.format("nbao", "政府信息公开年报")
        + "<script>function getMainData(k){ if(k=='zn'){u='/col/col11/index.html'} "
        "else if (k == 'nbao') { u = \"/col/col12/index.html\"; } }</script>" + LOADED
    )  # fmt: skip
    assert [(link.url, link.text) for link in links_in_data("xxgk", page(body, COLUMN))] == [
        (f"{HOST}/col/col11/index.html", "政府信息公开指南"),
        (f"{HOST}/col/col12/index.html", "政府信息公开年报"),
    ]


def test_annual_reports_that_no_script_places_are_where_the_module_has_them(page: Any) -> None:
    body = MENU.format("ndbg", "政府信息公开年报") + MENU.format("zd", "政府信息公开制度") + LOADED
    assert [link.url for link in links_in_data("xxgk", page(body, COLUMN))] == [
        f"{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=002482429"
    ]


def test_an_address_beside_the_entry_goes_before_everything(page: Any) -> None:
    body = (
        """<li onclick="getMainData('ndbg')" data-url="/col/col77/index.html">政府信息公开年报</li>"""
        + LOADED
    )
    assert [link.url for link in links_in_data("xxgk", page(body, COLUMN))] == [
        f"{HOST}/col/col77/index.html"
    ]


def test_pages_past_every_bound_are_told(page: Any) -> None:
    (listing,) = xxgk.read(page(LOADED, COLUMN), None)
    place = listing.following._replace(page=200)
    (last,) = xxgk.read(page(answer(range(1, 11), "共999999页"), place.url), place)
    assert last.following is None and last.doubt is not None


def test_the_search_box_of_every_page_is_no_list(page: Any) -> None:
    box = '<form action="/module/xxgk/search.jsp" method="post"><input name="vc_title"></form>'
    rows = answer(range(1, 4), '<a href="index_2.html">下一页</a>')
    (listing,) = xxgk.read(page(box + rows, COLUMN), None)
    assert len(listing.rows) == 3
    assert listing.following is not None and listing.following.certain
    assert listing.following.url == f"{HOST}/col/col1229/index_2.html"
    assert listing.following.body is None
    (second,) = xxgk.read(page(answer(range(4, 6), ""), listing.following.url), listing.following)
    assert len(second.rows) == 2 and second.following is None
