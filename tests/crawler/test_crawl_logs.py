"""Logs of crawls: a name of their own, removed when they are old; nobody else's file is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from crawler import clock
from crawler.crawl_logs import new_log, remove_old_logs

NOW = datetime(2027, 4, 1, 2, 0, tzinfo=clock.CHINA)


def test_two_logs_of_one_moment_are_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.OVERRIDE, "2027-04-01T02:00:00")
    names = [new_log(tmp_path / "log", "http://www.yunling.example/a/../b").name for _ in range(2)]
    assert names == [
        "20270401T020000-www.yunling.example-a-..-b.log",
        "20270401T020000-www.yunling.example-a-..-b-2.log",
    ]


def test_old_logs_of_ours_are_removed_and_nothing_else(tmp_path: Path) -> None:
    old = ["20261231T235959-yunling.log", "20270101T015959-songtao-2.log"]
    kept = [
        "20270101T020000-yunling.log",  # 90 days to the second
        "20270401T020000-yunling.log",
        "20261231T235959-yunling.log.gz",
        "20261231T235959.log",
        "2026-12-31-yunling.log",
        "notes-20261231T235959-yunling.log",
        "nianbao.db",
    ]
    for name in old + kept:
        (tmp_path / name).write_text("")
    (tmp_path / "20200101T000000-folder.log").mkdir()
    (tmp_path / "20200101T000000-link.log").symlink_to(tmp_path / "nianbao.db")
    assert remove_old_logs(tmp_path, 90, NOW) == 2
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*kept, "20200101T000000-folder.log", "20200101T000000-link.log"}


def test_a_folder_that_is_not_there_holds_no_old_logs(tmp_path: Path) -> None:
    assert remove_old_logs(tmp_path / "log", 90, NOW) == 0
