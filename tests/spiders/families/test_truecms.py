"""TrueCMS: the pager of jpage, and answers of XML inside JSON inside a call."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from spiders.families import recognise, truecms
from spiders.families.listing import Place

COLUMN = "http://www.tang.example/sgaj/nb/nb.html"
ID = "754f6db5-d294-46d5-b25c-da3a86d102cd"


def row(number: int) -> str:
    return (
        f'<li><a href="/sgaj/nb/content/{number}.html">棠港市第{number}局2023年政府信息公开工作年度报告</a>'
        f"<span>2024-01-{number % 28 + 1:02}</span></li>"
    )


def column(shown: int, total: int, *, proxy: str = "/TrueCMS/messageController/getMessage.do") -> str:
    rows = "".join(map(row, range(1, shown + 1)))
    return f"""<div id="initData" style="display:none"><ul>{rows}</ul></div><script>
    $('#msgList').jpage({{ dataStore: initData, totalRecord: {total}, perPage: 10, groupSize: 3,
      contentTemplate: '<datastore><totalrecord>x</totalrecord><recordset></recordset></datastore>',
      proxyUrl: '{proxy}', ajaxParam: {{ columnId: '{ID}' }} }});</script>"""


def store(numbers: range, total: int) -> str:
    records = "".join(f"<record><![CDATA[{row(n)}]]></record>" for n in numbers)
    return f"<datastore><totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>"


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def test_recognised_before_jpage_whose_store_it_prints(page: Any) -> None:
    assert recognise(page(column(3, 3), COLUMN)) == "truecms"


def test_rows_of_the_page_and_then_records_by_their_numbers(page: Any) -> None:
    (first,) = truecms.read(page(column(30, 63), COLUMN), None)
    assert len(first.rows) == 30
    assert first.rows[0].title == "棠港市第1局2023年政府信息公开工作年度报告"
    place = first.following
    assert place is not None and place.certain
    assert urlsplit(place.url).path == "/TrueCMS/messageController/getMessage.do"
    assert query(place.url) == {"columnId": ID, "perpage": "10", "startrecord": "31", "endrecord": "40"}
    (second,) = truecms.read(
        page(f"cb({json.dumps({'result': store(range(31, 41), 63)})});", place.url), place
    )
    assert [found.url for found in second.rows][:1] == ["http://www.tang.example/sgaj/nb/content/31.html"]
    assert query(second.following.url)["startrecord"] == "41"
    assert second.following.certain
    last = second.following._replace(shown=60)
    (end,) = truecms.read(page(json.dumps({"result": store(range(61, 64), 63)}), last.url), last)
    assert (len(end.rows), end.following, end.lacking) == (3, None, 0)


@pytest.mark.parametrize("wrapped", ["{}", "cb({})", "/**/jQuery1.x({});", "{}  "])
def test_answers_in_every_wrapping(page: Any, wrapped: str) -> None:
    place = Place("http://www.tang.example/g.do?x", 2, True, query=(("columnId", ID), ("perpage", "10")))
    text = wrapped.replace("{}", json.dumps({"result": store(range(1, 3), 2)}))
    (listing,) = truecms.read(page(text, place.url), place)
    assert len(listing.rows) == 2
    (bare,) = truecms.read(page(store(range(1, 3), 2), place.url), place)
    assert len(bare.rows) == 2


def test_a_shell_is_asked_from_the_first_record_on(page: Any) -> None:
    (listing,) = truecms.read(
        page(column(0, 12, proxy="http://www.tang.example/truecms/messageController/getMessage.do"), COLUMN),
        None,
    )
    assert listing.rows == ()
    assert listing.following is not None and listing.following.certain
    assert urlsplit(listing.following.url).path == "/truecms/messageController/getMessage.do"
    assert query(listing.following.url)["startrecord"] == "1"


def test_a_list_that_the_page_shows_whole_asks_for_nothing(page: Any) -> None:
    (listing,) = truecms.read(page(column(12, 12), COLUMN), None)
    assert len(listing.rows) == 12 and listing.following is None


def test_answers_that_hold_no_store_are_doubted(page: Any) -> None:
    place = Place("http://www.tang.example/g.do?x", 2, True, query=(("columnId", ID), ("perpage", "10")))
    for text in ("", "cb(", "cb({})", "[" * 100_000, '{"result": 7}', "<html>404</html>"):
        (listing,) = truecms.read(page(text or " ", place.url), place)
        assert listing.rows == () and listing.doubt is not None and not listing.ended


def test_an_empty_store_in_the_middle_is_told(page: Any) -> None:
    place = Place(
        "http://www.tang.example/g.do?x", 2, True, entries=63, shown=30,
        query=(("columnId", ID), ("perpage", "10")),
    )  # fmt: skip
    (listing,) = truecms.read(page(store(range(0), 63), place.url), place)
    assert listing.lacking == 33 and not listing.ended
    (end,) = truecms.read(page(store(range(0), 30), place.url), place._replace(entries=30))
    assert end.ended and end.lacking == 0


def test_a_page_that_names_no_column_is_doubted(page: Any) -> None:
    body = "<script>var u = '/TrueCMS/messageController/getMessage.do'</script>" + row(1)
    (listing,) = truecms.read(page(body, COLUMN), None)
    assert len(listing.rows) == 1 and listing.doubt is not None


def test_no_more_rows_at_once_than_are_answered(page: Any) -> None:
    body = column(0, 500).replace("perPage: 10", "perPage: 200")
    (listing,) = truecms.read(page(body, COLUMN), None)
    assert query(listing.following.url)["perpage"] == "50"
