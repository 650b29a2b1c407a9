"""The portal that answers by POST: everything that stands there can be found, and its traps are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from crawler.demo.sites.epoint import CATEGORY, COLUMN, DETAIL, LIST, MOST_ROWS, RECIPE, SITE_GUID, EpointSite
from crawler.extract import extract
from crawler.inspection import Given, inspect
from tests.demo.reading import get, links, text

ASKED = {"siteGuid": SITE_GUID, "categorynum": CATEGORY, "deptcode": ""}


@pytest.fixture(scope="module")
def site() -> EpointSite:
    return EpointSite(RECIPE.reports())


def posted(site: EpointSite, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
    answer = site.respond(path, fields, {})
    assert answer.status == 200
    custom: dict[str, Any] = json.loads(answer.body.decode("utf-8-sig"))["custom"]
    return custom


def listed(site: EpointSite, index: int, size: int = 15) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = posted(
        site, LIST, {**ASKED, "pageIndex": str(index), "pageSize": str(size)}
    )["data"]
    return rows


def detail(site: EpointSite, guid: str) -> dict[str, Any]:
    data: dict[str, Any] = posted(
        site, DETAIL, {"params": json.dumps({"siteGuid": SITE_GUID, "infoid": guid})}
    )["data"]
    return data


def guid_of(path: str) -> str:
    return parse_qs(urlsplit(path).query)["infoGuid"][0]


def test_the_way_to_the_column_and_every_report_on_it(site: EpointSite) -> None:
    section = links(site, links(site, "/")["政府信息公开"])
    assert section["政府信息公开年报"] == COLUMN
    page = text(site, COLUMN)
    assert "年度报告" not in page
    assert CATEGORY in page
    pages = [listed(site, index) for index in range(4)]
    assert [len(rows) for rows in pages] == [MOST_ROWS, MOST_ROWS, 4, 0]
    paths = {urljoin(COLUMN, row["infourl"]) for rows in pages for row in rows}
    assert set(site.reports) <= paths
    assert len(site.reports) == 6 * 3 == len(paths) - 3 * 2


def test_titles_are_cut_and_whole_ones_stand_beside_them(site: EpointSite) -> None:
    for row in listed(site, 0):
        assert row["title"].startswith("<font")
        assert row["title"].endswith("…</font>")
        assert "…" not in row["realtitle"]


def test_another_category_has_no_entries(site: EpointSite) -> None:
    assert (
        posted(site, LIST, {**ASKED, "categorynum": "002", "pageIndex": "0", "pageSize": "15"})["data"] == []
    )
    assert posted(site, DETAIL, {"params": "x"}) == {}
    assert get(site, f"{COLUMN}showinfo.html?infoGuid=1").body == get(site, next(iter(site.reports))).body


def test_one_report_is_nothing_but_a_pdf(site: EpointSite) -> None:
    told = {path: detail(site, guid_of(path)) for path in site.reports}
    (path,) = [path for path, data in told.items() if not data["infocontent"]]
    (file,) = told[path]["pdflist"]
    assert told[path]["infotype"] == "pdf"
    assert not urlsplit(file["attachurl"]).path.endswith(".pdf")
    inspection = inspect(get(site, file["attachurl"]).body, Given())
    spec = site.reports[path].spec
    assert inspection.report.title == spec.title
    assert {key: cell.value for key, cell in inspection.report.cells.items()} == dict(spec.cells)


def test_an_answer_is_read_as_the_article_that_it_is(site: EpointSite) -> None:
    path, report = next(iter(site.reports.items()))
    params = json.dumps({"siteGuid": SITE_GUID, "infoid": guid_of(path)})
    answer = site.respond(DETAIL, {"params": params}, {})
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert answer.header("Content-Type") == "text/html;charset=UTF-8"
    document = extract(answer.body, content_type=answer.header("Content-Type"))
    assert dict(document.data) == {
        "ArticleTitle": report.spec.title,
        "PubDate": f"{report.spec.published:%Y-%m-%d}",
    }
