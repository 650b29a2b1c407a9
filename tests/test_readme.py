"""Every command that the README shows runs as shown, in an empty folder, against sample portals."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.pages import html_page
from crawler.demo.server import PORTS, SamplePortals
from crawler.demo.writer import compose
from crawler.report.model import Kind

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
EXAMPLE = "https://www.example.gov.cn/"


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """An empty folder with a report in it, a province file on free ports, and the home of one portal."""
    folder = tmp_path_factory.mktemp("user")
    with SamplePortals(ports=dict.fromkeys(PORTS, 0)) as portals:
        provinces = folder / "provinces"
        provinces.mkdir()
        (provinces / "demo.yml").write_text(portals.province_yaml, "utf-8")
        report = compose("云溪县水务局", Kind.DEPARTMENT, 2023, seed=7)
        (folder / "report.html").write_bytes(html_page(report, "word", "utf-8"))
        yield folder, portals.homes["demo-qingshan"]


def test_the_readme_shows_commands_and_the_two_that_come_first() -> None:
    assert COMMANDS[:2] == ["make demo", "make test"]
    assert len(COMMANDS) >= 12


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make ")])
def test_make_targets_exist(command: str) -> None:
    assert re.search(
        rf"^{command.removeprefix('make ')}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith("make ")])
def test_command(command: str, somewhere: tuple[Path, str]) -> None:
    folder, home = somewhere
    program, *arguments = shlex.split(command)
    module = {".venv/bin/nianbao": "crawler", ".venv/bin/scrapy": "scrapy"}[program]
    if EXAMPLE in arguments:
        arguments = [home if argument == EXAMPLE else argument for argument in arguments] + [
            "--allow-private"
        ]
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=os.environ
        | {"NIANBAO_PROVINCES": str(folder / "provinces"), "SCRAPY_SETTINGS_MODULE": "crawler.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
