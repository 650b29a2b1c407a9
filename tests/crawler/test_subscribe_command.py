"""`nianbao subscribe` and `unsubscribe`, as a person calls them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main
from crawler.clock import CHINA
from crawler.config import load
from crawler.database import opened
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import (
    FindingRecord,
    PageRecord,
    PageSeen,
    ReportRecord,
    RunRecord,
    SubscriptionOrigin,
    SubscriptionRecord,
)
from storage.subscriptions import Subscriptions

NOW = datetime(2024, 2, 2, 9, tzinfo=CHINA)
READER = "wang@yunling.example"
ORGAN = "云溪县水务局"
Capture = pytest.CaptureFixture[str]

YUNLING = f"""province: yunling
name: 云岭省
years: {{first: 2019}}
portals:
  - id: yunxi
    name: 云溪县政府网
    home: http://yunxi.example/
    hosts: [yunxi.example]
    organs:
      - name: {ORGAN}
        kind: department
        aliases: [云溪水务局]
        former: [{{name: 云溪县水利局, until: 2021}}]
      - {{name: 云溪县教育局, kind: department}}
"""
BEILING = """province: beiling
name: 北岭省
years: {first: 2019}
portals:
  - id: beishan
    name: 北山县政府网
    home: http://beishan.example/
    hosts: [beishan.example]
    organs:
      - {name: 北山县水务局, kind: department}
"""


@pytest.fixture(autouse=True)
def _installed(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two provinces, and nothing on record yet."""
    folder = tmp_path / "provinces"
    folder.mkdir()
    (folder / "yunling.yml").write_text(YUNLING, "utf-8")
    (folder / "beiling.yml").write_text(BEILING, "utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "PROVINCES": str(folder),
        "SMTP_URL": "smtp://mail.example",
        "MAIL_FROM": "nianbao@yunling.example",
        "NOW": NOW.isoformat(),
    }.items():
        monkeypatch.setenv(f"NIANBAO_{name}", value)


@pytest.fixture
def night() -> Callable[..., None]:
    """Record one report with findings of these severities."""

    def play(*severities: str) -> None:
        engine = opened(load())
        url, sha = "http://yunxi.example/1", f"{len(severities):064x}"
        findings = tuple(
            FindingRecord(
                fingerprint=f"{number:016x}", organ=ORGAN, year=2023, rule="applications-balance",
                severity=severity, verdict="fail", fault="publisher", where="applications.total",
                message_zh=f"办结 {number} 件", message_en=f"{number} left", basis_zh="", basis_en="",
                province="yunling", portal="yunxi", url=url, archived=sha,
            )
            for number, severity in enumerate(severities, 1)
        )  # fmt: skip
        ledger = Ledger(engine)
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", NOW))
        report = ReportRecord(ORGAN, 2023, "年度报告", url, "yunxi", "yunling", sha, NOW)
        page = PageRecord(url, "yunxi", sha, NOW, organ=ORGAN, year=2023)
        ledger.record(run, [PageSeen(page, (), report, findings)])
        engine.dispose()

    return play


