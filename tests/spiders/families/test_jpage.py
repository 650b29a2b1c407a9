"""Hanweb jpage: rows in a script's data store, later pages from dataproxy.jsp."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from spiders.families import jpage, recognise

COLUMN = "http://www.linxi.example/col/col101/index.html"


def record(number: int) -> str:
    return (
        f'<record><![CDATA[<li><a href="/art/2024/1/{number}/art_101_{number}.html" '
        f'title="临溪区第{number}局2023年政府信息公开工作年度报告">临溪区第{number}局…</a><span>2024-01-{number:02}</span></li>]]></record>'
    )


def store(numbers: range, extra: str = "") -> str:
    return f"<datastore>{extra}<recordset>{''.join(map(record, numbers))}</recordset></datastore>"


def script(content: str) -> str:
    return f'<html><body><script type="text/xml">{content}</script></body></html>'


def query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


GROUP = (
    "<totalrecord>7</totalrecord><totalpage>3</totalpage>"
    '<nextgroup><![CDATA[<a href="./dataproxy.jsp?page=2&amp;appid=1&amp;webid=12&amp;path=%2F'
    '&amp;columnid=101&amp;unitid=3301&amp;webname=%E4%B8%B4%E6%BA%AA&amp;permissiontype=0"></a>]]></nextgroup>'
)


def test_rows_inside_the_script_are_not_lost(page: Any) -> None:
    (listing,) = jpage.read(page(script(store(range(1, 3))), COLUMN), None)
    assert [(row.url, row.title, row.day) for row in listing.rows] == [
        (
            "http://www.linxi.example/art/2024/1/1/art_101_1.html",
            "临溪区第1局2023年政府信息公开工作年度报告",
            date(2024, 1, 1),
        ),
        (
            "http://www.linxi.example/art/2024/1/2/art_101_2.html",
            "临溪区第2局2023年政府信息公开工作年度报告",
            date(2024, 1, 2),
        ),
    ]


def test_pages_follow_the_next_group_to_the_end(page: Any) -> None:
    (first,) = jpage.read(page(script(store(range(1, 4), GROUP)), COLUMN), None)
    place = first.following
    assert place is not None and place.certain
    assert place.url.startswith("http://www.linxi.example/module/web/jpage/dataproxy.jsp?")
    assert query(place.url) == {
        "appid": "1", "webid": "12", "path": "/", "columnid": "101", "unitid": "3301", "webname": "临溪",
        "permissiontype": "0", "col": "1", "page": "2", "perpage": "3", "startrecord": "4", "endrecord": "6",
    }  # fmt: skip
    (second,) = jpage.read(page(store(range(4, 7), GROUP), place.url), place)
    assert len(second.rows) == 3
    last = second.following
    assert last is not None
    assert (query(last.url)["page"], query(last.url)["startrecord"], last.page) == ("3", "7", 3)
    (third,) = jpage.read(page(store(range(7, 8)), last.url), last)
    assert (len(third.rows), third.following, third.lacking) == (1, None, 0)


def test_rows_that_the_list_announces_and_never_shows_are_told(page: Any) -> None:
    (first,) = jpage.read(page(script(store(range(1, 4), GROUP)), COLUMN), None)
    (second,) = jpage.read(page(store(range(4, 7)), first.following.url), first.following)
    (third,) = jpage.read(page(store(range(0)), second.following.url), second.following)
    assert (third.following, third.lacking) == (None, 1)


def test_parameters_come_from_the_pagers_configuration(page: Any) -> None:
    config = """<script>$("#3301").jpage({ totalRecord: 5, perPage: 2,
    proxyUrl: '/module/jpage/dataproxy.jsp', params: { col: 1, columnid: '101',
    unitid: '3301', webid: 12 } });</script>"""
    (listing,) = jpage.read(page(script(store(range(1, 3))) + config, COLUMN), None)
    place = listing.following
    assert place is not None
    assert urlsplit(place.url).path == "/module/jpage/dataproxy.jsp"
    assert query(place.url) == {
        "columnid": "101", "unitid": "3301", "webid": "12", "col": "1", "page": "2", "perpage": "2",
        "startrecord": "3", "endrecord": "4",
    }  # fmt: skip
    assert (place.pages, place.entries, place.shown) == (3, 5, 2)


def test_each_unit_of_a_page_is_a_list_of_its_own(page: Any) -> None:
    def unit(number: int, rows: range, total: int) -> str:
        return (
            f'<script type="text/xml">{store(rows)}</script>'
            f'<script>$("#{number}").jpage({{totalRecord:{total},'
            f"perPage:2,proxyUrl:'/module/web/jpage/dataproxy.jsp',"
            f"params:{{columnid:'9',unitid:'{number}'}}}})</script>"
        )

    listings = jpage.read(page(unit(1, range(1, 3), 4) + unit(2, range(3, 4), 1), COLUMN), None)
    assert [len(listing.rows) for listing in listings] == [2, 1]
    assert query(listings[0].following.url)["unitid"] == "1"
    assert listings[1].following is None


def test_a_shell_without_a_store_is_asked_for_its_first_page(page: Any) -> None:
    settings = "totalRecord:1,perPage:15,proxyUrl:'/module/web/jpage/dataproxy.jsp'"
    config = f"<script>$('#1').jpage({{{settings}}})</script>"
    (listing,) = jpage.read(page(config, COLUMN), None)
    place = listing.following
    assert place is not None and place.certain
    assert (query(place.url)["page"], query(place.url)["startrecord"]) == ("1", "1")
    (answer,) = jpage.read(page(store(range(1, 2)), place.url), place)
    assert (len(answer.rows), answer.following, answer.lacking) == (1, None, 0)


def test_hostile_numbers_do_no_harm(page: Any) -> None:
    config = """<script>$("#1").jpage({ totalRecord: 99999999999999999999, perPage: 'x9', proxyUrl:
    '/module/web/jpage/dataproxy.jsp' });</script>"""
    (listing,) = jpage.read(page(script(store(range(1, 3))) + config, COLUMN), None)
    assert len(listing.rows) == 2


def test_recognised_by_store_or_proxy(page: Any) -> None:
    assert recognise(page(script(store(range(1))))) == "jpage"
    assert recognise(page("<script>var proxyUrl='/module/web/jpage/dataproxy.jsp'</script>")) == "jpage"


# what sites do


def pager_call(unit: str, total: int, *, per_page: int = 15) -> str:
    return (
        f'<script>$("#{unit}").jpage({{totalRecord:{total}, perPage:{per_page}, '
        f"proxyUrl:'/module/web/jpage/dataproxy.jsp', params:{{columnid:'101',unitid:'{unit}'}}}})</script>"
    )


def in_page(unit: str, numbers: range, extra: str = "") -> str:
    return f'<div id="{unit}"><script type="text/xml">{store(numbers, extra)}</script></div>'


def test_a_first_store_of_several_screens_is_followed_by_the_page_after_them(page: Any) -> None:
    (listing,) = jpage.read(page(in_page("7", range(1, 46)) + pager_call("7", 63), COLUMN), None)
    place = listing.following
    assert place is not None and place.certain
    asked = query(place.url)
    # three screens of 15 were shown: page and record numbers say the same
    assert (asked["page"], asked["perpage"], asked["startrecord"], asked["endrecord"]) == (
        "4", "15", "46", "60",
    )  # fmt: skip
    assert (place.pages, place.shown) == (5, 45)


def test_where_both_ways_to_ask_bring_nothing_each_is_tried_alone(page: Any) -> None:
    (listing,) = jpage.read(page(in_page("7", range(1, 46)) + pager_call("7", 63), COLUMN), None)
    place = listing.following
    assert place is not None
    by_records, by_page = (query(url) for url in place.others)
    assert (by_records["startrecord"], by_records["endrecord"], "page" in by_records) == ("46", "60", False)
    assert by_page["page"] == "4" and not {"startrecord", "perpage"} & by_page.keys()


def test_the_way_that_brought_rows_is_kept(page: Any) -> None:
    (listing,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 50), COLUMN), None)
    place = listing.following.otherwise()
    (second,) = jpage.read(page(store(range(16, 31)), place.url), place)
    asked = query(second.following.url)
    assert (asked["startrecord"], asked["endrecord"], "page" in asked) == ("31", "45", False)
    place = place.otherwise()
    (second,) = jpage.read(page(store(range(16, 31)), place.url), place)
    asked = query(second.following.url)
    assert asked["page"] == "3" and not {"startrecord", "perpage"} & asked.keys()


def test_no_more_rows_are_asked_for_at_once_than_every_site_gives(page: Any) -> None:
    body = in_page("7", range(1, 201)) + pager_call("7", 450, per_page=200)
    (listing,) = jpage.read(page(body, COLUMN), None)
    asked = query(listing.following.url)
    assert (asked["page"], asked["perpage"], asked["startrecord"]) == ("3", "100", "201")


def test_a_site_that_gives_as_many_as_it_likes_is_counted_in_its_own_pages(page: Any) -> None:
    (listing,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 63), COLUMN), None)
    place = listing.following
    told = "<totalrecord>63</totalrecord><totalpage>7</totalpage>"
    (second,) = jpage.read(page(store(range(11, 21), told), place.url), place)
    asked = query(second.following.url)
    assert (asked["page"], asked["perpage"], asked["startrecord"], second.following.pages) == (
        "3",
        "10",
        "21",
        7,
    )


def test_scripts_at_the_end_of_the_page_belong_to_the_stores_that_they_name(page: Any) -> None:
    body = in_page("1", range(1, 16)) + in_page("2", range(16, 18)) + pager_call("2", 2) + pager_call("1", 40)
    first, second = jpage.read(page(body, COLUMN), None)
    assert query(first.following.url)["unitid"] == "1"
    assert first.following.entries == 40
    assert second.following is None


def test_a_list_whose_store_is_missing_is_asked_for_beside_those_that_are_there(page: Any) -> None:
    body = in_page("1", range(1, 3)) + pager_call("1", 2) + pager_call("2", 9)
    first, second = jpage.read(page(body, COLUMN), None)
    assert len(first.rows) == 2 and first.following is None
    assert second.rows == () and second.following is not None and second.following.certain
    assert query(second.following.url)["unitid"] == "2"


def test_an_empty_store_says_nothing_of_its_list(page: Any) -> None:
    body = '<script type="text/xml"><datastore><recordset></recordset></datastore></script>'
    (listing,) = jpage.read(page(body + pager_call("1", 9), COLUMN), None)
    assert listing.following is not None and listing.following.certain
    assert query(listing.following.url)["page"] == "1"


def test_numbers_of_many_digits_are_read_whole(page: Any) -> None:
    script_of_unit = (
        "<script>$('#a').jpage({totalRecord: 30, perPage: 15, params: {columnid: 1229710852, "
        "unitid: 7418529}})</script>"
    )
    (listing,) = jpage.read(page(in_page("a", range(1, 16)) + script_of_unit, COLUMN), None)
    asked = query(listing.following.url)
    # no proxy is named: it stands in a script's file, where the system always puts it
    assert urlsplit(listing.following.url).path == "/module/web/jpage/dataproxy.jsp"
    assert (asked["columnid"], asked["unitid"]) == ("1229710852", "7418529")


def test_encrypted_names_are_taken_from_the_latest_answer(page: Any) -> None:
    def group(name: str, number: int) -> str:
        return (
            '<totalrecord>9</totalrecord><nextgroup><![CDATA[<a href="./dataproxy.jsp?page='
            f'{number}&columnid={name}&unitid={name}x"></a>]]></nextgroup>'
        )

    body = in_page("1", range(1, 4), group("aB1", 2)) + pager_call("1", 9, per_page=3)
    (first,) = jpage.read(page(body, COLUMN), None)
    place = first.following
    assert (query(place.url)["columnid"], query(place.url)["unitid"]) == ("aB1", "aB1x")
    (second,) = jpage.read(page(store(range(4, 7), group("cD2", 3)), place.url), place)
    assert query(second.following.url)["columnid"] == "cD2"
    assert urlsplit(second.following.url).path == "/module/web/jpage/dataproxy.jsp"


def test_other_proxies_of_the_system_are_asked_where_they_are(page: Any) -> None:
    body = (
        in_page("1", range(1, 16)) + "<script>$('#1').jpage({totalRecord:20,perPage:15,proxyUrl:"
        "'/module/jpage/morecolumndataproxy.jsp',params:{columnid:'8409,8414',unitid:'1',keyWordCount:'30'}})</script>"
    )
    (listing,) = jpage.read(page(body, COLUMN), None)
    asked = query(listing.following.url)
    assert urlsplit(listing.following.url).path == "/module/jpage/morecolumndataproxy.jsp"
    assert (asked["columnid"], asked["keyWordCount"]) == ("8409,8414", "30")


EMPTY = "<datastore><recordset></recordset></datastore>"


def test_an_empty_answer_deep_in_the_list_is_not_its_end(page: Any) -> None:
    (first,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 63), COLUMN), None)
    (second,) = jpage.read(page(EMPTY, first.following.url), first.following)
    assert second.following is None and not second.ended
    assert second.lacking == 48


def test_an_empty_last_page_that_still_counts_is_the_end(page: Any) -> None:
    (first,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 16), COLUMN), None)
    told = "<totalrecord>16</totalrecord><totalpage>2</totalpage>"
    (second,) = jpage.read(page(store(range(0), told), first.following.url), first.following)
    assert second.ended and second.lacking == 0


def test_a_total_below_what_is_shown_is_not_believed(page: Any) -> None:
    (first,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 20), COLUMN), None)
    (second,) = jpage.read(page(store(range(16, 31)), first.following.url), first.following)
    assert second.following is not None and not second.following.certain
    assert query(second.following.url)["startrecord"] == "31"


def test_a_full_store_without_any_total_is_probed(page: Any) -> None:
    call = pager_call("7", 0).replace("totalRecord:0, ", "")
    (listing,) = jpage.read(page(in_page("7", range(1, 16)) + call, COLUMN), None)
    assert listing.following is not None and not listing.following.certain
    (short,) = jpage.read(page(in_page("7", range(1, 6)) + call, COLUMN), None)
    assert short.following is None and short.doubt is None


def test_a_full_store_that_nothing_pages_is_doubted(page: Any) -> None:
    (listing,) = jpage.read(page(in_page("7", range(1, 16)), COLUMN), None)
    assert len(listing.rows) == 15 and listing.following is None and listing.doubt is not None


HTML_ROWS = "".join(
    f'<li><a href="/art/2024/1/{n}/art_101_{n}.html">临溪区第{n}局2023年政府信息公开工作年度报告</a>'
    f"<span>2024-01-{n:02}</span></li>"
    for n in range(1, 16)
)


def test_rows_in_the_pages_own_html_are_read_where_the_proxy_knows_none(page: Any) -> None:
    body = f"<ul>{HTML_ROWS}</ul>" + pager_call("7", 15)
    (listing,) = jpage.read(page(body, COLUMN), None)
    assert len(listing.rows) == 15 and listing.rows[0].day == date(2024, 1, 1)
    assert listing.following is None and listing.lacking == 0
    # more than those are announced: they have to come from somewhere
    (longer,) = jpage.read(page(f"<ul>{HTML_ROWS}</ul>" + pager_call("7", 63), COLUMN), None)
    assert longer.following is not None and longer.following.certain
    assert query(longer.following.url)["page"] == "2"
    (answer,) = jpage.read(page(EMPTY, longer.following.url), longer.following)
    assert answer.lacking == 48


def test_a_plain_link_to_the_next_page_is_followed_where_rows_stand_in_the_html(page: Any) -> None:
    link = '<a href="index.html?uid=7&amp;page={}">下一页</a>'
    (first,) = jpage.read(page(HTML_ROWS + pager_call("7", 20) + link.format(2), COLUMN), None)
    assert first.following is not None and first.following.certain
    assert first.following.url == COLUMN + "?uid=7&page=2"
    answer = HTML_ROWS.replace("art_101_", "art_101_9") + link.format(3)
    (second,) = jpage.read(page(answer, first.following.url), first.following)
    assert len(second.rows) == 15
    assert second.following.url == COLUMN + "?uid=7&page=3"


def test_rows_of_other_columns_in_the_html_do_not_stand_for_the_list(page: Any) -> None:
    beside = HTML_ROWS.replace("art_101_", "art_999_")
    shell, outside = jpage.read(page(beside + pager_call("7", 3), COLUMN), None)
    assert shell.following is not None and shell.following.certain
    assert query(shell.following.url)["page"] == "1"
    assert len(outside.rows) == 15


def test_rows_outside_of_every_store_are_rows_too(page: Any) -> None:
    body = in_page("7", range(1, 3)) + pager_call("7", 2) + HTML_ROWS.replace("/art_101_", "/art_102_")
    inside, outside = jpage.read(page(body, COLUMN), None)
    assert (len(inside.rows), len(outside.rows)) == (2, 15)


def test_stores_in_strings_of_javascript_and_escaped_rows(page: Any) -> None:
    row = '<li><a href=\\"\\/art\\/2024\\/1\\/1\\/art_101_1.html\\" title=\\"甲局年度报告\\">甲<\\/a><\\/li>'
    store = f"<datastore><recordset><record><![CDATA[{row}]]><\\/record><\\/recordset><\\/datastore>"
    body = f"<script>var x = '{store}'</script>"
    (listing,) = jpage.read(page(body, COLUMN), None)
    assert [(found.url, found.title) for found in listing.rows] == [
        ("http://www.linxi.example/art/2024/1/1/art_101_1.html", "甲局年度报告")
    ]
    escaped = (
        "<datastore><record>&lt;a href='/art/2024/1/2/art_101_2.html'&gt;乙局&lt;/a&gt;</record></datastore>"
    )
    (listing,) = jpage.read(page(escaped, COLUMN), None)
    assert [found.title for found in listing.rows] == ["乙局"]


def test_relative_rows_of_an_answer_stand_on_the_column_page(page: Any) -> None:
    (first,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 16), COLUMN), None)
    row = "<a href='../../art/2024/1/16/art_101_16.html'>丙</a>"
    answer = f"<datastore><record><![CDATA[{row}]]></record></datastore>"
    (second,) = jpage.read(page(answer, first.following.url), first.following)
    assert second.rows[0].url == "http://www.linxi.example/art/2024/1/16/art_101_16.html"
    assert "@page" not in first.following.url


def test_a_store_that_is_cut_off_is_read_as_far_as_it_goes(page: Any) -> None:
    (listing,) = jpage.read(page("<datastore><recordset>" + record(1) + record(2)[:-20], COLUMN), None)
    assert len(listing.rows) == 2


def test_pages_past_every_bound_are_told(page: Any) -> None:
    (first,) = jpage.read(page(in_page("7", range(1, 16)) + pager_call("7", 9_999_999), COLUMN), None)
    place = first.following._replace(page=500)
    (last,) = jpage.read(page(store(range(16, 31)), place.url), place)
    assert last.following is None and last.doubt is not None and last.lacking > 0
