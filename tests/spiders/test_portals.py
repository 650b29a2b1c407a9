"""Small portals, built as real ones are: what a patient person finds on each, what is asked for, and whether
the visit is clean. The portals are data: tests/spiders/portals/*.yml.

A portal has `pages` by path (text, {gbk: text}, {status: number} or {to: address}), the reports `found` on it
by path, one after another, and the number of `requests` of a first visit; `unclean` is its reason, where it
is not clean; `twice` counts sections that are asked for again, as lists. Pages of reports need not be written
out. A path with a host ("//sibling.example/a") stands on another host.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from scrapy.http import HtmlResponse

from crawler import clock
from crawler.portals import Organ
from crawler.report.model import Kind
from tests.spiders.walk import HOME, Site, Walk

FILES = sorted((Path(__file__).parent / "portals").glob("*.yml"))
PORTALS: list[dict[str, Any]] = [
    portal for file in FILES for portal in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.fixture(autouse=True)
def _in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, "2024-05-20T02:00:00+08:00")


def address(path: str) -> str:
    return f"http:{path}" if path.startswith("//") else HOME + path.removeprefix("/")


def site(portal: dict[str, Any]) -> Site:
    pages: Site = {address(path): "x" for path in portal["found"].split()}
    for path, page in portal["pages"].items():
        url = address(path)
        if isinstance(page, dict) and "gbk" in page:
            page = HtmlResponse(url, body=page["gbk"].encode("gbk"))
        elif isinstance(page, dict) and "to" in page:
            page = f'<meta http-equiv="refresh" content="0; url={page["to"]}">'
        elif isinstance(page, dict):
            page = page["status"]
        pages[url] = page
    return pages


def roster(portal: dict[str, Any]) -> dict[str, Any]:
    organs = tuple(Organ(name=name, kind=Kind.DEPARTMENT) for name in portal.get("roster", ()))
    hosts = ("www.qingshan.example", *portal.get("hosts", ()))
    return {"organs": organs, "hosts": hosts}


@pytest.mark.parametrize("portal", PORTALS, ids=[portal["name"] for portal in PORTALS])
def test_what_a_patient_person_finds(portal: dict[str, Any]) -> None:
    walk = Walk(site(portal), roster=roster(portal))
    assert sorted(item.url for item in walk.items) == sorted(map(address, portal["found"].split()))
    verdict = walk.verdict
    assert verdict.reason.en == portal.get("unclean", "")
    assert len(walk.asked) == portal["requests"], walk.asked
    assert len(walk.asked) - len(set(walk.asked)) == portal.get("twice", 0), walk.asked