def _told(capsys: Capture, *arguments: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert main([*arguments]) == code
    told = capsys.readouterr()
    return told.out, told.err


def _listed(capsys: Capture, *arguments: str) -> list[dict[str, Any]]:
    return json.loads(_told(capsys, "subscribe", "list", "--format", "json", *arguments)[0])  # type: ignore[no-any-return]


def _advance(number: int, change: int) -> None:
    """As if digests had told this reader so much."""
    engine = opened(load())
    readers = Subscriptions(engine)
    record = readers.get(number)
    assert record is not None
    readers.change(SubscriptionRecord(**{**_values(record), "told_until": change}), NOW)
    engine.dispose()


def _values(record: SubscriptionRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def test_a_subscription_as_the_readme_shows_it(capsys: Capture) -> None:
    out, err = _told(capsys, "subscribe", READER, "--province", "yunling", "--severity", "error", "--weekly")
    assert (out, err) == ("1\n", "订阅 1：wang@yunling.example · 云岭省；错误以上 · 每周一\n")
    [entry] = _listed(capsys)
    assert entry == {
        "id": 1, "address": READER, "origin": "subscribed", "provinces": ["yunling"], "organs": [],
        "rules": [], "severity": "error", "rhythm": "weekly", "weekday": "mon", "workbook": False,
        "lang": "zh", "created": "2024-02-02T09:00:00+08:00", "ended": None, "told_until": 0, "mutes": 0,
        "unknown": [],
    }  # fmt: skip


def test_the_commands_of_the_page_on_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIANBAO_PROVINCES")
    page = (Path(__file__).parents[2] / "docs" / "readers.md").read_text("utf-8")
    commands = re.findall(r"^\$ \.venv/bin/nianbao (.+)$", page, re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        assert (command, main(shlex.split(command))) == (command, 0)


def test_everything_can_be_asked_for(capsys: Capture) -> None:
    out, _ = _told(
        capsys, "subscribe", READER, "--organ", ORGAN, "--organ", "北山县水务局", "--rule", "filing-late",
        "--severity", "critical", "--weekday", "fri", "--workbook", "--lang", "en", "--format", "json",
    )  # fmt: skip
    entry = json.loads(out)
    assert (entry["organs"], entry["rules"]) == (["云溪县水务局", "北山县水务局"], ["filing-late"])
    assert (entry["rhythm"], entry["weekday"], entry["workbook"], entry["lang"]) == (
        "weekly",
        "fri",
        True,
        "en",
    )
    _told(capsys, "subscribe", READER, "--province", "北岭", "--deadlines-only")
    assert [(one["provinces"], one["rhythm"]) for one in _listed(capsys)][1] == (["beiling"], "deadlines")
    out, err = _told(capsys, "--lang", "en", "subscribe", "list")
    assert "云溪县水务局, 北山县水务局; filing-late; only critical" in out
    assert "on Fridays, with a workbook" in out
    assert "after the due dates alone" in out
    assert err == "2 subscriptions are live\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([""], "ADDRESS：不是邮件地址："),
        (["wang"], "ADDRESS：不是邮件地址：wang"),
        (["a@b.example, c@d.example"], "ADDRESS：不是邮件地址"),
        (["王 <a@b.example>"], "ADDRESS：只写地址本身：王 <a@b.example>"),
        (["a@b.example\r\nBcc: c@d.example"], "ADDRESS：不是邮件地址：a@b.example Bcc: c@d.example"),
        (["王@b.example"], "ADDRESS："),
        (["x" * 250 + "@b.example"], "ADDRESS：只写地址本身"),
        ([READER, "--province", "yunlin"], "没有这个省：yunlin；是否指：yunling"),
        ([READER, "--province", "岭"], "没有这个省：岭；是否指：云岭省、北岭省"),
        ([READER, "--organ", "云溪县水利局"], "没有这个单位：云溪县水利局（须用全称）；是否指：云溪县水务局"),
        ([READER, "--organ", "云溪县水务"], "是否指：云溪县水务局"),
        ([READER, "--organ", "某某"], "没有这个单位：某某（须用全称）\n"),
        ([READER, "--province", "beiling", "--organ", ORGAN], "云溪县水务局 属于云岭省，不在所选的省内"),
        (
            [READER, "--rule", "filing-lat"],
            "没有这条规则：filing-lat（见 nianbao rules）；是否指：filing-late",
        ),
        ([READER, "--severity", "info"], "--severity"),
        ([READER, "--weekly", "--deadlines-only"], "--deadlines-only 不能与 --weekly、--weekday 同用"),
        ([READER, "--replace", "1"], "没有编号为 1 的有效订阅"),
        ([READER, "--all"], "--all 只用于 subscribe list"),
        (["list", "--province", "yunling"], "只有 --all 和 --format 两个选项"),
        (["list", "--dry-run"], "只有 --all 和 --format 两个选项"),
        ([], "ADDRESS|list"),
    ],
)
def test_wrong_calls_are_one_line_and_write_nothing(capsys: Capture, arguments: list[str], line: str) -> None:
    out, err = _told(capsys, "subscribe", *arguments, code=2)
    assert line in err
    assert (out, err.count("\n")) == ("", 1)
    assert _listed(capsys) == []


def test_the_same_again_changes_nothing(capsys: Capture) -> None:
    _told(capsys, "subscribe", READER, "--province", "yunling")
    before = _listed(capsys)
    out, err = _told(capsys, "subscribe", "WANG@yunling.example", "--province", "云岭省")
    assert out == "1\n"
    assert err.startswith("已有同样的订阅，没有改动\n")
    _, err = _told(capsys, "subscribe", READER, "--province", "yunling", "--weekly", code=2)
    assert err == (
        "nianbao: 这个地址已有同一范围的订阅：1 · wang@yunling.example · yunling · 每日；"
        "要改就加 --replace 1\n"
    )
    assert _listed(capsys) == before


def test_a_narrower_one_goes_on_and_a_wider_one_begins_anew(capsys: Capture) -> None:
    _told(capsys, "subscribe", READER, "--province", "yunling", "--province", "beiling")
    _advance(1, 40)
    _, err = _told(
        capsys, "subscribe", READER, "--province", "yunling", "--severity", "error", "--replace", "1"
    )
    assert "从头说起" not in err
    [entry] = _listed(capsys)
    assert (entry["provinces"], entry["severity"], entry["told_until"]) == (["yunling"], "error", 40)
    _, err = _told(capsys, "subscribe", READER, "--province", "yunling", "--replace", "1")
    assert err.startswith("范围变宽：下一封从头说起")
    [entry] = _listed(capsys)
    assert (entry["id"], entry["severity"], entry["told_until"]) == (1, "warning", 0)


def test_from_now_begins_with_what_comes(capsys: Capture, night: Callable[..., None]) -> None:
    night("error", "warning")
    _told(capsys, "subscribe", READER, "--from-now")
    engine = opened(load())
    newest = Queries(engine).newest_change()
    engine.dispose()
    assert newest == 2
    assert _listed(capsys)[0]["told_until"] == 2


def test_a_rehearsal_tells_the_first_digest_and_writes_nothing(
    capsys: Capture, night: Callable[..., None]
) -> None:
    night("critical", "error", "warning", "warning", "info")
    out, err = _told(capsys, "subscribe", READER, "--dry-run")
    assert "4 项新问题" in out.splitlines()[0]
    assert out.splitlines()[1:] == ["  新问题：4"]
    assert err == "没有写入任何内容\n"
    assert "  新问题：2" in _told(capsys, "subscribe", READER, "--severity", "error", "--dry-run")[0]
    nothing = "没有要通报的：不会发送\n"
    assert _told(capsys, "subscribe", READER, "--province", "beiling", "--dry-run")[0] == nothing
    assert _told(capsys, "subscribe", READER, "--from-now", "--dry-run")[0] == nothing
    assert _listed(capsys) == []


def test_what_is_told_twice_is_said(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_DIGEST_TO", READER)
    _, err = _told(capsys, "subscribe", READER, "--province", "yunling")
    assert "注意：这个地址另有订阅 1（设置），同一变化可能两次通报" in err
    _, err = _told(capsys, "subscribe", READER)
    assert err.startswith("此前由设置 digest_to 订阅；今后不随设置变动\n")
    monkeypatch.delenv("NIANBAO_DIGEST_TO")
    monkeypatch.delenv("NIANBAO_SMTP_URL")
    assert [one["origin"] for one in _listed(capsys)] == ["subscribed", "subscribed"]
    _, err = _told(capsys, "subscribe", "li@yunling.example")
    assert "还没有设置 NIANBAO_SMTP_URL 和 NIANBAO_MAIL_FROM，发不出邮件" in err


def test_single_digests_are_gone_on_from(capsys: Capture) -> None:
    engine = opened(load())
    once = SubscriptionRecord(None, READER, SubscriptionOrigin.ONCE, NOW, told_until=12)
    Subscriptions(engine).add(once)
    engine.dispose()
    out, err = _told(capsys, "subscribe", READER)
    assert (out, err.splitlines()[0]) == ("1\n", "这个地址以前收到过通报：从上一封之后说起")
    assert _listed(capsys)[0]["told_until"] == 12


# leaving


def test_one_is_left_and_the_others_go_on(capsys: Capture) -> None:
    _told(capsys, "subscribe", READER, "--province", "yunling")
    _told(capsys, "subscribe", READER, "--province", "beiling")
    _told(capsys, "subscribe", "li@yunling.example")
    out, err = _told(capsys, "unsubscribe", READER, code=2)
    assert out.count("\n") == 2
    assert "这个地址有 2 份订阅" in err
    assert _told(capsys, "unsubscribe", "1") == (
        "",
        "已退订：1 · wang@yunling.example · 云岭省 · 每日\n",
    )
    assert _told(capsys, "unsubscribe", "1")[1] == "早已退订，没有改动\n"
    assert [one["id"] for one in _listed(capsys)] == [2, 3]
    assert [one["id"] for one in _listed(capsys, "--all")] == [1, 2, 3]
    assert _told(capsys, "unsubscribe", "WANG@YUNLING.EXAMPLE")[1].startswith("已退订：2")
    assert [one["id"] for one in _listed(capsys)] == [3]


def test_all_of_an_address_are_left_with_yes(capsys: Capture) -> None:
    _told(capsys, "subscribe", READER, "--province", "yunling")
    _told(capsys, "subscribe", READER)
    assert _told(capsys, "unsubscribe", READER, "--yes")[1].count("已退订") == 2
    assert _listed(capsys) == []


@pytest.mark.parametrize("who", ["0", "7", "99999999999999999999", "nobody@yunling.example", "x"])
def test_who_is_not_there_cannot_leave(capsys: Capture, who: str) -> None:
    out, err = _told(capsys, "unsubscribe", who, code=2)
    assert (out, err.count("\n")) == ("", 1)
    assert who in err


def test_leaving_needs_no_province_files(capsys: Capture, tmp_path: Path) -> None:
    _told(capsys, "subscribe", READER)
    (tmp_path / "provinces" / "beiling.yml").write_text("province: [", "utf-8")
    assert _told(capsys, "unsubscribe", READER)[1].startswith("已退订：1")


def test_who_has_left_is_not_taken_up_by_the_settings(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_DIGEST_TO", f"{READER},li@yunling.example")
    _told(capsys, "unsubscribe", READER)
    assert [(one["address"], one["origin"]) for one in _listed(capsys)] == [
        ("li@yunling.example", "settings")
    ]
    _, err = _told(capsys, "subscribe", "list")
    assert f"{READER} 在设置 digest_to 中，但已退订，不再发送" in err
    _told(capsys, "subscribe", READER)
    assert [one["address"] for one in _listed(capsys)] == ["li@yunling.example", READER]


def test_a_scope_that_nobody_knows_any_more_is_told(capsys: Capture, tmp_path: Path) -> None:
    _told(capsys, "subscribe", READER, "--province", "beiling", "--organ", "北山县水务局")
    (tmp_path / "provinces" / "beiling.yml").unlink()
    assert _listed(capsys)[0]["unknown"] == ["beiling", "北山县水务局"]
    _, err = _told(capsys, "subscribe", "list")
    assert "订阅 1：已经没有“北山县水务局”，不会有它的通报" in err


def test_a_domain_is_written_as_servers_know_it(capsys: Capture) -> None:
    _told(capsys, "subscribe", "wang@云岭.example")
    out, _ = _told(capsys, "subscribe", "wang@xn--9kqv75a.example")
    assert out == "1\n"
    assert [one["address"] for one in _listed(capsys)] == ["wang@xn--9kqv75a.example"]
