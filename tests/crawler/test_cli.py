"""The program as a person meets it: help, languages, wrong calls, pipes, interrupts."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from crawler import __version__
from crawler.cli import main
from crawler.clock import CHINA
from crawler.config import load
from crawler.database import opened
from crawler.demo.pages import html_page
from crawler.demo.writer import compose
from crawler.portals import read_provinces
from crawler.report.model import Kind
from storage.ledger import Ledger
from storage.records import ObligationRecord, ObligationStatus, OrganRecord, PortalRecord, RunRecord

COMMANDS = [
    *("check", "crawl", "nightly", "serve", "findings", "reports", "versions", "obligations", "recheck"),
    *("digest", "rules", "doctor", "demo", "subscribe", "unsubscribe", "db", "portals", "waive"),
    *("export", "runs", "archive", "outbox"),
]
REGISTER = [["portals", name] for name in ("list", "show", "import", "probe", "new")]
DATABASE = [["db", name] for name in ("upgrade", "check", "backup")]
DECISIONS = [["waive", name] for name in ("add", "list", "withdraw")]
EXPORTS = [["export", name] for name in ("letter", "pack", "warc")]
ORIGINALS = [["archive", name] for name in ("check", "clean")]
OUTBOX = [["outbox", name] for name in ("list", "send", "retry", "drop")]
PROVINCES = ", ".join(sorted(read_provinces()))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BOXES = re.compile(r"[\u2500-\u257f]")


def _python(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=120, **options
    )  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(
    "command",
    [[], *([name] for name in COMMANDS), *DATABASE, *REGISTER, *DECISIONS, *EXPORTS, *ORIGINALS, *OUTBOX],
)
def test_help_is_complete_in_both_languages(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", *command, "--help"]) == 0
    english = capsys.readouterr()
    assert not CHINESE.search(english.out)
    assert english.out.startswith("Usage: nianbao")
    assert main(["--lang", "zh", *command, "--help"]) == 0
    chinese = capsys.readouterr()
    assert chinese.out.startswith("用法： nianbao")
    for line in chinese.out.splitlines():
        assert not re.search(r"\b(Options|Commands|Arguments|Show this)\b", line)
    assert english.err == chinese.err == ""
    assert "\x1f" not in english.out + chinese.out
    assert not BOXES.search(chinese.out)


def test_all_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = re.findall(r"^  ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    assert listed == COMMANDS


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nianbao {__version__}\n"


def test_the_language_comes_from_the_settings_unless_a_flag_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NIANBAO_LANG", "en")
    main(["nonsense"])
    assert capsys.readouterr().err == "nianbao: No such command 'nonsense'; see nianbao --help\n"
    main(["--lang=zh", "nonsense"])
    assert capsys.readouterr().err == "nianbao: 没有这个命令：nonsense；用法见 nianbao --help\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "没有这个命令：nonsense；用法见 nianbao --help"),
        (["check"], "缺少参数 FILE-OR-URL...；用法见 nianbao check --help"),
        (["check", "x", "--form"], "没有这个选项：--form；用法见 nianbao check --help"),
        (["check", "x", "--year", "many"], "--year 的值不对：应为整数；用法见 nianbao check --help"),
        (["check", "x", "--year", "1900"], "--year 的值不在范围内；用法见 nianbao check --help"),
        (
            ["check", "x", "--published", "2024-13-01"],
            "--published 应写成 YYYY-MM-DD，不能是 2024-13-01；用法见 nianbao check --help",
        ),
        (
            ["check", "x", "--region", "99"],
            "--region 应为6、9或12位的行政区划代码，不能是 99；用法见 nianbao check --help",
        ),
        (["check", "x", "--format", "yaml"], None),
        (["check", "x", "--organ"], "选项 --organ 后面要有值；用法见 nianbao --help"),
        (["rules", "a", "b"], "多余的参数：b；用法见 nianbao rules --help"),
        (["rules", "no-such-rule"], "没有这条规则：no-such-rule（nianbao rules 列出全部）"),
        (
            ["rules", "aplications-balance"],
            "没有这条规则：aplications-balance（相近的有：applications-balance；nianbao rules 列出全部）",
        ),
        (["rules", "--severity", "grave"], "没有这种级别：grave（有：critical, error, warning, info）"),
        (["rules", "--family", "tables", "--source", "law"], None),
        (["rules", "--family", "nowhere"], None),
        (["findings", "--status", "odd"], None),
        (["crawl", "atlantis"], f"没有这个省：atlantis（有：{PROVINCES}）"),
        (
            ["crawl", "demo", "--portal", "nowhere"],
            "demo 没有这个网站：nowhere（有：demo-qingshan, demo-linxi）",
        ),
        (["crawl", "http://127.0.0.1:9/"], "127.0.0.1:9 是内网或本机地址；确要访问请加 --allow-private"),
        (["crawl", "http://u:p@host.example/"], None),
        (["nightly", "--once", "--province", "atlantis"], f"没有这个省：atlantis（有：{PROVINCES}）"),
        (["digest"], None),
        (["db"], "缺少命令；用法见 nianbao db --help"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(
    arguments: list[str], said: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("nianbao: ")
    if said is not None:
        assert captured.err == f"nianbao: {said}\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NIANBAO_CLEAN_VISITS", "s3cret", "设置有误：clean_visits"),
        ("NIANBAO_DATABASE_URL", "mysql://u:s3cret@h/d", "数据库不可用：mysql is not supported"),
        ("NIANBAO_DATABASE_URL", "::s3cret::", "数据库不可用：the database URL cannot be read"),
        ("NIANBAO_DATABASE_URL", "sqlite:////proc/nowhere/x.db", "数据库不可用："),
    ],
)
def test_a_wrong_setting_is_one_line_without_its_value(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["findings"]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"nianbao: {said}")
    assert captured.err.count("\n") == 1
    assert "s3cret" not in captured.err


def test_a_broken_province_file_is_one_line_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("provinces").mkdir()
    Path("provinces/yunling.yml").write_text("province: yunling\nnmae: x\n", encoding="utf-8")
    monkeypatch.setenv("NIANBAO_PROVINCES", "provinces")
    assert main(["crawl", "yunling"]) == 2
    assert capsys.readouterr().err.startswith("nianbao: 省份文件有误：provinces/yunling.yml:")


def test_lists_of_an_empty_database(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("findings", "reports", "obligations"):
        assert main([command, "--format", "json"]) == 0
        captured = capsys.readouterr()
        assert json.loads(captured.out) == []
        assert captured.err == "到期应报 0 份，其中能判断 0 份\n"
        assert main([command]) == 0
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err


def test_a_duty_that_could_not_be_judged_says_why_in_the_readers_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = opened(load())
    ledger = Ledger(engine)
    ledger.register(
        [PortalRecord("qingshan", "yunling", "青杉市人民政府", "http://www.qingshan.example/")],
        [OrganRecord("青杉市水务局", "yunling", "qingshan", "department")],
    )
    moment = datetime(2024, 2, 5, tzinfo=CHINA)
    run = ledger.begin_run(RunRecord(None, "crawl", "yunling", moment))
    duty = ObligationRecord(
        organ="青杉市水务局",
        organ_kind="department",
        province="yunling",
        year=2023,
        due=date(2024, 1, 31),
        status=ObligationStatus.UNREACHABLE,
        reason_zh="网站首页：连接超时：http://www.qingshan.example/",
        reason_en="home page: timed out: http://www.qingshan.example/",
    )
    ledger.assess(run, [duty], [])
    engine.dispose()
    for lang, reason in (("zh", duty.reason_zh), ("en", duty.reason_en)):
        assert main(["--lang", lang, "obligations", "--format", "json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)
        assert told["reason"] == reason
        assert not {"reason_zh", "reason_en"} & told.keys()
        assert main(["--lang", lang, "obligations"]) == 0
        assert capsys.readouterr().out.splitlines()[-1].endswith(reason)


def test_rules_and_their_cards(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["编号", "类别", "级别", "依据", "名称"]
    assert any(line.startswith("applications-balance ") for line in lines)
    assert main(["--lang", "en", "rules", "applications-balance"]) == 0
    card = capsys.readouterr().out
    assert card.startswith("applications-balance ")
    assert not CHINESE.search(card)


def test_a_preview_of_nothing_writes_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "--preview", "digest.html"]) == 0
    assert capsys.readouterr().out == "没有新的变化，未写文件\n"
    assert not Path("digest.html").exists()


def test_both_names_are_the_same_program() -> None:
    script = Path(sys.executable).with_name("nianbao")
    module = _python("-m", "crawler", "--version")
    assert module.stdout == f"nianbao {__version__}\n"
    if script.exists():
        found = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=60)
        assert found.stdout == module.stdout


# ── doctor ──────────────────────────────────────────────────────────────────


def test_doctor_says_where_settings_come_from_and_masks_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("nianbao.toml").write_text('contact = "watch@nianbao.example"\n', encoding="utf-8")
    monkeypatch.setenv("NIANBAO_SMTP_URL", "smtp+starttls://watcher:s3cret@mail.example:587")
    monkeypatch.setenv("NIANBAO_DATABSE_URL", "postgresql://watcher:s3cret@db.example/x")
    monkeypatch.setenv("NIANBAO_PUBLIC_URL", "https://nianbao.example")
    monkeypatch.setenv("NIANBAO_LINK_SECRET", "s3cret" * 6)
    assert main(["--lang", "en", "doctor"]) == 0
    captured = capsys.readouterr()
    rows = {line.split()[0]: line.split()[1:] for line in captured.out.splitlines() if line.strip()}
    assert rows["smtp_url"] == ["smtp+starttls://***@mail.example:587", "env"]
    assert rows["contact"] == ["watch@nianbao.example", "toml"]
    assert rows["lang"] == ["en", "flag"]
    assert rows["database_url"] == ["sqlite:///var/nianbao.db", "default"]
    assert captured.err == "NIANBAO_DATABSE_URL: no such setting, it has no effect\n"
    assert "s3cret" not in captured.out + captured.err
    assert "watcher" not in captured.out


def test_doctor_misses_a_contact(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "doctor"]) == 0
    assert capsys.readouterr().err.startswith("no contact is set: portals cannot tell whom to write to")


@pytest.mark.parametrize(("at_once", "there", "told"), [(1, 512, False), (3, 6144, False), (3, 6143, True)])
def test_doctor_tells_where_crawls_side_by_side_may_take_more_memory_than_there_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, at_once: int, there: int, told: bool
) -> None:
    monkeypatch.setenv("NIANBAO_CRAWLS_AT_ONCE", str(at_once))
    monkeypatch.setenv("NIANBAO_CRAWL_MEMORY", "2048")
    monkeypatch.setattr("crawler.commands.doctor.machine_megabytes", lambda: there)
    assert main(["--lang", "en", "doctor"]) == 0
    line = (
        "the night crawls 3 provinces at once, which may take 6144 MB, and this machine has 6143: "
        "lower crawls_at_once or crawl_memory"
    )
    assert (line in capsys.readouterr().err.splitlines()) is told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, None),
        ({"SMTP_URL": "smtp://mail.example"}, "public_url, link_secret not set: mails carry no links"),
        (
            {"SMTP_URL": "smtp://mail.example", "PUBLIC_URL": "https://nianbao.example"},
            "link_secret not set: mails carry no links",
        ),
        (
            {
                "SMTP_URL": "smtp://mail.example",
                "PUBLIC_URL": "http://nianbao.example",
                "LINK_SECRET": "s" * 32,
            },
            "public_url is not https: links travel in clear",
        ),
        (
            {
                "SMTP_URL": "smtp://mail.example",
                "PUBLIC_URL": "https://nianbao.example",
                "LINK_SECRET": "s" * 32,
            },
            None,
        ),
    ],
    ids=["no mail", "neither", "no secret", "in clear", "all"],
)
def test_doctor_tells_why_mails_carry_no_links(
    given: dict[str, str],
    said: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NIANBAO_CONTACT", "wang@yunling.example")
    for name, value in given.items():
        monkeypatch.setenv(f"NIANBAO_{name}", value)
    assert main(["--lang", "en", "doctor"]) == 0
    captured = capsys.readouterr()
    assert "s" * 32 not in captured.out
    assert captured.err.startswith(said) if said else not captured.err


@pytest.mark.parametrize(
    ("name", "value", "broken"),
    [
        ("NIANBAO_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:9/x", "database"),
        ("NIANBAO_ARCHIVE_URL", "/proc/nowhere", "archive"),
        ("NIANBAO_PROVINCES", "nowhere", "provinces"),
        ("NIANBAO_CLEAN_VISITS", "0", "settings"),
    ],
)
def test_doctor_ends_with_1_where_something_needed_is_broken(
    name: str, value: str, broken: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "NIANBAO_DATABASE_URL":
        pytest.importorskip("psycopg", reason="PostgreSQL driver, extra postgres")
    monkeypatch.setenv(name, value)
    assert main(["--lang", "en", "doctor"]) == 1
    out = capsys.readouterr().out
    assert f"\nbroken  {broken}: " in out
    assert "s3cret" not in out


def test_doctor_tells_which_formats_lack_their_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["--lang", "en", "doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    tools = {line.split()[0]: line.split()[1] for line in lines[lines.index("") + 1 :] if line.strip()}
    assert (tools["LibreOffice"], tools["tesseract+chi_sim"]) == ("no", "no")
    assert (tools["numpy"], tools["Pillow"]) == ("yes", "yes")


# ── pipes, terminals, interrupts ────────────────────────────────────────────


@pytest.fixture
def report() -> str:
    Path("report.html").write_bytes(html_page(compose("棠港区水务局", Kind.DEPARTMENT, 2023, seed=7)))
    return "report.html"


def _on_a_terminal(*arguments: str) -> tuple[int, str]:
    """Run nianbao with a terminal for all three streams."""
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler", *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
        start_new_session=True,
    )
    os.close(follower)
    said = b""
    while True:
        ready, _, _ = select.select([leader], [], [], 60)
        try:
            chunk = os.read(leader, 65536) if ready else b""
        except OSError:  # Linux: the other end is closed
            chunk = b""
        if not chunk:
            break
        said += chunk
    os.close(leader)
    return child.wait(60), said.decode()


def test_a_terminal_gets_colours_and_tables_a_pipe_does_not(report: str) -> None:
    for arguments in (("rules",), ("doctor",), ("check", report)):
        piped = _python("-m", "crawler", *arguments)
        assert "\x1b" not in piped.stdout + piped.stderr
        assert not BOXES.search(piped.stdout)
        assert "\t" not in piped.stdout
        assert _on_a_terminal(*arguments)[0] == piped.returncode
    shown = _on_a_terminal("rules")[1]
    assert "\x1b[" in shown
    assert BOXES.search(shown)


def test_a_pipe_gets_one_line_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    from crawler.validator import RULES

    main(["rules"])
    assert len(capsys.readouterr().out.splitlines()) == len(RULES) + 1


def test_a_reader_that_goes_away_is_no_news() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler", "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert child.wait(60) == 141
    assert child.stderr.read() == b""
    child.stderr.close()


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_chinese_whatever_the_locale_says(locale: str) -> None:
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    found = _python("-m", "crawler", "nonsense", env=environment)
    assert found.stderr == "nianbao: 没有这个命令：nonsense；用法见 nianbao --help\n"


def test_ctrl_c_is_one_line_and_ends_the_crawl(playing_scrapy: Callable[[str], None], tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    playing_scrapy(f"""
        with open({str(ready) + ".part"!r}, "w") as file:
            file.write(str(os.getpid()))
        os.rename({str(ready) + ".part"!r}, {str(ready)!r})
        time.sleep(300)
    """)
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler", "crawl", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    for _ in range(1200):
        if ready.exists():
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out, err) == (130, "", "已中断\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(ready.read_text()), 0)


def test_a_crawl_that_breaks_off_is_exit_1_with_its_log(
    playing_scrapy: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    playing_scrapy("sys.exit(3)")
    assert main(["crawl", "demo"]) == 1
    err = capsys.readouterr().err
    assert re.fullmatch(r"demo：抓取中途退出，退出码 3；日志 var/log/\S+-demo\.log\n", err)


def test_a_crawl_tells_its_counts_and_what_it_could_not_visit(
    playing_scrapy: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    playing_scrapy("""
        say(event="end", verdict="partial", counts={"reports": 18, "new": 4}, visits=[
            {"portal": "demo-qingshan", "clean": True, "reports": 18},
            {"portal": "demo-linxi", "clean": False, "reports": 0,
             "reason": {"zh": "栏目列表页：HTTP 500", "en": "list page: HTTP 500"}},
            {"portal": "demo-other", "clean": False, "reason": None, "reports": 0}])
    """)
    assert main(["crawl", "demo", "--year", "2023"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "demo：报告 18 份，新问题 4 项；到期应报 0 份，其中能判断 0 份\n"
    assert captured.err == (
        "demo-linxi：这次访问不完整，不据此下结论：栏目列表页：HTTP 500\n"
        "demo-other：这次访问不完整，不据此下结论：原因不明\n"
    )
    assert main(["--lang", "en", "crawl", "demo", "--year", "2023"]) == 0
    assert capsys.readouterr().err == (
        "demo-linxi: this visit was not clean, nothing is concluded from it: list page: HTTP 500\n"
        "demo-other: this visit was not clean, nothing is concluded from it: reason unknown\n"
    )
