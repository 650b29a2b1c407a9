"""The portal with falling page numbers: everything there can be found, and its traps are there."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest

from crawler.demo.sites.vsb import COLUMN, DOWNLOAD, PAGE_ROWS, RECIPE, TOWNS, VsbSite
from tests.demo.reading import get, links, text

_ROW = re.compile(r'<li id="line_u8_\d+"><a href="([^"]+)"[^>]* title="([^"]+)">')


@pytest.fixture(scope="module")
def site() -> VsbSite:
    return VsbSite(RECIPE.reports())


def rows(site: VsbSite, address: str) -> dict[str, str]:
    page = text(site, address)
    return {urljoin(address, href.replace("&amp;", "&")): title for href, title in _ROW.findall(page)}


def test_every_report_stands_in_one_of_two_lists(site: VsbSite) -> None:
    assert links(site, "/")["政府信息公开"] == "/zfxxgk.htm"
    assert links(site, "/zfxxgk.htm")["政府信息公开年报"] == COLUMN
    falling = [COLUMN, *(COLUMN.replace(".htm", f"/{number}.htm") for number in range(7, 0, -1))]
    dynamic = [TOWNS, *(f"{TOWNS}&PAGENUM={number}" for number in range(2, 6))]
    found = [rows(site, address) for address in (*falling, *dynamic)]
    assert {len(page) for page in found[:7] + found[8:12]} == {PAGE_ROWS}
    listed = {path: title for page in found for path, title in page.items()}
    assert set(site.reports) <= set(listed)
    assert len(site.reports) == 96
    assert len(listed) == sum(map(len, found)) == 96 + 6 * 3 + 6


def test_no_link_leads_to_the_second_page_and_none_is_beyond_the_last(site: VsbSite) -> None:
    first = text(site, COLUMN)
    assert "共72条&nbsp;&nbsp;1/8" in first
    assert "zfxxgknb/7.htm" not in first
    assert not re.search(r"<a [^>]*>下", first)
    assert get(site, COLUMN.replace(".htm", "/8.htm")).status == 404


def test_files_have_no_extension_and_are_word_files(site: VsbSite) -> None:
    at_rows = [path for path in site.reports if path.startswith(DOWNLOAD)]
    assert len(at_rows) == 7
    answer = get(site, at_rows[0])
    assert answer.header("Content-Type") == "application/octet-stream"
    assert answer.body.startswith(b"PK")
    behind = [path for path in site.reports if path.startswith("/info/") and "全文见附件" in text(site, path)]
    assert len(behind) == 13  # of 54 and of 42 every seventh
    (href,) = re.findall(r'附件【<a href="([^"]+)"', text(site, behind[0]))
    assert get(site, href.replace("&amp;", "&")).body.startswith(b"PK")
    assert get(site, f"{DOWNLOAD}0").status == 404


def test_a_number_that_there_is_no_page_for_is_the_last_or_the_first(site: VsbSite) -> None:
    assert rows(site, f"{TOWNS}&PAGENUM=99") == rows(site, f"{TOWNS}&PAGENUM=5")
    assert rows(site, f"{TOWNS}&PAGENUM=x") == rows(site, TOWNS)
