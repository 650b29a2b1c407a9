"""The platforms of Anhui: columns by organ, fragments of HTML, articles with 24 digits."""

from __future__ import annotations

from typing import Any

import pytest

from spiders.families import openness, recognise

HOST = "http://www.baizhi.example"
COLUMN = f"{HOST}/public/column/7011?type=4&action=list&catId=6719"
LABEL = (
    "/site/label/8888?IsAjax=1&amp;labelName=publicInfoList&amp;pageSize=15&amp;pageIndex=1&amp;organId=7011"
)
REPORT = "白芷县财政局2023年政府信息公开工作年度报告"


def rows(count: int, first: int = 500) -> str:
    return "".join(
        f'<li><a href="/public/7011/{first + n}.html" title="白芷县{first + n}局2023年信息公开年报">年报</a>'
        for n in range(count)
    )


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ("", COLUMN),
        ("<a href='/public/column/7011'>x</a>", HOST),
        (f"<script>load('{LABEL}')</script>", HOST),
        ("<a href='/xxgk/openness/detail/annual_report/697317b488668847458b4567.html'>x</a>", HOST),
        ("<a href='/UserData/DocHtml/731/2018/3/26/3618558579887.html'>x</a>", HOST),
    ],
)
def test_recognised(page: Any, markup: str, url: str) -> None:
    assert recognise(page(markup, url)) == "openness"


def test_rows_are_articles_of_all_generations(page: Any) -> None:
    body = (
        f'<li><a href="/public/23651/35558991.html">{REPORT}</a><span>2024-01-19</span></li>'
        '<li><a href="/openness/detail/annual_report/65b9b15785c339b0700052fc.html">年报</a></li>'
        '<li><a href="/UserData/DocHtml/731/2018/3/26/3618558579887.html">省政府</a></li>'
        '<li><a href="/public/column/7012">白芷县教育局的公开栏目</a></li>'
    )
    (listing,) = openness.read(page(body, COLUMN), None)
    assert [row.title for row in listing.rows] == [REPORT, "年报", "省政府"]


def test_later_pages_come_as_fragments(page: Any) -> None:
    body = rows(15) + f"<script>Ls.pagination({{pageCount:3, url:'{LABEL}'}})</script>"
    place = openness.read(page(body, COLUMN), None)[0].following
    assert place is not None
    assert place.url.startswith(f"{HOST}/site/label/8888?IsAjax=1&labelName=publicInfoList")
    assert place.url.endswith("&pageIndex=2")
    assert place.others == (f"{HOST}/public/column/7011?type=4&action=list&catId=6719&pageIndex=2",)
    assert (place.certain, place.pages) == (True, 3)
    third = openness.read(page(rows(15, 600), place.url), place)[0].following
    assert third is not None
    assert third.url.endswith("organId=7011&pageIndex=3")
    assert openness.read(page(rows(15, 700), third.url), third)[0].following is None


def test_a_column_whose_first_rows_are_fetched_too(page: Any) -> None:
    (shell,) = openness.read(page(f"<div></div><script>load('{LABEL}')</script>", COLUMN), None)
    place = shell.following
    assert place is not None
    assert (place.page, place.certain) == (1, True)
    assert place.url.endswith("organId=7011&pageIndex=1")
    second = openness.read(page(rows(15) + "<i>pageCount:2</i>", place.url), place)[0].following
    assert second is not None
    assert (second.page, second.certain) == (2, True)
    assert second.url.endswith("organId=7011&pageIndex=2")


def test_printed_pagers_are_followed(page: Any) -> None:
    body = rows(3) + '<a href="/openness/content/?branch_id=5&amp;page=2">下一页</a>'
    place = openness.read(page(body, f"{HOST}/openness/content/?branch_id=5"), None)[0].following
    assert place is not None
    assert place.url == f"{HOST}/openness/content/?branch_id=5&page=2"
