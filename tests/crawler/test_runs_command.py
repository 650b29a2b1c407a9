"""`nianbao runs`, as a person and as cron call it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from crawler.cli import main
from crawler.clock import CHINA
from crawler.commands.runs import lasted
from crawler.config import load
from crawler.database import opened
from storage.ledger import Ledger
from storage.outbox import Outbox
from storage.records import Edition, MailRecord, PortalRecord, RunRecord, VisitRecord

FIRST = datetime(2024, 2, 1, 2, tzinfo=CHINA)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    (tmp_path / "provinces").mkdir()
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setenv("NIANBAO_PROVINCES", str(tmp_path / "provinces"))
    monkeypatch.setenv("NIANBAO_LOG_FOLDER", str(tmp_path / "log"))
    monkeypatch.setenv("NIANBAO_NOW", (FIRST + timedelta(days=5, hours=6)).isoformat())
    engine = opened(load())
    Ledger(engine).register([PortalRecord("qingshan", "yunling", "青杉市人民政府", "http://q.example/")], [])
    return engine


def night(engine: Engine, number: int, reports: int, **detail: Any) -> int:
    ledger, began = Ledger(engine), FIRST + timedelta(days=number)
    run = ledger.begin_run(RunRecord(None, "nightly", "yunling", began))
    clean, reason = reports > 0, "" if reports else "列出0份，应有40份"
    ledger.record_visit(
        VisitRecord(
            run, "qingshan", began, began, clean, reason, reason and "none shown",
            lists=("http://q.example/nb/",), requests=43, reports=reports,
            detail={"failures": [{"stage": "list", "url": "http://q.example/", "zh": "x", "en": "x"}]},
        )
    )  # fmt: skip
    told = {
        "counts": {"requests": 43, "pages": 2, "reports": reports, "new": 3, "fixed": 1},
        "visits": [{"portal": "qingshan", "clean": clean, "reason": {"zh": reason, "en": "none shown"}}],
        **detail,
    }
    ledger.end_run(run, began + timedelta(minutes=62, seconds=3), "clean" if clean else "failed", told)
    return run


def test_nothing_was_crawled_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert main(["runs"]) == 0
    assert "还没有抓取过" in capsys.readouterr().err
    assert main(["runs", "--alarms", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["runs", "show", "1"]) == 2
    assert not (tmp_path / "none.db").exists()


def test_runs_newest_first(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        night(engine, number, 40)
    night(engine, 3, 0, problem="disk full")
    Ledger(engine).begin_run(RunRecord(None, "crawl", "yunling", FIRST + timedelta(days=4)))
    assert main(["runs", "--limit", "3"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows[1:4]] == ["5", "4", "3"]
    assert "未结束" in rows[1]
    assert "disk full" in rows[2]
    assert rows[2].split()[3:8] == ["1:02:03", "夜间", "yunling", "43", "2"]
    assert "3/1" in rows[3]
    assert main(["runs", "--since", "2024-02-04", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [run["id"] for run in told] == [5, 4]
    assert (told[1]["verdict"], told[1]["seconds"], told[1]["new"]) == ("failed", 3723, 3)
    assert main(["runs", "--province", "nowhere", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_reason_of_a_run_in_one_line(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    night(engine, 0, 0)
    assert main(["--lang", "en", "runs"]) == 0
    assert "1 of 1 portals not clean: qingshan: none shown" in capsys.readouterr().out


def test_a_run_that_was_ended_early_says_why_before_what_was_left(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    night(engine, 0, 0, ended_early={"zh": "超过时限，已终止", "en": "took too long and was ended"})
    night(engine, 1, 7, ended_early={"zh": "被要求停止", "en": "was told to stop"})
    night(engine, 2, 7, ended_early="?")
    assert main(["--lang", "en", "runs", "--format", "json"]) == 0
    assert [run["reason_en"] for run in json.loads(capsys.readouterr().out)] == [
        "",
        "was told to stop",
        "took too long and was ended; 1 of 1 portals not clean: qingshan: none shown",
    ]
    assert main(["runs", "show", "1"]) == 0
    assert "超过时限，已终止；1/1 个网站访问不完整：qingshan：" in capsys.readouterr().out


def test_alarms_and_the_exit_code_for_cron(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(4):
        night(engine, number, 40)
    assert main(["runs", "--alarms"]) == 0
    assert "没有警报" in capsys.readouterr().out
    for number in (4, 5):
        night(engine, number, 0)
    assert main(["runs", "--alarms"]) == 1
    told = capsys.readouterr().out
    assert "此前列出 40 份" in told
    assert "怎么办" in told
    assert main(["runs", "--alarms", "--format", "json"]) == 1
    [alarm] = json.loads(capsys.readouterr().out)
    assert (alarm["portal"], alarm["figures"]["before"]) == ("qingshan", 40)
    assert main(["runs", "--alarms", "--province", "anhui"]) == 0
    assert main(["runs"]) == 0
    assert "1 项警报" in capsys.readouterr().err


def test_one_run_and_its_visits(engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = night(engine, 0, 0)
    folder = tmp_path / "log"
    folder.mkdir()
    for name in ("20240201T015958-yunling.log", "20240201T015958-anhui.log", "20240131T015958-yunling.log"):
        (folder / name).touch()
    assert main(["runs", "show", str(run)]) == 0
    told = capsys.readouterr().out
    assert "列出0份，应有40份" in told
    assert "20240201T015958-yunling.log" in told
    assert main(["runs", "show", str(run), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["log"].endswith("20240201T015958-yunling.log")
    [visit] = answer["visits"]
    assert (visit["portal"], visit["clean"], visit["requests"]) == ("qingshan", False, 43)
    assert visit["failures"][0]["stage"] == "list"
    assert main(["runs", "show", "99"]) == 2
    assert "没有第 99 次抓取" in capsys.readouterr().err


def test_mails_beneath_the_runs(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    night(engine, 5, 40)
    outbox, now = Outbox(engine), FIRST + timedelta(days=5)
    for number, settle in enumerate((outbox.sent, outbox.refused)):
        mail = MailRecord(
            None, f"r{number}@x.example", Edition.CHANGES, str(number), f"<{number}@x>", "题", now, now,
            content=b"x",
        )  # fmt: skip
        outbox.put(mail)
        claimed = outbox.claim("me", now, timedelta(hours=1))
        assert claimed is not None
        settle(claimed, "550 no such user", now)
    assert main(["runs"]) == 0
    told = capsys.readouterr().out
    assert "邮件：已发 1 封，待发 0 封，未送达 1 封" in told
    assert "r1@x.example  550 no such user" in told
    assert "r0@x.example" not in told


def test_durations() -> None:
    spans = [timedelta(0), timedelta(seconds=59.6), timedelta(minutes=4, seconds=5), timedelta(hours=30)]
    assert [lasted(span) for span in spans] == ["0:00", "1:00", "4:05", "30:00:00"]
