"""`scrapy list`: the provinces, or one line."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest
from scrapy.settings import Settings

from spiders.commands.list import Command

FILE = """\
province: yunling
name: 云岭省
years: {first: 2021}
portals:
  - {id: qingshan, name: 青杉市人民政府, home: "http://www.qingshan.example/", hosts: [www.qingshan.example]}
"""


def listed(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    (folder / "yunling.yml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("NIANBAO_PROVINCES", str(folder))
    command = Command()
    command.settings = Settings({"SPIDER_LOADER_CLASS": "spiders.loader.ProvinceLoader"})
    command.run([], Namespace())
    return command.exitcode


def test_the_provinces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(tmp_path, monkeypatch, FILE) == 0
    assert capsys.readouterr() == ("yunling\n", "")


def test_a_flaw_in_a_file_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(tmp_path, monkeypatch, FILE.replace("yunling\n", "linhai\n")) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"scrapy list: {tmp_path}/yunling.yml:1: ")
    assert captured.err.count("\n") == 1
