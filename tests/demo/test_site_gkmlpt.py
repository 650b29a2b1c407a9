"""The portal on the gkmlpt platform: everything that stands there can be found, and its traps are there."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.attachments import worth_fetching
from crawler.demo.province import SampleReport
from crawler.demo.sites.gkmlpt import COLUMN_ID, HIDDEN, PAGE_ROWS, PLATFORM, RECIPE, SITE_ID, GkmlptSite
from crawler.extract import extract
from crawler.inspection import Attached, Given, Inspection, inspect
from tests.demo.reading import get, links, text

LIST = f"{PLATFORM}/api/all/{COLUMN_ID}?sid={SITE_ID}"
NEWS_OF_A_YEAR = 3


@pytest.fixture(scope="module")
def site() -> GkmlptSite:
    return GkmlptSite(RECIPE.reports())


def listed(site: GkmlptSite, page: int) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text(site, f"{LIST}&page={page}"))
    return answer


def kept(page: str) -> dict[str, Any]:
    """The article that the data of a page hold."""
    detail: dict[str, Any] = json.loads(page.split("DETAIL: ")[1].split("\n};")[0])
    return detail


def printed(page: str) -> str:
    return page.split('<div class="article-content">')[1].split("</div>\n<script>")[0]


def test_columns_stand_only_in_the_tree(site: GkmlptSite) -> None:
    index = links(site, "/")["政府信息公开"]
    assert index == f"{PLATFORM}/index"
    assert "年报" not in "".join(links(site, index))
    page = text(site, index)
    tree = json.loads(re.search(r"TREE: (\[.*\])", page)[1])  # type: ignore[index]
    assert f"SID: '{SITE_ID}'" in page
    (old,) = [node for node in tree if node["name"] == "信息公开年报"]
    assert old["jump_url"] == f"{PLATFORM}/index#{COLUMN_ID}"
    assert [(node["id"], node["name"]) for node in old["children"]] == [(COLUMN_ID, "政府信息公开年报")]


def test_every_report_is_listed_and_the_count_is_greater_than_the_list(site: GkmlptSite) -> None:
    pages = [listed(site, page)["articles"] for page in range(1, 6)]
    assert [len(rows) for rows in pages] == [100, 100, 100, 42, 0]
    assert listed(site, 1)["classify"]["post_count"] == 342 + HIDDEN
    rows = [row for page in pages for row in page]
    paths = {urlsplit(row["url" if row["url"].startswith("/") else "post_url"]).path for row in rows}
    assert set(site.reports) <= paths
    assert len(site.reports) == 54 * 6 == len(paths) - 6 * NEWS_OF_A_YEAR
    times = [row["display_publish_time"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert len(rows) > PAGE_ROWS


def test_another_column_or_site_has_no_entries(site: GkmlptSite) -> None:
    assert json.loads(text(site, f"{PLATFORM}/api/all/1?page=1&sid={SITE_ID}"))["articles"] == []
    assert json.loads(text(site, f"{PLATFORM}/api/all/{COLUMN_ID}?page=1"))["articles"] == []


def test_texts_stand_on_the_page_or_in_its_data_or_in_a_file(site: GkmlptSite) -> None:
    seen = {"page": 0, "data": 0, "file": 0}
    for path, report in list(site.reports.items())[:40]:
        page = text(site, path)
        detail = kept(page)
        assert detail["title"] == report.spec.title
        if detail["attachments"]:
            seen["file"] += 1
            assert "总体情况" not in detail["content"]
            assert printed(page) == ""
            assert get(site, detail["attachments"][0]["url"]).body.startswith(b"PK")
        elif printed(page):
            seen["page"] += 1
            assert printed(page) == detail["content"]
        else:
            seen["data"] += 1
            assert "总体情况" not in page
            assert "总体情况" in detail["content"]
    assert all(seen.values())


def inspected(site: GkmlptSite, remainder: int) -> tuple[SampleReport, Inspection]:
    """The first report whose number leaves `remainder` when divided by nine, with its files."""
    path = next(path for path in site.reports if int(re.findall(r"post_(\d+)", path)[0]) % 9 == remainder)
    url = f"http://www.tanggang.example{path}"
    content = get(site, path).body
    files = tuple(
        Attached(file.href, file.text, get(site, urlsplit(file.href).path).body)
        for file in worth_fetching(extract(content), url)
    )
    return site.reports[path], inspect(content, Given(url=url, attachments=files))


@pytest.mark.parametrize(("remainder", "files"), [(1, 0), (3, 0), (0, 1)], ids=["page", "data", "file"])
def test_a_report_of_each_kind_is_read_with_every_number(
    site: GkmlptSite, remainder: int, files: int
) -> None:
    report, inspection = inspected(site, remainder)
    found = inspection.report
    assert (found.organ, found.year) == (report.spec.organ, report.spec.year)
    assert found.published == report.spec.published
    assert {key: cell.value for key, cell in found.cells.items()} == dict(report.spec.cells)
    assert len(inspection.attachments) == files
