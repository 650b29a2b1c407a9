"""The portal with links to a stranger's copy of itself: each way off is there, and none is needed."""

from __future__ import annotations

import re

import pytest

from crawler.demo.sites.hijacked import (
    COLUMN,
    FRAMED,
    REBASED,
    RECIPE,
    REDIRECTED,
    REFRESHED,
    SCRIPTED,
    HijackedSite,
    MirrorSite,
)
from tests.demo.reading import get, links, text, walked

MIRROR = "http://127.0.0.1:9"
REPORTS = RECIPE.reports()


@pytest.fixture(scope="module")
def site() -> HijackedSite:
    return HijackedSite(REPORTS, MIRROR)


def pages(page: str) -> int:
    (count,) = re.findall(r"var countPage = (\d+);", page)
    return int(count)


def test_every_report_is_found_without_leaving(site: HijackedSite) -> None:
    assert links(site, "/zwgk/zfxxgk/")["政府信息公开年报"] == COLUMN
    listed = [path for path, _, _ in walked(site, COLUMN, pages)]
    assert len(listed) == 29
    assert {path for path in listed if path.startswith("/")} == set(site.reports)
    assert len(site.reports) == 27


def test_every_way_off_leads_to_the_mirror(site: HijackedSite) -> None:
    home = text(site, "/")
    assert f'<a href="{MIRROR}{COLUMN}">政府信息公开年报</a>' in home
    assert '<a href="//127.0.0.1:9/zwgk/zfxxgk/">政府信息公开</a>' in home
    redirect = get(site, REDIRECTED)
    assert (redirect.status, redirect.header("Location")) == (302, f"{MIRROR}{REDIRECTED}")
    assert f"URL={MIRROR}{REFRESHED}" in text(site, REFRESHED)
    assert f"location.replace('{MIRROR}{SCRIPTED}')" in text(site, SCRIPTED)
    assert f'<iframe src="{MIRROR}{COLUMN}">' in text(site, FRAMED)
    assert f'<base href="{MIRROR}{COLUMN}">' in text(site, REBASED)
    stray = [path for path, _, _ in walked(site, COLUMN, pages) if not path.startswith("/")]
    newest = next(iter(site.reports))
    assert stray == [
        f"{MIRROR}{newest}",
        f"http://www.yunyi.example@127.0.0.1:9{COLUMN}202401/t20240119_8999.html",
    ]
    assert f'附件：<a href="{MIRROR}{COLUMN}202' in text(site, newest)


def test_the_menu_offers_the_hijacked_columns(site: HijackedSite) -> None:
    menu = links(site, "/zwgk/zfxxgk/")
    assert {
        menu[words] for words in ("历年年报", "部门年报", "乡镇年报", "政府信息公开年度报告", "公开年报")
    } == {
        REDIRECTED,
        REFRESHED,
        SCRIPTED,
        FRAMED,
        REBASED,
    }


def test_the_mirror_has_the_same_paths_another_name_and_bets(site: HijackedSite) -> None:
    mirror = MirrorSite(REPORTS)
    assert dict(mirror.reports) == {}
    for path in ("/", COLUMN, *site.reports):
        page = text(mirror, path)
        assert "<title>365体育投注_" in page
        assert "云琦县" in page
        assert "云漪县" not in page


def test_without_a_mirror_links_lead_to_a_host_that_cannot_be() -> None:
    assert f'"http://mirror.yunyi.invalid{COLUMN}"' in text(HijackedSite(REPORTS), "/")
