"""docs/night.md: its commands run as shown, and its figures are those of the program."""

from __future__ import annotations

import re
import shlex
from datetime import date, time
from pathlib import Path

import pytest

from crawler import crawls, holding, season
from crawler.cli import main
from crawler.season import Nights, Why

GUIDE = (Path(__file__).parent.parent / "docs" / "night.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ \.venv/bin/nianbao (.+)$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("command", [command for command in COMMANDS if "--plan" in command])
def test_the_plan_is_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out


def test_a_night_is_played_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [command] = [command for command in COMMANDS if "--once" in command]
    package = tmp_path / "stand-in" / "scrapy"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    ends = '{"event": "end", "verdict": "clean"}\\n'
    lines = f"import os\nopen(os.environ['NIANBAO_PROGRESS'], 'a').write('{ends}')\n"
    (package / "__main__.py").write_text(lines)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().err.splitlines()[:2] == ["demo：开始", "demo：完成"]


def test_the_days_that_it_names_are_the_programs() -> None:
    calendar = Nights.of("yunling", None, time(2, 0))
    assert "15 January to 15 April" in GUIDE
    first_and_last = season.SEASON
    assert first_and_last == ((1, 15), (4, 15))
    for first, last in (((1, 29), (2, 3)), ((3, 29), (4, 3))):
        assert calendar.why(date(2027, *first)) is calendar.why(date(2027, *last)) is Why.DEADLINE
    assert "29 January to 3 February, 29 March to 3 April" in GUIDE
    assert (season.APART.total_seconds(), season.JITTER.total_seconds()) == (4 * 3600, 30 * 60)
    assert (holding.LASTS.total_seconds(), crawls.GRACE) == (120, 60)
