"""`nianbao waive` and `findings --history`, as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from crawler.clock import CHINA
from crawler.commands.waivers import State, over_broad, state, summary
from crawler.config import load
from crawler.database import opened
from storage.ledger import Ledger
from storage.records import (
    FindingRecord,
    PageRecord,
    PageSeen,
    ReportRecord,
    RunRecord,
    WaiverRecord,
    WaiverUse,
)

NOW = datetime(2024, 2, 2, 9, tzinfo=CHINA)
ORGAN = "云溪县水务局"
ADD = ["waive", "add", "--rule", "applications-balance", "--reason", "已电话核实", "--author", "王某"]
Night = Callable[..., None]


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Record one report, as found on a day of February, with findings of these values."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setenv("NIANBAO_NOW", NOW.isoformat())
    engine = opened(load())
    ledger = Ledger(engine)

    def play(day: int, *values: int) -> None:
        at = NOW.replace(day=day)
        monkeypatch.setenv("NIANBAO_NOW", at.isoformat())
        url, sha = "http://a.example/1", f"{day:064x}"
        place = {"organ": ORGAN, "year": 2023, "url": url, "portal": "yunxi"}
        findings = [
            FindingRecord(
                fingerprint=f"{number:016x}", rule="applications-balance", severity="error", verdict="fail",
                fault="publisher", where="applications.total", message_zh=f"办结 {value} 件",
                message_en=f"{value} accounted for", basis_zh="", basis_en="", province="yunling",
                archived=sha, expected=21, found=value, **place,  # type: ignore[arg-type]
            )
            for number, value in enumerate(values, 1)
        ]  # fmt: skip
        report = ReportRecord(title="年度报告", province="yunling", sha256=sha, seen=at, **place)  # type: ignore[arg-type]
        page = PageRecord(url, "yunxi", sha, at, organ=ORGAN, year=2023)
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", at))
        ledger.record(run, [PageSeen(page, (), report, tuple(findings))])

    return play


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_decision_from_its_beginning_to_its_end(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    night(2, 20)
    assert main([*ADD, "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "办结 20 件" in told.out
    assert "没有写入任何内容" in told.err
    assert _answer(capsys, "waive", "list") == []

    assert main([*ADD, "--organ", ORGAN, "--year", "2023"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("1\n", "豁免 1 已记下，有效至 2025-02-02；现有 1 项问题\n")
    [decision] = _answer(capsys, "waive", "list")
    assert decision == {
        "id": 1, "rule": "applications-balance", "organ": ORGAN, "year": 2023, "where": None,
        "critical": False, "reason": "已电话核实", "author": "王某", "created": "2024-02-02T09:00:00+08:00",
        "until": "2025-02-02", "withdrawn": None, "state": "active", "over_broad": False, "covered": 1,
        "outdated": 0,
    }  # fmt: skip
    [finding] = _answer(capsys, "findings")
    assert (finding["status"], finding["waiver"]) == ("waived", 1)
    assert "history" not in finding

    night(5, 3)
    assert main(["findings"]) == 0
    assert capsys.readouterr().err.endswith("豁免 1 条有效，因数值有变失效 1 条（见 nianbao waive list）\n")
    [finding] = _answer(capsys, "findings", "--history", "--fingerprint", "0000")
    steps = [(s["at"][:10], s["kind"], s["cause"], s["waiver"], s["found"]) for s in finding["history"]]
    assert steps == [
        ("2024-02-05", "lapsed", "values", 1, 3),
        ("2024-02-02", "waived", None, 1, 20),
        ("2024-02-02", "new", None, None, 20),
    ]
    assert main(["findings", "--history"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("0000000000000001  [有变]")
    assert [line.split()[0] for line in lines[2:5]] == ["2024-02-05", "2024-02-02", "2024-02-02"]

    assert main(["waive", "withdraw", "1"]) == 0
    assert main(["waive", "withdraw", "1"]) == 0
    assert capsys.readouterr().err == "豁免 1 已撤销；涉及 0 项问题\n豁免 1 早已失效\n"


def test_what_is_fixed_keeps_its_history(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    night(2, 20)
    night(3)
    assert _answer(capsys, "findings") == []
    [finding] = _answer(capsys, "findings", "--history")
    assert [step["kind"] for step in finding["history"]] == ["fixed", "new"]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (["--until", "2027-03-01"], "有效期须在 2024-02-02 至 2027-02-04 之间，不能是 2027-03-01"),
        (["--until", "2024-02-01"], "不能是 2024-02-01"),
        (["--reason", " \u3000"], "--reason 应有 1 至 1000 字"),
        (["--author", "王" * 201], "--author 应有 1 至 200 字"),
        (["--rule", "no-such-rule"], "没有这条规则：no-such-rule"),
        (["--year", "99"], "--year"),
    ],
)
def test_wrong_calls_are_one_line_and_write_nothing(
    night: Night, capsys: pytest.CaptureFixture[str], more: list[str], line: str
) -> None:
    assert main([*ADD, *more]) == 2
    told = capsys.readouterr()
    assert line in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert _answer(capsys, "waive", "list") == []
    assert main(["waive", "withdraw", "9"]) == 2
    assert capsys.readouterr().err == "nianbao: 没有这条豁免：9\n"


def _use(covered: int = 1, outdated: int = 0, days: int = 0, **values: Any) -> WaiverUse:
    made = NOW - timedelta(days=days)
    given: dict[str, Any] = {"organ": ORGAN, "created": made, "expires": NOW + timedelta(days=9), **values}
    return WaiverUse(WaiverRecord(1, "x", "r", "a", **given), covered, outdated, None)


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (_use(), State.ACTIVE),
        (_use(covered=0, days=29), State.ACTIVE),
        (_use(covered=0, days=30), State.UNUSED),
        (_use(covered=0, outdated=1), State.VALUES_CHANGED),
        (_use(covered=1, outdated=1, days=40), State.ACTIVE),
        (_use(expires=NOW), State.EXPIRED),
        (_use(lapsed=NOW), State.EXPIRED),
        (_use(withdrawn=NOW, expires=NOW), State.WITHDRAWN),
    ],
)
def test_how_a_decision_stands(use: WaiverUse, expected: State) -> None:
    assert state(use, NOW) is expected


def test_what_ought_to_be_looked_at_is_one_line() -> None:
    assert over_broad(_use(organ=None))
    assert not over_broad(_use(organ=None, where="title"))
    assert over_broad(_use(covered=51))
    assert not over_broad(_use(covered=50))
    uses = [_use(organ=None), _use(expires=NOW), _use(covered=0, days=31), _use(outdated=2)]
    uses += [_use(expires=NOW - timedelta(days=31)), _use(withdrawn=NOW, organ=None)]
    assert summary(uses, NOW).en == (
        "waivers: 3 hold, 1 expired lately, 1 lapsed because values changed, 1 unused, 1 too broad"
    )
