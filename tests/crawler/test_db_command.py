"""`nianbao db`, and every command on a database that it must not touch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from crawler.cli import main
from storage.engine import downgrade, open_engine, schema_version, upgrade, writing
from storage.ledger import Ledger
from storage.records import RunRecord
from storage.soundness import Question

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The database of the default settings, with tables that are up to date."""
    engine = open_engine("sqlite:///var/nianbao.db")
    upgrade(engine)
    yield engine
    engine.dispose()


def newest(engine: Engine) -> str:
    version = schema_version(engine)
    assert version is not None
    return version


class TestUpgrade:
    def test_fresh_tables_are_made_and_left_alone_after_that(self, capsys: Capture) -> None:
        assert main(["--lang", "en", "db", "upgrade"]) == 0
        version = newest(open_engine("sqlite:///var/nianbao.db"))
        assert capsys.readouterr().out == f"the tables were made ({version})\n"
        assert main(["db", "upgrade"]) == 0
        assert capsys.readouterr().out == f"表结构已是最新（{version}）\n"

    def test_a_dry_run_makes_no_file(self, capsys: Capture) -> None:
        assert main(["--lang", "en", "db", "upgrade", "--dry-run"]) == 0
        first, *steps = capsys.readouterr().out.splitlines()
        assert first.startswith("tables: none -> 0")
        assert steps[0] == "0001  The first tables."
        assert not Path("var/nianbao.db").exists()

    def test_it_says_from_where_to_where_and_what_it_goes_through(
        self, engine: Engine, capsys: Capture
    ) -> None:
        version = newest(engine)
        Ledger(engine).begin_run(RunRecord(None, "crawl", "yunling", datetime(2024, 2, 1, tzinfo=UTC)))
        with writing(engine) as session:
            session.execute(
                text(
                    'INSERT INTO findings (fingerprint, organ, year, rule, severity, verdict, fault, "where",'
                    " message_zh, message_en, basis_zh, basis_en, province, portal, url, cells, quote,"
                    " status, first_seen, last_seen, run) VALUES ('1', '云溪县水务局', 2023, 'r', 'error',"
                    " 'fail', 'publisher', 'title', '', '', '', '', 'yunling', 'yunxi', '', '[]', '', 'open',"
                    " '2024-02-01 00:00:00.000000', '2024-02-01 00:00:00.000000', 1)"
                )
            )
        downgrade(engine, "0004")
        assert main(["db", "upgrade", "--dry-run"]) == 0
        plan = capsys.readouterr()
        first, step, *_ = plan.out.splitlines()
        assert first == f"表结构：0004 → {version}"
        assert step == "0005  人的决定，问题为何不再成立，每个问题据何判断  [逐行改写 findings 1 行]"
        assert "nianbao db backup" in plan.err
        assert schema_version(engine) == "0004"
        assert main(["db", "upgrade"]) == 0
        done = capsys.readouterr()
        assert done.out == f"表结构已由 0004 升级到 {version}\n"
        assert "0005  人的决定" in done.err
        assert schema_version(engine) == version

    def test_every_step_is_told_in_both_languages(self, capsys: Capture) -> None:
        for lang, ascii_only in (("en", True), ("zh", False)):
            assert main(["--lang", lang, "db", "upgrade", "--dry-run"]) == 0
            steps = capsys.readouterr().out.splitlines()[1:]
            assert [step for step in steps if step.isascii() is not ascii_only] == []


