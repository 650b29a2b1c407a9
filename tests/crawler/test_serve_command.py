"""`nianbao serve` as a process: it begins, answers, and ends when it is told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from crawler.cli import main

SECONDS = 120


def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    environment = {**os.environ, "NIANBAO_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler", "--lang", "en", "serve", "--port", str(port)],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert child.stderr is not None
        assert f"http://127.0.0.1:{port}" in child.stderr.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz?token", timeout=SECONDS) as answer:
            assert answer.status == 200
            assert "Server" not in answer.headers
        child.send_signal(signal.SIGTERM)
        _, told = child.communicate(timeout=SECONDS)
    finally:
        child.kill()
    assert child.returncode == 0
    assert re.search(r"GET /healthz 200 \d+ ms", told)
    assert "token" not in told
    assert told.endswith("stopped\n")


def test_a_port_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert f"不能在 127.0.0.1:{port} 上监听" in capsys.readouterr().err
    assert not (tmp_path / "x.db").exists()


def test_an_address_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "256.256.256.256"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["--lang", "en", "serve"]) == 2
    assert capsys.readouterr().err == "nianbao: serving needs uvicorn: pip install 'nianbao[web]'\n"
