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