class TestCheck:
    def test_a_sound_database_is_told_line_by_line(self, engine: Engine, capsys: Capture) -> None:
        assert main(["db", "check"]) == 0
        said = capsys.readouterr()
        assert [line.split("  ")[0] for line in said.out.splitlines()] == ["正常"] * len(Question)
        assert said.err == ""

    def test_json_is_one_document(self, engine: Engine, capsys: Capture) -> None:
        with writing(engine) as session:
            session.execute(text("DROP INDEX ix_findings_organ_year"))
        assert main(["db", "check", "--format", "json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["version"], told["sound"]) == (newest(engine), False)
        checks = {check.pop("check"): check for check in told["checks"]}
        assert list(checks) == [question.value for question in Question]
        assert checks["schema"] == {
            "looked": True,
            "problems": 1,
            "examples": ["add_index ix_findings_organ_year"],
            "left_out": [],
        }

    def test_what_is_wrong_is_told_with_examples(self, engine: Engine, capsys: Capture) -> None:
        with writing(engine) as session:
            for number in range(12):
                session.execute(
                    text(
                        "INSERT INTO subscriptions VALUES (:n, :reader, 'once', 'zh', '[]', '[]', '[]', "
                        "'warning', 'daily', NULL, FALSE, '2024-02-01 00:00:00.000000', 1, NULL, NULL)"
                    ),
                    {"n": number + 1, "reader": f"reader-{number:02}"},
                )
        assert main(["--lang", "en", "db", "check"]) == 1
        lines = capsys.readouterr().out.splitlines()
        place = lines.index("12 wrong  no reader was told of more than is on record")
        assert lines[place + 1 : place + 12] == [
            *(f"  reader-{number:02} 1" for number in range(10)),
            "  and 2 more",
        ]

    def test_counts_are_made_anew_on_demand(self, engine: Engine, capsys: Capture) -> None:
        with writing(engine) as session:
            session.execute(text("INSERT INTO duty_counts VALUES ('yunling', 2023, 'late', 7)"))
        assert main(["db", "check"]) == 1
        assert "有误 1 处  汇总数与明细一致" in capsys.readouterr().out
        assert main(["db", "check", "--repair"]) == 0
        assert main(["db", "check"]) == 0

    def test_older_tables_are_a_problem_and_say_what_to_do(self, engine: Engine, capsys: Capture) -> None:
        downgrade(engine, "0004")
        assert main(["db", "check"]) == 1
        said = capsys.readouterr().out
        assert "较旧，请运行 nianbao db upgrade" in said
        assert said.count("未查") == len(Question) - 2
        assert main(["db", "check", "--repair"]) == 2
        assert capsys.readouterr().err == "nianbao: 表结构不是最新，先运行 nianbao db upgrade\n"

    def test_a_database_that_is_not_there_is_not_made(self, capsys: Capture) -> None:
        assert main(["--lang", "en", "db", "check"]) == 2
        assert capsys.readouterr().err == "nianbao: there is no database var/nianbao.db\n"
        assert not Path("var/nianbao.db").exists()


class TestBackup:
    def test_a_copy_is_written_once(self, engine: Engine, capsys: Capture) -> None:
        assert main(["db", "backup", "--output", "copy.db"]) == 0
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("copy.db：")
        assert main(["db", "backup", "--output", "copy.db"]) == 2
        assert capsys.readouterr().err == "nianbao: 没有备份：copy.db 已存在；要覆盖请加 --force\n"
        assert main(["--lang", "en", "db", "backup", "--output", "copy.db", "--force"]) == 0
        assert capsys.readouterr().err.endswith("copy the archive too, and after this\n")

    def test_an_older_database_can_be_copied_before_it_is_upgraded(self, engine: Engine) -> None:
        downgrade(engine, "0004")
        assert main(["db", "backup", "--output", "copy.db"]) == 0
        assert schema_version(open_engine("sqlite:///copy.db")) == "0004"


EVERY_COMMAND = [
    ["crawl", "demo"],
    ["nightly", "--once"],
    ["findings"],
    ["reports"],
    ["obligations"],
    ["digest"],
    ["portals", "show", "demo-qingshan"],
    ["waive", "list"],
    ["waive", "withdraw", "1"],
    ["waive", "add", "--rule", "applications-balance", "--reason", "x", "--author", "y"],
    ["export", "letter", "--organ", "x", "--output", "letter.docx"],
    ["export", "warc", "--output", "all.warc.gz"],
    ["versions", "--organ", "x", "--year", "2023"],
    ["recheck", "--dry-run"],
    ["archive", "check"],
    ["export", "pack", "--organ", "x", "--year", "2023", "--output", "pack.zip"],
    ["db", "upgrade"],
    ["db", "upgrade", "--dry-run"],
    ["db", "check"],
    ["db", "check", "--repair"],
]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_a_newer_database_is_refused_in_one_line(
    command: list[str], engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("NIANBAO_MAIL_FROM", "nianbao@a.example")
    monkeypatch.setenv("NIANBAO_DIGEST_TO", "reader@a.example")
    monkeypatch.setenv("NIANBAO_NIGHTLY_PROVINCES", "demo")
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert main(["--lang", "en", *command]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "nianbao: database: a newer nianbao wrote the database sqlite:///var/nianbao.db; upgrade nianbao\n"
    )
    assert schema_version(engine) == "9999"


def test_a_crawl_that_is_started_by_hand_refuses_a_newer_database_too(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    call = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "demo"],
        env={
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "NIANBAO_DATABASE_URL": f"sqlite:///{tmp_path}/var/nianbao.db",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert call.returncode == 1
    assert call.stderr.splitlines()[-1].startswith("scrapy crawl: a newer nianbao wrote the database")
    assert "Traceback" not in call.stderr


@pytest.mark.parametrize(
    "command",
    [["findings"], ["crawl", "demo"], ["waive", "list"], ["digest", "--preview", "d.html"]],
    ids=" ".join,
)
def test_an_older_database_is_not_upgraded_by_the_way(
    command: list[str], engine: Engine, capsys: Capture
) -> None:
    downgrade(engine, "0004")
    assert main(["--lang", "en", *command]) == 2
    assert capsys.readouterr().err == (
        "nianbao: database: the tables are of an older nianbao; make a copy (nianbao db backup), "
        "then run: nianbao db upgrade\n"
    )
    assert schema_version(engine) == "0004"


def test_a_database_that_is_busy_is_one_line(
    engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.open_engine.__kwdefaults__", {"patience": 0.2})
    with writing(engine):
        assert main(["--lang", "en", "waive", "withdraw", "1"]) == 2
    assert capsys.readouterr().err == (
        "nianbao: database: cannot use the database sqlite:///var/nianbao.db: database is locked\n"
    )
