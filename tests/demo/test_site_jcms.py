"""Sample portal 3, asked directly: one long list whose proxy counts pages alone."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

from crawler.demo.sites.hanweb_pages import DATA_PROXY, NO_ROWS
from crawler.demo.sites.jcms import COLUMN, COLUMN_ID, DOWNLOAD, RECIPE, JcmsSite

UNIT = {"columnid": COLUMN_ID, "unitid": "7418529"}


@pytest.fixture(scope="module")
def site() -> JcmsSite:
    return JcmsSite(RECIPE.reports())


def proxy(site: JcmsSite, **query: str) -> str:
    return site.respond(DATA_PROXY, {**UNIT, **query}, {}).body.decode()


def rows(text: str) -> list[str]:
    return re.findall(r'<a href="(/art/[^"]+)" title="', text)


def test_the_recipe_is_large_enough(site: JcmsSite) -> None:
    assert (RECIPE.number, RECIPE.id, RECIPE.family) == (3, "sample-jcms", "jpage")
    assert len(site.reports) == 51 * 6
    assert {report.spec.year for report in site.reports.values()} == set(range(2019, 2025))


def test_the_first_store_holds_three_screens_newest_first(site: JcmsSite) -> None:
    page = site.respond(COLUMN, {}, {}).body.decode()
    first = rows(page.split('id="7418529"')[1])
    assert len(first) == 45
    assert first == rows(proxy(site, page="1", perpage="45"))
    days = re.findall(r"<span>(\d{4}-\d\d-\d\d)</span></li>\]\]", page.split('id="7418529"')[1])
    assert days == sorted(days, reverse=True) and len(days) == 45
    assert "totalRecord: 324, perPage: 15" in page


def test_pages_show_every_report_and_three_other_rows_a_year(site: JcmsSite) -> None:
    shown = [path for page in range(1, 23) for path in rows(proxy(site, page=str(page), perpage="15"))]
    assert len(shown) == len(set(shown)) == 306 + 18
    assert set(site.reports) <= set(shown)


def test_record_numbers_are_ignored_and_page_sizes_cut(site: JcmsSite) -> None:
    second = proxy(site, page="2", perpage="15")
    assert proxy(site, page="2", perpage="15", startrecord="1", endrecord="15") == second
    assert len(rows(proxy(site, page="1", perpage="300"))) == 100
    tree = ElementTree.fromstring(second)
    assert (tree.findtext("totalrecord"), tree.findtext("totalpage")) == ("324", "22")


def test_past_the_end_and_for_other_units_the_store_is_empty(site: JcmsSite) -> None:
    assert proxy(site, page="23", perpage="15") == NO_ROWS
    assert proxy(site, page="1", unitid="7418530") == NO_ROWS


def test_some_reports_are_a_line_of_text_and_a_document(site: JcmsSite) -> None:
    files = 0
    for path, report in site.reports.items():
        page = site.respond(path, {}, {}).body.decode()
        link = re.search(rf'href="{re.escape(DOWNLOAD)}\?classid=0&amp;filename=([^"]+)"', page)
        assert page.index("索引号") < page.index("ZJEG_RSS.content.begin")
        if link is None:
            assert "一、总体情况" in page
            continue
        files += 1
        assert "一、总体情况" not in page
        if files == 1:
            answer = site.respond(DOWNLOAD, {"classid": "0", "filename": link[1]}, {})
            with zipfile.ZipFile(io.BytesIO(answer.body)) as package:
                text = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
            assert report.spec.title in text and "一、总体情况" in text
    assert 40 < files < 80


def test_what_is_not_there_is_told(site: JcmsSite) -> None:
    assert site.respond("/robots.txt", {}, {}).status == 404
    assert site.respond(DOWNLOAD, {"filename": "x.docx"}, {}).status == 404
