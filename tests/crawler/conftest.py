"""Helpers for the tests of the command line: a process that plays Scrapy, settings of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from crawler.config import Settings


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A working directory that nobody else uses: settings files and databases are looked for there."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose every path is in the test's folder."""
    return Settings(
        database_url=SecretStr(f"sqlite:///{tmp_path / 'nianbao.db'}"),
        archive_url=str(tmp_path / "archive"),
        log_folder=tmp_path / "log",
        crawl_timeout=60,
    )


@pytest.fixture
def playing_scrapy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let `python -m scrapy` run the given lines instead; they find `say(line)`, `sys`, `os` and `time`."""

    def play(lines: str) -> None:
        package = tmp_path / "stand-in" / "scrapy"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text("")
        head = """
            import json, os, signal, sys, time
            def say(**line):
                with open(os.environ["NIANBAO_PROGRESS"], "a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\\n")
        """
        (package / "__main__.py").write_text(textwrap.dedent(head) + textwrap.dedent(lines))
        monkeypatch.setenv("PYTHONPATH", str(package.parent))

    return play
