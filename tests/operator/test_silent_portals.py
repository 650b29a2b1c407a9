"""Whole crawls of sample portals that fall silent, from the crawl to the mail."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from crawler.alarms import Blame, Code
from crawler.clock import CHINA
from crawler.config import Settings
from crawler.demo.portals import sample_sites
from crawler.demo.server import SamplePortals
from crawler.demo.sites.linxi import HanwebSite
from crawler.demo.web import Response, Site
from crawler.operator import OperatorNote, due
from storage.engine import open_engine
from storage.operating import Operations
from tests.spiders.installation import Installation

QINGSHAN, LINXI = "demo-qingshan", "demo-linxi"


class Rebuilt:
    """A portal whose column stands at another address, as its links tell."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.articles = site.articles

    def respond(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Response:
        """Answer as the site does, but for its column."""
        if "/col101/" in path:
            return Response(404, (("Content-Type", "text/html"),), b"<html><title>404</title></html>")
        answer = self._site.respond(path.replace("/col909/", "/col101/"), query, headers)
        return Response(answer.status, answer.headers, answer.body.replace(b"/col101/", b"/col909/"))


@pytest.mark.parametrize("site", ["emptied", "column-moved"])
def test_a_portal_that_listed_reports(tmp_path: Path, site: str) -> None:
    installation = Installation(tmp_path)
    with SamplePortals(ports={QINGSHAN: 0, LINXI: 0}) as portals:
        installation.serve(portals)
        told: list[OperatorNote | None] = []
        for day in (1, 2, 3):
            crawl = installation.crawl("demo", "-a", "kind=nightly", now=f"2024-03-0{day}T02:00:00")
            assert crawl.exit_code == 0, crawl.log
            told.append(_note(installation, day))
            if day == 1:
                listed = crawl.visit(LINXI)["reports"]
                emptied = HanwebSite([])
                moved = Rebuilt(sample_sites()[LINXI])  # type: ignore[arg-type]
                portals.show(LINXI, emptied if site == "emptied" else moved)
    engine = open_engine(installation.database)
    [_, _, first] = Operations(engine).runs()
    engine.dispose()
    counts = first.detail["counts"]
    assert (counts["pages"], counts["unrecognised"]) == (counts["reports"], 0)
    assert 0 < counts["unread"] < counts["cells"] / 20
    if site == "column-moved":
        assert told == [None, None, None]
        return
    *quiet, note = told
    assert quiet == [None, None]
    assert note is not None
    [alarm] = note.new
    assert (alarm.code, alarm.portal, alarm.blame) == (Code.NONE_LISTED, LINXI, Blame.EITHER)
    assert alarm.figures["before"] == listed


def _note(installation: Installation, day: int) -> OperatorNote | None:
    settings = Settings(
        database_url=SecretStr(installation.database),
        provinces=installation.folder / "provinces",
        nightly_provinces=("demo",),
        operator_to=("op@office.example",),
    )
    engine = open_engine(installation.database)
    try:
        return due(engine, settings, datetime(2024, 3, day, 7, tzinfo=CHINA))
    finally:
        engine.dispose()
