"""Sample portal 7, asked directly: one address for each body and year."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.demo.sites.annual_report_jsp import PAGE, RECIPE, SECTION, AnnualReportSite


@pytest.fixture(scope="module")
def site() -> AnnualReportSite:
    return AnnualReportSite(RECIPE.reports())


def get(site: AnnualReportSite, address: str) -> str:
    parts = urlsplit(address.replace("&amp;", "&"))
    return site.respond(parts.path, dict(parse_qsl(parts.query)), {}).body.decode()


def test_the_way_leads_to_the_government_and_the_newest_year_alone(site: AnnualReportSite) -> None:
    assert f'href="{SECTION}"' in get(site, "/")
    section = get(site, SECTION)
    assert set(re.findall(r"xxgkAnnualReport\.jsp[^\"]*", section)) == {
        "xxgkAnnualReport.jsp?area=tx000&amp;fbtime=2023"
    }
    assert f'<iframe id="main" src="{PAGE}?area=tx000&amp;fbtime=2023"' in section


def test_every_address_of_a_report_answers_with_that_report(site: AnnualReportSite) -> None:
    assert len(site.reports) == 7 * 4 - 1
    for address, report in site.reports.items():
        page = get(site, address)
        assert f"{report.spec.organ}政府信息公开工作年度报告" in page
        assert f"（{report.spec.year}年度）" in page and "一、总体情况" in page
        assert "<title>政府信息公开工作年度报告</title>" in page


def test_a_year_without_a_report_is_the_same_page_without_text(site: AnnualReportSite) -> None:
    gap = f"{PAGE}?area=tx003&fbtime=2022"
    assert gap not in site.reports
    for address in (
        gap,
        f"{PAGE}?area=tx001&fbtime=2019",
        f"{PAGE}?area=tx001",
        f"{PAGE}?area=tx001&fbtime=x",
    ):
        assert '<div id="zoom"></div>' in get(site, address)
    assert site.respond(PAGE, {"area": "tx001", "fbtime": "2019"}, {}).status == 200


def test_every_second_body_offers_its_years(site: AnnualReportSite) -> None:
    assert re.findall(r'<option value="(\d{4})"', get(site, f"{PAGE}?area=tx002&fbtime=2023")) == [
        "2023", "2022", "2021", "2020",
    ]  # fmt: skip
    assert "<option" not in get(site, f"{PAGE}?area=tx003&fbtime=2023")


def test_other_bodies_are_links_or_calls(site: AnnualReportSite) -> None:
    page = get(site, f"{PAGE}?area=tx000&fbtime=2023")
    assert sorted(re.findall(r"area=(tx\d{3})", page)) == ["tx001", "tx002", "tx004", "tx005"]
    assert re.findall(r"showBody\('(tx\d{3})'\)", page) == ["tx003", "tx006"]
