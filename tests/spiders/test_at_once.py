"""Two crawls at once: a portal is visited by one of them, and what the other says of it accuses nobody.

Of two provinces side by side the end is that of one after the other.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bench.soak.state import differences, state, unsound
from crawler.demo.server import PORTS, SamplePortals
from crawler.holding import Process, of_portal
from storage import tables
from storage.engine import open_engine
from storage.records import ObligationStatus, VisitRecord
from tests.spiders.installation import Crawl, Installation


@pytest.fixture
def portals() -> Iterator[SamplePortals]:
    with SamplePortals(ports=dict.fromkeys(PORTS, 0)) as portals:
        yield portals


def _installed(folder: Path, portals: SamplePortals, database: str = "") -> Installation:
    installation = Installation(folder, database=database)
    installation.serve(portals)
    return installation


def _owners(database: str) -> dict[str, Process]:
    engine = open_engine(database)
    with engine.connect() as connection:
        rows = connection.execute(tables.Lease.__table__.select()).all()
    engine.dispose()
    found = {row.name: Process.named(row.owner) for row in rows}
    return {name: process for name, process in found.items() if process is not None}


def _during(
    installation: Installation, first: tuple[str, ...], second: tuple[str, ...]
) -> tuple[Crawl, Crawl]:
    """The second crawl runs from its begin to its end while the first stands still in its middle."""
    others: list[Crawl] = []

    def meanwhile() -> None:
        [process] = set(_owners(installation.database).values())
        try:
            others.append(installation.crawl("demo", *second, now="2024-05-01T02:30:00"))
        finally:
            os.kill(process.number, signal.SIGCONT)

    ended = installation.crawl("demo", *first, stop_after='"article"', by=signal.SIGSTOP, then=meanwhile)
    return ended, others[0]


def _visits(installation: Installation) -> dict[str, list[VisitRecord]]:
    found: dict[str, list[VisitRecord]] = {}
    for visit in installation.queries.visits():
        found.setdefault(visit.portal, []).append(visit)
    return found


def test_who_finds_every_portal_taken_visits_nothing_and_says_so(
    tmp_path: Path, portals: SamplePortals, url: str
) -> None:
    installation = _installed(tmp_path, portals, url)
    first, second = _during(installation, (), ())
    assert (second.exit_code, second.end["verdict"]) == (0, "held")
    assert [line["event"] for line in second.progress] == ["end"]
    for visit in second.end["visits"]:
        assert not visit["clean"]
        assert visit["reason"]["en"].startswith("another crawl is visiting it: process ")
        assert "(crawl demo) since " in visit["reason"]["en"]
    assert (first.exit_code, first.end["verdict"]) == (0, "clean")
    assert all(len(visits) == 2 for visits in _visits(installation).values())
    # the visit that was left is the later one, and nobody is called unreachable for it
    duties = {duty.status for duty in installation.queries.obligations()}
    assert ObligationStatus.MISSING in duties
    assert ObligationStatus.UNREACHABLE not in duties
    assert _owners(installation.database) == {}


def test_only_the_portal_that_is_taken_is_left_to_the_other(tmp_path: Path, portals: SamplePortals) -> None:
    installation = _installed(tmp_path, portals)
    first, second = _during(installation, ("-a", "portal=demo-qingshan"), ())
    told = {visit["portal"]: visit["clean"] for visit in second.end["visits"]}
    assert told.pop("demo-qingshan") is False
    assert set(told.values()) == {True}
    assert second.end["verdict"] == "partial"
    assert first.end["verdict"] == "clean"
    held = [visit for visit in _visits(installation)["demo-qingshan"] if visit.run == second.end["run"]]
    assert [(visit.years, visit.requests, visit.whole) for visit in held] == [((), 0, False)]
    assert held[0].detail["broken_off"] is False


def test_what_a_killed_crawl_held_is_free_for_the_next_one(tmp_path: Path, portals: SamplePortals) -> None:
    installation = _installed(tmp_path, portals)
    killed = installation.crawl("demo", stop_after='"article"', by=signal.SIGKILL)
    assert killed.exit_code == -signal.SIGKILL
    assert of_portal("demo-qingshan") in _owners(installation.database)
    again = installation.crawl("demo")
    assert (again.exit_code, again.end["verdict"]) == (0, "clean")
    assert _owners(installation.database) == {}


def _two_provinces(folder: Path, portals: SamplePortals) -> None:
    """Each sample portal in a province of its own."""
    sample = yaml.safe_load(portals.province_yaml)
    folder.mkdir()
    for name, portal in zip(("yunling", "songtao"), sample["portals"], strict=True):
        province = sample | {"province": name, "name": f"{name} 省", "sample": False, "portals": [portal]}
        text = yaml.safe_dump(province, allow_unicode=True)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def _night(folder: Path, provinces: Path, database: str, at_once: int, now: str) -> list[str]:
    """One night of both provinces; what it tells, line by line."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIANBAO_")}
    environment |= {
        "NIANBAO_DATABASE_URL": database,
        "NIANBAO_ARCHIVE_URL": str(folder / "archive"),
        "NIANBAO_LOG_FOLDER": str(folder / "log"),
        "NIANBAO_PROVINCES": str(provinces),
        "NIANBAO_CLEAN_VISITS": "2",
        "NIANBAO_CRAWLS_AT_ONCE": str(at_once),
        "NIANBAO_NOW": now,
        "NIANBAO_LANG": "en",
    }
    command = [sys.executable, "-m", "crawler", "nightly", "--once"]
    ended = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stderr
    return [line for line in ended.stderr.splitlines() if not line.startswith("digests")]


def test_two_provinces_side_by_side_end_as_one_after_the_other(
    tmp_path: Path, portals: SamplePortals, url: str
) -> None:
    provinces = tmp_path / "provinces"
    _two_provinces(provinces, portals)
    apart, together = tmp_path / "apart", tmp_path / "together"
    apart.mkdir()
    together.mkdir()
    alone = f"sqlite:///{apart / 'nianbao.db'}"
    for night in ("2024-05-01T02:00:00", "2024-05-02T02:00:00"):
        told = _night(apart, provinces, alone, 1, night)
        assert told == ["songtao: begun", "songtao: done", "yunling: begun", "yunling: done"]
        told = _night(together, provinces, url, 2, night)
        assert set(told[:2]) == {"songtao: begun", "yunling: begun"}
        assert set(told[2:]) == {"songtao: done", "yunling: done"}
    expected, found = open_engine(alone), open_engine(url)
    assert len(state(expected)["reports"]) >= 30
    assert differences(state(expected), state(found)) == []
    assert unsound(found, together / "archive") == []
    expected.dispose()
    found.dispose()
