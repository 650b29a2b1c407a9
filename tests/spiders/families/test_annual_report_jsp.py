"""Hanweb's annual-report page: one address for each body and year."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler import clock
from spiders.families import annual_report_jsp, links_in_data, recognise
from spiders.families.listing import Listing

HOST = "http://www.tangxi.example"
PAGE = f"{HOST}/module/xxgk/xxgkAnnualReport.jsp"
OWN = f"{PAGE}?area=A07&fbtime=2021&showType=2"
TEXT = (
    "<div id='zoom'><p>"
    + "本报告按照政府信息公开条例的要求编制，内容包括总体情况等六个部分。" * 8
    + "</p></div>"
)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2024, 5, 1))


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def rows(listings: tuple[Listing, ...]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.url, row.title) for listing in listings for row in listing.rows))


def tried(listings: tuple[Listing, ...]) -> list[str]:
    assert not any(listing.following and listing.following.certain for listing in listings)
    return [query(listing.following.url)["fbtime"] for listing in listings if listing.following]


def test_recognised_by_its_address_before_the_module_in_whose_folder_it_lies(page: Any) -> None:
    assert recognise(page(TEXT, OWN)) == "annual_report_jsp"
    assert recognise(page(TEXT, OWN.replace("xxgkAnnualReport", "xxgkannualreport"))) == "annual_report_jsp"


def test_each_year_of_a_select_is_a_row_whose_page_is_the_report(page: Any) -> None:
    options = "".join(f'<option value="{year}">{year}年</option>' for year in range(2019, 2024))
    listings = annual_report_jsp.read(page(f"<select name='fbtime'>{options}</select>{TEXT}", OWN), None)
    assert rows(listings) == [
        (f"{PAGE}?area=A07&fbtime={year}&showType=2", f"{year}年政府信息公开工作年度报告")
        for year in (2023, 2022, 2021, 2020, 2019)
    ]
    assert tried(listings) == []


@pytest.mark.parametrize(
    "offer",
    [
        '<a href="?area=A07&amp;fbtime={0}&amp;showType=2">{0}年</a>',
        """<a href="javascript:changeYear('{0}')">{0}年度</a>""",
        """<li onclick="show({0})">{0}</li>""",
        """<a href="javascript:void(0)" onclick="getReport('A07','{0}')">{0}年年报</a>""",
        """<a onclick="open('xxgkAnnualReport.jsp?area=A07&amp;fbtime={0}&amp;showType=2')">{0}</a>""",
    ],
)
def test_years_in_links_and_calls(page: Any, offer: str) -> None:
    body = "".join(offer.format(year) for year in (2019, 2020, 2022, 2023)) + TEXT
    listings = annual_report_jsp.read(page(body, OWN), None)
    assert [query(url)["fbtime"] for url, _ in rows(listings)] == ["2023", "2022", "2021", "2020", "2019"]
    assert {query(url)["area"] for url, _ in rows(listings)} == {"A07"}
    assert tried(listings) == []


def test_values_that_are_no_years_go_to_the_selects_own_field(page: Any) -> None:
    options = "".join(
        f'<option value="{key}">{year}年</option>' for key, year in (("k9", 2020), ("k8", 2019))
    )
    listings = annual_report_jsp.read(page(f"<select name='nbid'>{options}</select>{TEXT}", OWN), None)
    assert (f"{OWN}&nbid=k9", "2020年政府信息公开工作年度报告") in rows(listings)


def test_without_any_choice_the_years_beside_are_tried_and_nothing_announces_them(page: Any) -> None:
    listings = annual_report_jsp.read(page(TEXT, OWN), None)
    assert rows(listings) == [(OWN, "2021年政府信息公开工作年度报告")]
    assert tried(listings) == ["2020", "2019", "2022", "2023"]


def test_a_walk_goes_on_in_its_direction_across_a_year_without_a_report(page: Any) -> None:
    first = annual_report_jsp.read(page(TEXT, OWN), None)
    earlier = next(place for listing in first if (place := listing.following) and "=2019&" in place.url)
    second = annual_report_jsp.read(page(TEXT, earlier.url), earlier)
    assert rows(second) == [(f"{PAGE}?area=A07&fbtime=2019&showType=2", "2019年政府信息公开工作年度报告")]
    assert tried(second) == ["2018", "2017"]
    (empty,) = annual_report_jsp.read(page("<div id='zoom'></div>", earlier.url), earlier)
    assert empty == Listing(())


def test_a_walk_ends_at_the_first_reports_and_at_today(page: Any) -> None:
    early = annual_report_jsp.read(page(TEXT, f"{PAGE}?area=A07&fbtime=2008"), None)
    assert tried(early) == ["2009", "2010"]
    late = annual_report_jsp.read(page(TEXT, f"{PAGE}?area=A07&fbtime=2024"), None)
    assert tried(late) == ["2023", "2022"]


def test_one_year_in_a_menu_is_no_choice_of_years(page: Any) -> None:
    menu = '<a href="?area=A07&amp;fbtime=2023">政府信息公开年报</a>'
    listings = annual_report_jsp.read(page(menu + TEXT, OWN), None)
    assert [query(url)["fbtime"] for url, _ in rows(listings)] == ["2023", "2021"]
    assert tried(listings) == ["2020", "2019", "2022", "2023"]


def test_an_empty_page_is_no_report_and_others_are_looked_for_all_the_same(page: Any) -> None:
    listings = annual_report_jsp.read(page("<ul><li>首页</li></ul><div id='zoom'></div>", OWN), None)
    assert rows(listings) == []
    assert tried(listings) == ["2020", "2019", "2022", "2023"]


@pytest.mark.parametrize(
    "shown",
    [
        '<iframe src="/pdfjs/web/viewer.html?file=/a.pdf"></iframe>',
        '<a href="/module/download/downfile.jsp?filename=1.docx">下载</a>',
        '<a href="/attach/0/1.pdf">附件</a>',
        '<img src="/picture/0/2201.jpg">',
    ],
)
def test_a_page_that_shows_its_report_as_a_file_is_not_empty(page: Any, shown: str) -> None:
    listings = annual_report_jsp.read(page(f"<div id='zoom'>{shown}</div>", OWN), None)
    assert rows(listings) == [(OWN, "2021年政府信息公开工作年度报告")]


def test_a_page_without_a_year_in_its_address_goes_by_what_it_says(page: Any) -> None:
    url = f"{PAGE}?area=A07"
    listings = annual_report_jsp.read(
        page(f"<h2>棠溪区教育局政府信息公开年报（2022年度）</h2>{TEXT}", url), None
    )
    assert rows(listings) == [(url, "政府信息公开工作年度报告")]
    assert tried(listings) == ["2021", "2020", "2023", "2024"]


def bodies(response: Any) -> list[str]:
    found = links_in_data("annual_report_jsp", response)
    assert {link.text for link in found} <= {"政府信息公开工作年度报告"}
    return [link.url for link in found]


def test_other_bodies_in_links_selects_and_calls(page: Any) -> None:
    body = (
        '<a href="/module/xxgk/xxgkAnnualReport.jsp?area=A08&amp;fbtime=2021">区教育局</a>'
        '<select id="areas"><option value="">请选择</option><option value="A09">区民政局</option></select>'
        """<a href="javascript:void(0)" onclick="showBody('A10')">白芷镇</a>"""
        """<a href="javascript:window.print()">打印</a><a href="javascript:go('zn')">信息公开指南</a>"""
    )
    assert bodies(page(body + TEXT, OWN)) == [
        OWN,
        f"{PAGE}?area=A08&fbtime=2021",
        f"{PAGE}?area=A09&fbtime=2021&showType=2",
        f"{PAGE}?area=A10&fbtime=2021&showType=2",
    ]


def test_crowds_of_bodies_and_years_have_a_bound(page: Any) -> None:
    links = "".join(f'<a href="?area=B{n}&amp;fbtime=2021">甲{n}局</a>' for n in range(3000))
    options = "".join(f'<option value="20{n:02}">20{n:02}年</option>' for n in range(100))
    response = page(f"{links}<select name='fbtime'>{options}</select>{TEXT}", OWN)
    assert len(bodies(response)) == 501
    assert len(rows(annual_report_jsp.read(response, None))) <= 41
