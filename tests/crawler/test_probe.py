"""`nianbao portals probe` and `new` on sample portals over real connections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from crawler.demo.server import Fault, FaultKind, SamplePortals
from crawler.demo.sites import recipes

PORTAL = "sample-trs-refresh"
SECONDS = 120


@pytest.fixture(scope="module")
def served() -> Iterator[SamplePortals]:
    (recipe,) = [recipe for recipe in recipes() if recipe.id == PORTAL]
    with SamplePortals(ports={PORTAL: 0}, sites={PORTAL: recipe.site(recipe.reports())}) as portals:
        yield portals


def nianbao(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One call of the program in an installation of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIANBAO_")}
    provinces = folder / "provinces"
    provinces.mkdir(exist_ok=True)
    environment |= {"NIANBAO_LANG": "en", "NIANBAO_PROVINCES": str(provinces)}
    root = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = root
    return subprocess.run(
        [sys.executable, "-m", "crawler", "portals", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_a_probe_tells_what_a_crawl_would_find_and_keeps_nothing(
    served: SamplePortals, tmp_path: Path
) -> None:
    before = len(served.asked[PORTAL])
    told = nianbao(tmp_path, "probe", served.homes[PORTAL], "--allow-private", "--format", "json")
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["clean"] is True
    assert answer["home"] == served.homes[PORTAL]
    families = {one["family"] for one in answer["lists"] if one["reports"]}
    assert families == {"trs"}
    assert answer["listed"] == len(answer["reports"]) == 17
    assert all("年度报告" in row["title"] for row in answer["reports"])
    paths = [asked.path for asked in served.asked[PORTAL][before:]]
    assert not [path for path in paths if "/t20" in path], "no article is asked for"
    assert not (tmp_path / "var" / "nianbao.db").exists()
    assert not (tmp_path / "var" / "archive").exists()


def test_new_writes_an_entry_that_can_be_read(served: SamplePortals, tmp_path: Path) -> None:
    home = served.homes[PORTAL]
    shown = nianbao(tmp_path, "new", home, "--allow-private", "--id", "zhulan", "--name", "竹岚县人民政府")
    assert shown.returncode == 0, shown.stderr
    (entry,) = yaml.safe_load(shown.stdout)
    assert (entry["id"], entry["name"], entry["home"], entry["family"]) == (
        "zhulan",
        "竹岚县人民政府",
        home,
        "trs",
    )
    assert len(entry["columns"]) == 1

    more = ("--province", "yunling", "--id", "zhulan", "--name", "竹岚县人民政府")
    written = nianbao(tmp_path, "new", home, "--allow-private", *more)
    assert written.returncode == 0, written.stderr
    file = yaml.safe_load((tmp_path / "provinces" / "yunling.yml").read_text(encoding="utf-8"))
    assert [portal["id"] for portal in file["portals"]] == ["zhulan"]
    again = nianbao(tmp_path, "new", home, "--allow-private", *more)
    assert again.returncode == 2
    assert "registered already" in again.stderr


def test_a_private_address_has_to_be_meant(served: SamplePortals, tmp_path: Path) -> None:
    refused = nianbao(tmp_path, "probe", served.homes[PORTAL])
    assert refused.returncode == 2
    assert "--allow-private" in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("kind", [FaultKind.CHALLENGE, FaultKind.NOT_FOUND])
def test_a_portal_that_cannot_be_looked_at_says_so(kind: FaultKind, tmp_path: Path) -> None:
    (recipe,) = [recipe for recipe in recipes() if recipe.id == PORTAL]
    sites = {PORTAL: recipe.site(recipe.reports())}
    with SamplePortals(ports={PORTAL: 0}, sites=sites, faults=(Fault(kind),)) as walled:
        told = nianbao(tmp_path, "probe", walled.homes[PORTAL], "--allow-private", "--format", "json")
        assert told.returncode == 1, told.stderr
        answer = json.loads(told.stdout)
        assert answer["clean"] is False
        assert str(kind.value) in answer["reason"]["en"]
        assert answer["listed"] == 0
        refused = nianbao(tmp_path, "new", walled.homes[PORTAL], "--allow-private")
        assert refused.returncode == 2
        assert "nothing written" in refused.stderr
