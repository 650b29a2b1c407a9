"""The UCAP portal: everything that stands there can be found, and its traps are there."""

from __future__ import annotations

import json
import re

import pytest

from crawler.demo.sites.ucap import COLUMN, FOLDER, PAGE_ROWS, RECIPE, UcapSite
from tests.demo.reading import get, links, text

_ROW = re.compile(r'<li class="texto"><a href="([^"]+)"')


@pytest.fixture(scope="module")
def site() -> UcapSite:
    return UcapSite(RECIPE.reports())


@pytest.fixture(scope="module")
def listed(site: UcapSite) -> list[str]:
    pages = [text(site, COLUMN), *(text(site, f"{FOLDER}zfxxgklby_nb_{n}.shtml") for n in range(2, 7))]
    assert [len(_ROW.findall(page)) for page in pages] == [PAGE_ROWS] * 6
    return [path for page in pages for path in _ROW.findall(page)]


def test_every_report_is_listed_by_itself_or_by_its_twin(site: UcapSite, listed: list[str]) -> None:
    assert links(site, "/")["政府信息公开"] == "/sls/zfxxgk/index.shtml"
    assert links(site, "/sls/zfxxgk/index.shtml")["政府信息公开年报"] == COLUMN
    paths = {path.replace("_wap.shtml", ".shtml") for path in listed}
    assert set(site.reports) <= paths
    assert (len(site.reports), len(paths)) == (54, 72)
    assert sum(path.endswith("_wap.shtml") for path in listed) == 15


def test_the_pager_counts_from_one_and_ends(site: UcapSite) -> None:
    assert "createPageHTML('page_div',6, 1,'zfxxgklby_nb','shtml',72);" in text(site, COLUMN)
    for number in (1, 7):
        assert get(site, f"{FOLDER}zfxxgklby_nb_{number}.shtml").status == 404


def test_twins_say_the_same(site: UcapSite, listed: list[str]) -> None:
    boxed = re.findall(r'<li><a href="([^"]+\?ddtab=true)"', text(site, COLUMN))
    assert len(boxed) == 2
    pages = {path: text(site, path) for path in listed if path in site.reports and "c04_" in path}
    path, page = next((path, page) for path, page in pages.items() if "getManuscriptById" not in page)
    assert text(site, f"{path}?ddtab=true") == page
    twin = text(site, path.replace(".shtml", "_wap.shtml"))
    assert twin != page
    assert page.count("总体情况") == twin.count("总体情况") > 0


def test_the_text_of_a_shell_is_a_manuscript(site: UcapSite) -> None:
    shells = [path for path in site.reports if "getManuscriptById" in text(site, path)]
    assert len(shells) == 12
    page = text(site, shells[0])
    assert '<div class="pages_content" id="UCAP-CONTENT"></div>' in page
    (number,) = re.findall(r"manuscriptId = '([0-9a-f]{32})'", page)
    address = "/interface-cms/proxy/api?apiUrl=manuscript%2FgetManuscriptById&manuscriptId="
    answer = json.loads(get(site, address + number).body)
    assert answer["status"] is True
    assert answer["data"]["title"] == site.reports[shells[0]].spec.title
    assert "总体情况" in answer["data"]["content"]
    assert json.loads(get(site, f"{address}0").body) == {"status": False, "msg": "无数据"}
