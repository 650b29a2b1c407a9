"""The portal that keeps machines out of some pages, and those that keep them out of all."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from crawler.demo.sites.guarded import COLUMN, FORBIDDEN, RECIPE, SILENT, WALLS, GuardedSite, WalledSite
from tests.demo.reading import get, links, text, walked

STATUSES = {
    "script-412": 412,
    "cookie-521": 521,
    "bot-200": 200,
    "firewall-405": 405,
    "firewall-403": 403,
    "excuse-200": 200,
    "empty-200": 200,
}
MARKS = {
    "script-412": "$_ts=window['$_ts']",
    "cookie-521": "document.cookie=('_')+",
    "bot-200": "WTKkN",
    "firewall-405": "云防护",
    "firewall-403": "云防护",
    "excuse-200": "页面不存在",
    "empty-200": "<body></body>",
}


@pytest.fixture(scope="module")
def site() -> GuardedSite:
    return GuardedSite(RECIPE.reports())


def pages(page: str) -> int:
    (count,) = re.findall(r'createPageHTML\((\d+), 0, "index", "html"\);', page)
    return int(count)


def test_the_list_shows_what_is_guarded_too(site: GuardedSite) -> None:
    assert links(site, "/zwgk/zfxxgk/")["政府信息公开年报"] == COLUMN
    listed = {path for path, _, _ in walked(site, COLUMN, pages)}
    assert listed == set(site.reports) | set(site.guarded)
    assert (len(site.reports), len(site.guarded)) == (12, 9)


def test_enough_bodies_and_years_are_open(site: GuardedSite) -> None:
    open_ = Counter(report.body.name for report in site.reports.values())
    assert sum(years >= 2 for years in open_.values()) >= 3
    assert {report.spec.year for report in site.reports.values()} == {2021, 2022, 2023}


def test_each_wall_stands_before_one_report(site: GuardedSite) -> None:
    answers = [get(site, path) for path in site.guarded]
    assert [answer for answer in answers if answer in WALLS.values()] == list(WALLS.values())
    folders = [path for path in site.guarded if not path.startswith(COLUMN)]
    assert [path.startswith(folder) for path, folder in zip(folders, (SILENT, FORBIDDEN), strict=True)] == [
        True,
        True,
    ]
    assert RECIPE.silent == (SILENT,)
    assert f"Disallow: {FORBIDDEN}\n" in text(site, "/robots.txt")


@pytest.mark.parametrize("wall", WALLS)
def test_a_walled_portal_answers_nothing_else(wall: str) -> None:
    site = WalledSite(wall)
    answers = {get(site, path) for path in ("/", "/robots.txt", COLUMN, "/nothing.html")}
    assert len(answers) == 1
    (answer,) = answers
    assert answer.status == STATUSES[wall]
    assert MARKS[wall] in answer.body.decode()
    assert "工作年度报告" not in answer.body.decode()


def test_the_empty_answer_has_54_bytes() -> None:
    assert len(WALLS["empty-200"].body) == 54


def test_a_closed_portal_forbids_everything() -> None:
    closed = GuardedSite(RECIPE.reports(), closed=True)
    assert text(closed, "/robots.txt") == "User-agent: *\nDisallow: /\n"
