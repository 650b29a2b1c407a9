"""Portals that keep machines out of everything: nothing is held, nothing is clean, and the reason is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.demo.server import Fault, FaultKind, SamplePortals
from crawler.demo.sites import guarded
from crawler.demo.sites.guarded import RECIPE, WALLS, GuardedSite, WalledSite
from crawler.demo.sites.recipe import RecipeSite
from tests.spiders.installation import Crawl, Installation

SILENT, CLOSED, OPEN = "silent", "closed", "open"
TOLD = {
    "script-412": ("blocked", "412"),
    "cookie-521": ("blocked", "521"),
    "bot-200": ("blocked", "200"),
    "firewall-405": ("blocked", "405"),
    "firewall-403": ("blocked", "403"),
    "excuse-200": ("page does not exist",),
    "empty-200": (),  # that there is no column is reason enough
    SILENT: ("timed out",),
    CLOSED: ("robots.txt",),
}
"""What the reason of the visit has to say, in English."""
REQUESTS = 4
"""That a portal behind a wall sees at most: robots.txt, the home page, that again where no answer came."""


@pytest.fixture(scope="module")
def walled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawl, Installation, dict[str, int]]:
    """One crawl of all of them, and of a portal that is open."""
    reports = RECIPE.reports()
    open_site = GuardedSite(reports)
    sites: dict[str, RecipeSite] = {wall: WalledSite(wall) for wall in WALLS}
    sites |= {SILENT: open_site, CLOSED: GuardedSite(reports, closed=True), OPEN: open_site}
    faults = [Fault(FaultKind.HANG, "/", SILENT)]
    installation = Installation(tmp_path_factory.mktemp("walls"))
    with SamplePortals(ports=dict.fromkeys(sites, 0), sites=sites, faults=faults, hang=5.0) as portals:
        _write(installation.folder, portals.homes)
        crawl = installation.crawl("walls", "-s", "DOWNLOAD_TIMEOUT=1")
        asked = {portal: len(requests) for portal, requests in portals.asked.items()}
    return crawl, installation, asked


def _write(folder: Path, homes: dict[str, str]) -> None:
    portals = "".join(
        f"  - {{id: {portal}, name: {portal}, home: '{home}', hosts: ['{home[7:-1]}'], "
        "private: true, delay: 0}\n"
        for portal, home in homes.items()
    )
    (folder / "provinces").mkdir()
    text = f"province: walls\nname: walls\nyears: {{first: 2023, last: 2023}}\nportals:\n{portals}"
    (folder / "provinces" / "walls.yml").write_text(text, encoding="utf-8")


def test_every_wall_is_told_apart() -> None:
    assert set(TOLD) == {*WALLS, SILENT, CLOSED}


@pytest.mark.parametrize("wall", TOLD)
def test_a_visit_is_unclean_and_says_why(
    walled: tuple[Crawl, Installation, dict[str, int]], wall: str
) -> None:
    visit = walled[0].visit(wall)
    assert visit["clean"] is False
    for words in TOLD[wall]:
        assert words in visit["reason"]["en"]


@pytest.mark.parametrize("wall", TOLD)
def test_a_wall_is_left_alone(walled: tuple[Crawl, Installation, dict[str, int]], wall: str) -> None:
    assert walled[2][wall] <= REQUESTS


def test_nothing_is_held_but_what_is_open(walled: tuple[Crawl, Installation, dict[str, int]]) -> None:
    held = walled[1].queries.reports()
    site = GuardedSite(RECIPE.reports())
    # the server answers for the folder that hangs elsewhere
    silent = {path: report for path, report in site.guarded.items() if path.startswith(guarded.SILENT)}
    assert len(silent) == 1
    truth = {(report.spec.organ, report.spec.year) for report in (site.reports | silent).values()}
    assert {report.portal for report in held} == {OPEN}
    assert {(report.organ, report.year) for report in held} == truth
