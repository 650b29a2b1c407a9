"""The portal with one address for each body: what stands there is replaced, the address stays."""

from __future__ import annotations

import re

import pytest

from crawler.demo.sites.overwritten import COLUMN, RECIPE, SLOW, OverwrittenSite
from tests.demo.reading import get, links, text

REPORTS = RECIPE.reports()


@pytest.fixture(scope="module")
def site() -> OverwrittenSite:
    return OverwrittenSite(REPORTS)


def test_the_column_names_bodies_and_no_report(site: OverwrittenSite) -> None:
    assert links(site, links(site, "/")["政务公开"])["政府信息公开年报"] == COLUMN
    bodies = {words: path for words, path in links(site, COLUMN).items() if path.startswith(f"{COLUMN}/")}
    assert set(bodies) == {
        "石汀县人民政府", "水务局", "教育局", "民政局", "财政局", "公安局", "司法局", "数据局",
        "雾禾镇", "白芷镇", "荻花镇", "鹭洲镇", "青石镇",
    }  # fmt: skip
    assert set(bodies.values()) - set(site.reports) == {bodies["数据局"]}
    assert "年度报告" not in re.sub(r"<title>.*</title>", "", text(site, COLUMN))
    assert not any(re.search(r"\d|\.", path) for path in bodies.values())


def test_every_body_shows_the_last_year_save_one(site: OverwrittenSite) -> None:
    years = {report.body.name: report.spec.year for report in site.reports.values()}
    slow = RECIPE.roster()[SLOW].name
    assert years == {body.name: 2024 for body in RECIPE.roster()} | {slow: 2023}
    for path, report in site.reports.items():
        assert f"<h1>{report.spec.title}</h1>" in text(site, path)


def test_a_year_passes_and_addresses_stay() -> None:
    before, after = OverwrittenSite(REPORTS, 2022), OverwrittenSite(REPORTS, 2023)
    assert set(before.reports) == set(after.reports)
    for path, report in before.reports.items():
        assert after.reports[path].body == report.body
        assert after.reports[path].spec.year == report.spec.year + 1
        assert text(before, path) != text(after, path)


def test_nothing_tells_that_a_page_is_as_it_was(site: OverwrittenSite) -> None:
    answer = get(site, next(iter(site.reports)))
    assert answer.header("ETag") is answer.header("Last-Modified") is None
