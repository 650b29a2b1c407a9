"""Whole crawls whose database or archive fails: they end loudly, and what was recorded stands."""

from __future__ import annotations

import base64
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from crawler.demo.pages import html_page
from crawler.demo.server import SamplePortals
from crawler.demo.web import Response
from crawler.demo.writer import compose
from crawler.report.model import Kind
from storage.archive import Archive
from storage.engine import open_engine, upgrade
from storage.soundness import Question, answer
from tests.databases import PostgresServer
from tests.spiders.installation import Crawl, Installation

PORTAL = "wuhe"
COLUMN = "/zfxxgknb/"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
BODIES = [f"雾禾区{it}街道办事处" for it in "松竹梅兰菊荷桂枫柳桃杏李梨枣榆槐椿桐柏杉樟榕桑棠棣樱橘柚"]


class Site:
    """A column of one page with the reports of as many bodies."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        specs = [compose(name, Kind.STREET, 2023, seed=number) for number, name in enumerate(BODIES)]
        self.reports = {f"{COLUMN}202401/t20240118_{n}.html": html_page(spec) for n, spec in enumerate(specs)}

    def respond(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        self.asked.append(path)
        if path == "/":
            return Response(200, HTML, f"<a href='{COLUMN}'>政府信息公开年报</a>".encode())
        if path == COLUMN:
            rows = "".join(
                f"<li><a href='{address}'>{name}2023年政府信息公开工作年度报告</a>"
                "<span>2024-01-18</span></li>"
                for name, address in zip(BODIES, self.reports, strict=True)
            )
            return Response(200, HTML, f"<html><body><ul>{rows}</ul></body></html>".encode())
        body = self.reports.get(path)
        return Response(404, HTML, b"") if body is None else Response(200, HTML, body)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def provinces(tmp_path: Path, site: Site) -> Iterator[Path]:
    """A folder with the province file of the portal, which is served."""
    with SamplePortals(ports={PORTAL: 0}, sites={PORTAL: site}) as served:
        folder = tmp_path / "provinces"
        folder.mkdir()
        host = f"127.0.0.1:{served.ports[PORTAL]}"
        text = f"""province: yunling
name: 云岭省
years: {{first: 2023, last: 2023}}
portals:
  - {{id: {PORTAL}, name: 雾禾区人民政府, home: "http://{host}/", hosts: ["{host}"], private: true, delay: 0}}
"""
        (folder / "yunling.yml").write_text(text, encoding="utf-8")
        yield folder


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No child that is started meanwhile may write a larger file; to this process it is the same disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def assert_loud(crawl: Crawl, problem: str) -> None:
    """It ended with its own exit code, and the last line says why."""
    assert crawl.exit_code == 1, crawl.log
    assert problem in crawl.log.splitlines()[-1]
    assert "Traceback" not in crawl.log
    assert crawl.end["verdict"] == "failed"
    assert problem in crawl.end["problem"]


def assert_kept(installation: Installation, crawl: Crawl) -> int:
    """What was told as recorded is on record with its bytes, and all of it is sound; how much that is."""
    recorded = sum(line.get("stage") == "recorded" for line in crawl.progress)
    pages = installation.queries.pages(PORTAL)
    assert len(pages) >= recorded
    archive = Archive(installation.folder / "archive")
    assert all(archive.get(page.sha256) for page in pages.values())
    engine = open_engine(installation.database)
    told = {question: answer(engine, question).count for question in Question}
    engine.dispose()
    assert not any(told.values()), told
    return recorded


def assert_made_good(installation: Installation) -> None:
    """There is room again: the next crawl has everything."""
    crawl = installation.crawl("yunling", now="2024-05-01T03:00:00")
    assert crawl.exit_code == 0, crawl.log
    assert crawl.visit(PORTAL)["clean"], crawl.visit(PORTAL)
    assert len(installation.queries.reports()) == len(BODIES)
    assert assert_kept(installation, crawl) > 0


def test_a_full_disk_under_the_database(provinces: Path) -> None:
    installation = Installation(provinces.parent)
    engine = open_engine(installation.database)
    upgrade(engine)
    engine.dispose()
    with files_of_at_most(800_000):
        crawl = installation.crawl("yunling")
    assert_loud(crawl, "disk I/O error")
    assert 0 < assert_kept(installation, crawl) < len(BODIES)
    assert_made_good(installation)


def test_a_full_disk_under_the_archive(
    provinces: Path, postgres: PostgresServer, postgres_template: str, site: Site
) -> None:
    url = postgres.url(postgres.create(postgres_template))  # a server has its own disk
    large = list(site.reports)[12]
    noise = base64.b64encode(Random(1).randbytes(900_000))
    page, site.reports[large] = site.reports[large], site.reports[large] + b"<!--" + noise + b"-->"
    installation = Installation(provinces.parent, url)
    with files_of_at_most(500_000):
        crawl = installation.crawl("yunling")
    assert_loud(crawl, "File too large")
    assert assert_kept(installation, crawl) < len(BODIES)
    leftovers = [path for path in (installation.folder / "archive").rglob("*") if path.suffix == ".part"]
    assert leftovers == []
    site.reports[large] = page
    assert_made_good(installation)


def test_an_archive_that_cannot_be_a_folder_is_told_before_anything_is_visited(
    provinces: Path, site: Site
) -> None:
    installation = Installation(provinces.parent)
    (installation.folder / "archive").write_text("a letter")
    crawl = installation.crawl("yunling")
    assert crawl.exit_code == 1
    assert "File exists" in crawl.log.splitlines()[-1]
    assert "Traceback" not in crawl.log
    call = subprocess.run(
        [sys.executable, "-m", "crawler", "crawl", "yunling"],
        env={
            **os.environ,
            "NIANBAO_DATABASE_URL": installation.database,
            "NIANBAO_ARCHIVE_URL": str(installation.folder / "archive"),
            "NIANBAO_PROVINCES": str(provinces),
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert call.returncode == 2
    assert call.stdout == ""
    (line,) = call.stderr.splitlines()
    assert line.startswith("nianbao: 原件库不可用：")
    assert site.asked == []
