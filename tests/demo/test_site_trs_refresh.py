"""The portal of one long list behind pages that send the reader on."""

from __future__ import annotations

import re

import pytest

from crawler.demo.sites.trs_refresh import COLUMN, HOME, RECIPE, ROOT, TrsRefreshSite
from tests.demo.reading import get, links, rows, text, walked


@pytest.fixture(scope="module")
def site() -> TrsRefreshSite:
    return TrsRefreshSite(RECIPE.reports())


def pages(page: str) -> int:
    (count,) = re.findall(r'createPageHTML\((\d+), 0, "index", "html"\);', page)
    return int(count)


def test_home_page_and_column_only_send_the_reader_on(site: TrsRefreshSite) -> None:
    assert f'CONTENT="0; URL=.{HOME}"' in text(site, "/")
    assert '<div class="entrance"><a href="../zwgk/zfxxgk/">' in text(site, HOME)
    root = links(site, links(site, HOME)["政府信息公开"])["政府信息公开工作年度报告"]
    assert root == ROOT
    shell = text(site, ROOT)
    assert "location.replace('./ndbg_1/')" in shell
    assert len(shell) < 180


def test_one_list_shows_every_report_newest_first(site: TrsRefreshSite) -> None:
    listed = walked(site, COLUMN, pages)
    assert {path for path, _, _ in listed} >= set(site.reports)
    assert len(site.reports) == 330
    assert len(listed) == 334
    days = [day for _, _, day in listed]
    assert days == sorted(days, reverse=True)
    assert [title for _, title, _ in rows(site, COLUMN)][:2] == [
        "竹岚县政府信息公开工作年度报告公布情况",
        "图解：竹岚县人民政府2024年政府信息公开工作年度报告",
    ]


def test_nothing_but_a_call_tells_of_further_pages(site: TrsRefreshSite) -> None:
    page = text(site, COLUMN)
    assert pages(page) == 17
    assert "countPage" not in page
    assert "index_" not in page


@pytest.mark.parametrize("name", ["index_17.html", "index_99.html"])
def test_after_the_last_page_a_refresh_leads_back(site: TrsRefreshSite, name: str) -> None:
    assert 'http-equiv="refresh" content="0;url=./"' in text(site, COLUMN + name)


def test_there_is_no_robots_txt(site: TrsRefreshSite) -> None:
    assert get(site, "/robots.txt").status == 404
