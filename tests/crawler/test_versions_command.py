"""`nianbao versions`, and what history, lists and digest say of a finding that an edit has closed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.clock import CHINA
from crawler.config import load
from crawler.database import opened
from crawler.edits import prose
from crawler.export.repairs import told
from crawler.report.model import Cell, Report
from crawler.rulebook.examples import changed
from crawler.versions import version_of
from storage.ledger import Ledger
from storage.queries import Queries
from storage.records import Cause, FindingRecord, PageRecord, PageSeen, ReportRecord, RunRecord, SeenAgain

FIRST = datetime(2024, 2, 2, 9, tzinfo=CHINA)
ORGAN, URL = "云溪县水务局", "http://a.example/1"
TOTAL = "applications.results_total.total"


def _with(report: Report, value: int) -> Report:
    table = report.tables["applications"]
    cells = {**table.cells, TOTAL: Cell(value, str(value))}
    return replace(report, tables={**report.tables, "applications": replace(table, cells=cells)})


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Queries:
    """A total that was wrong on the first night, seen so on the second, and put right by the third."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setenv("NIANBAO_NOW", FIRST.isoformat())
    engine = opened(load())
    ledger = Ledger(engine)
    sound, _ = changed({})

    def night(number: int, value: int, *findings: FindingRecord) -> None:
        at, sha = FIRST + timedelta(days=number), f"{number:064x}"
        run = ledger.begin_run(RunRecord(None, "nightly", "yunling", at))
        report = replace(_with(sound, value), published=date(2024, 1, 20))
        cells = {key: {"value": cell.value, "raw": cell.raw} for key, cell in report.cells.items()}
        record = ReportRecord(ORGAN, 2023, "年度报告", URL, "yunxi", "yunling", sha, at, cells=cells)
        version = version_of(
            report, organ=ORGAN, year=2023, url=URL, sha256=sha, seen=at, rules_version=1, whole=True
        )
        page = PageRecord(URL, "yunxi", sha, at, organ=ORGAN, year=2023)
        ledger.record(run, [PageSeen(page, (), record, findings, version)])

    night(
        0,
        21,
        FindingRecord(
            fingerprint="f" * 16, organ=ORGAN, year=2023, rule="applications-results-total", severity="error",
            verdict="fail", fault="publisher", where=TOTAL, message_zh="合计不符", message_en="wrong total",
            basis_zh="", basis_en="", province="yunling", portal="yunxi", url=URL, archived="0" * 64,
            cells=(TOTAL,), expected=20, found=21,
        ),
    )  # fmt: skip
    again = FIRST + timedelta(days=1)
    ledger.record(ledger.begin_run(RunRecord(None, "nightly", "yunling", again)), [SeenAgain(URL, again)])
    night(2, 20)
    return Queries(engine)


def test_each_version_with_what_it_changed(edited: Queries, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions", "--organ", ORGAN, "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["sha256"], first["edit"]) == ("0" * 64, None)
    assert first["last_seen"] == "2024-02-03T09:00:00+08:00"
    assert second["first_seen"] == "2024-02-04T09:00:00+08:00"
    [cell] = second["edit"]["cells"]
    assert (cell["cell"], cell["before"], cell["after"]) == (TOTAL, 21, 20)
    assert (second["sections"], second["lines_added"]) == ([], [])

    assert main(["versions", "--organ", ORGAN]) == 0
    shown = capsys.readouterr().out
    assert "改动在2024-02-03 09:00与2024-02-04 09:00之间" in shown
    assert "由21改为20" in shown
    assert main(["versions", "--organ", "云溪县某局"]) == 2


def test_history_and_lists_say_what_it_was_fixed_by(
    edited: Queries, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "网页在2024-02-03 09:00与2024-02-04 09:00之间有改动，问题随之消除；"
    assert main(["findings", "--history", "--fingerprint", "ffff"]) == 0
    shown = capsys.readouterr().out
    assert said in shown
    assert "报告的各版本" in shown
    assert main(["findings", "--status", "fixed", "--format", "json"]) == 0
    [finding] = json.loads(capsys.readouterr().out)
    assert finding["ended"]["cause"] == "edited"
    assert said in finding["ended"]["message"]
    assert main(["findings", "--status", "fixed", "--format", "csv", "--output", "out.csv"]) == 0
    assert said in Path("out.csv").read_text(encoding="utf-8-sig")
    step = edited.changes(0)[-1]
    words = told(step.cause, step.repair)
    assert words is not None
    assert words.en.startswith("fixed by an edit of its page between 2024-02-03 09:00 and 2024-02-04 09:00; ")
    assert words.en.endswith("from 21 to 20")


def test_a_section_that_was_reworded_is_named_with_its_lines() -> None:
    report, _ = changed({})
    section = report.sections["overview"]
    other = replace(
        report,
        sections={**report.sections, "overview": replace(section, text=section.text + "另补充一句。")},
        text=report.text + "\n另补充一句。",
    )
    versions = [
        version_of(
            one, organ=ORGAN, year=2023, url=URL, sha256="0" * 64, seen=FIRST, rules_version=1, whole=True
        )
        for one in (report, other)
    ]
    found = prose(versions[0], versions[1])
    assert (found.parts, found.added, found.removed) == (("overview",), ("另补充一句。",), ())


def test_without_a_cause_nothing_is_said() -> None:
    assert told(None, None) is None
    assert told(Cause.EDITED, None) is not None
