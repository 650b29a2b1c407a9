"""The portal with a tree of lists: everything that stands there can be found, and its traps are there."""

from __future__ import annotations

import re

import pytest

from crawler.demo.sites.tdate import COLUMN, PAGE_ROWS, RECIPE, TDateSite
from tests.demo.reading import get, links, text, walked

KINDS = {"县直部门": 31, "乡镇": 30}
"""Bodies that publish under each kind; the government is one of the first."""


@pytest.fixture(scope="module")
def site() -> TDateSite:
    return TDateSite(RECIPE.reports())


def pages(page: str) -> int:
    (count,) = re.findall(r"var countPage = (\d+);", page)
    return int(count)


def test_every_report_is_found_from_year_to_kind_to_list(site: TDateSite) -> None:
    section = links(site, links(site, "/")["政府信息公开"])
    assert section["政府信息公开年报"] == COLUMN
    found: dict[str, str] = {}
    for year in range(2019, 2025):
        of_year = links(site, links(site, COLUMN)[f"{year}年"])
        for kind, bodies in KINDS.items():
            listed = walked(site, of_year[kind], pages)
            own = [row for row in listed if row[0] in site.reports and row[0].startswith(COLUMN)]
            assert len(own) == bodies
            found |= {path: title for path, title, _ in listed}
    assert set(site.reports) <= set(found)
    assert len(site.reports) == 61 * 6 + 3
    assert len(found) - len(site.reports) == 6 * 4
    assert not any(re.search(r"工作年度报告$", found[path]) for path in set(found) - set(site.reports))


def test_a_list_pages_by_its_variable_alone(site: TDateSite) -> None:
    towns = links(site, links(site, COLUMN)["2023年"])["乡镇"]
    page = text(site, towns)
    assert pages(page) == 3
    assert "createPageHTML" not in page
    assert not re.search(r'<a href="[^"\']*index_\d', page)
    assert len(re.findall(r"<li><a href=", page)) == PAGE_ROWS
    assert get(site, f"{towns}index_3.html").status == 404


def test_the_report_above_keeps_its_own_name(site: TDateSite) -> None:
    above = {path: report for path, report in site.reports.items() if path.startswith("/szfxx/")}
    assert sorted(report.spec.year for report in above.values()) == [2022, 2023, 2024]
    for path, report in above.items():
        assert report.spec.organ == report.body.name == "云岭省人民政府"
        assert f"<h1>云岭省人民政府{report.spec.year}年政府信息公开工作年度报告</h1>" in text(site, path)


def test_addresses_and_pages_tell_different_days(site: TDateSite) -> None:
    told = {path: (re.search(r"t(\d{8})_", path), report.spec) for path, report in site.reports.items()}
    moved = [path for path, (_, spec) in told.items() if spec.year == 2020]
    assert len(moved) == 61
    assert all("/202308/t20230821_" in path for path in moved)
    others = [
        (address[1], f"{spec.published:%Y%m%d}")
        for path, (address, spec) in told.items()
        if address is not None and path not in moved
    ]
    assert sum(address != shown for address, shown in others) > 100
    assert sum(address == shown for address, shown in others) > 80
    spec = told[moved[0]][1]
    assert f"发布日期：{spec.published:%Y-%m-%d}" in text(site, moved[0])


def test_long_titles_are_cut_and_no_attribute_holds_the_rest(site: TDateSite) -> None:
    departments = links(site, links(site, COLUMN)["2022年"])["县直部门"]
    shown = [title for _, title, _ in walked(site, departments, pages)]
    assert "柳泉县人力资源和社会保障局2022年政府信息…" in shown
    assert "柳泉县水务局2022年政府信息公开工作年度报…" in shown
    assert " title=" not in text(site, departments)


def test_some_tables_are_faulty(site: TDateSite) -> None:
    faulty = {name for report in site.reports.values() for name in report.spec.defects}
    assert faulty == {
        "unbalanced-applications", "old-form", "damaged-applications", "unbalanced-disputes", "late"
    }  # fmt: skip
    assert not any(report.spec.withheld for report in site.reports.values())


def test_an_unchanged_article_is_told_as_such(site: TDateSite) -> None:
    path = next(iter(site.reports))
    tag = get(site, path).header("ETag")
    assert tag is not None
    assert get(site, path, if_none_match=tag).status == 304
