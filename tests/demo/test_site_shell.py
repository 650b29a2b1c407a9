"""The portal whose column is a frame: everything that stands there can be found, and its traps are there."""

from __future__ import annotations

import re

import pytest

from crawler.demo.sites.shell import COLUMN, FRAME, PAGE_ROWS, RECIPE, ShellSite
from tests.demo.reading import get

_ROW = re.compile(r'<td><a href="([^"]+)" target="_top">([^<]+)</a></td><td>(\d\d-\d\d)</td>')


@pytest.fixture(scope="module")
def site() -> ShellSite:
    return ShellSite(RECIPE.reports())


def gbk(site: ShellSite, address: str) -> str:
    answer = get(site, address)
    assert (answer.status, answer.header("Content-Type")) == (200, "text/html")
    return answer.body.decode("gbk")


def test_every_report_stands_in_the_frame(site: ShellSite) -> None:
    assert '<a href="/gk/">政府信息公开</a>' in gbk(site, "/")
    assert '<a href="nb.htm">政府信息公开年报</a>' in gbk(site, "/gk/")
    shell = gbk(site, COLUMN)
    assert '<iframe src="nblist/list.htm"' in shell
    assert "年度报告" not in shell
    pages = [gbk(site, FRAME), *(gbk(site, FRAME.replace(".htm", f"_{n}.htm")) for n in range(2, 9))]
    found = [row for page in pages for row in _ROW.findall(page)]
    assert [len(_ROW.findall(page)) for page in pages] == [PAGE_ROWS] * 8
    assert set(site.reports) <= {path for path, _, _ in found}
    assert (len(site.reports), len(found)) == (36, 48)


def test_the_pager_is_a_call_and_ends_in_a_stub(site: ShellSite) -> None:
    assert '<a href="javascript:goto(2)">下一页</a>' in gbk(site, FRAME)
    last = gbk(site, FRAME.replace(".htm", "_8.htm"))
    assert "javascript:goto" not in last
    assert len(gbk(site, FRAME.replace(".htm", "_9.htm"))) < 60


def test_articles_have_no_meta_and_print_their_day_in_words(site: ShellSite) -> None:
    path, report = next(iter(site.reports.items()))
    page = gbk(site, path)
    assert '<meta name="' not in page.lower()
    assert f"{report.spec.published:%Y年%m月%d日}" in page
    assert "2026年5月6日 星期三" in page
    assert get(site, "/gk/nothing.htm").status == 404
