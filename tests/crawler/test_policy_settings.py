"""What a person's settings change in the table of rules and due dates, and what they may not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler import config
from crawler.cli import main
from crawler.report.deadlines import Deadlines
from crawler.report.model import Kind
from crawler.rulebook import RuleBookError, policy
from crawler.validator.finding import Severity


def graded(changes: dict[str, Any], day: date | None, rule: str = "title-nonstandard") -> Severity:
    return policy(changes, day).severity(rule, None, Kind.DEPARTMENT, 2023)


SOFT_START = {
    "title-nonstandard": {
        "severity": "error",
        "grades": [{"severity": "warning", "until": date(2027, 3, 31)}],
    }
}


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (date(2026, 11, 22), Severity.WARNING),
        (date(2027, 3, 31), Severity.WARNING),
        (date(2027, 4, 1), Severity.ERROR),
        (None, Severity.ERROR),
    ],
)
def test_a_soft_start_holds_up_to_and_with_its_day(day: date | None, severity: Severity) -> None:
    assert graded(SOFT_START, day) is severity


def test_a_change_replaces_what_it_names_and_no_more() -> None:
    changed = policy({"overview-too-short": {"limits": {"characters": 50}}})
    assert changed.limit("overview-too-short", "characters") == 50
    assert changed.rulings["overview-too-short"].severity is Severity.INFO
    assert changed.limit("problems-empty", "characters") == policy().limit("problems-empty", "characters")


def test_a_severity_without_grades_takes_the_projects_grades_away() -> None:
    assert policy().severity("filing-late", None, Kind.TOWNSHIP, 2023) is Severity.WARNING
    strict = policy({"filing-late": {"severity": "error"}})
    assert strict.severity("filing-late", None, Kind.TOWNSHIP, 2023) is Severity.ERROR


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"filing-laet": {}}, "[rules.filing-laet]: there is no such rule"),
        ({"filing-late": {"severity": "fatal"}}, "[rules.filing-late] severity: Input should be"),
        ({"filing-late": {"sevrity": "info"}}, "[rules.filing-late] sevrity: there is no such entry"),
        (
            {"filing-late": {"years": "2021-2023"}},
            "[rules.filing-late] years: years are written",
        ),
        ({"filing-late": {"years": "2023..2021"}}, "[rules.filing-late] years: years are written"),
        (
            {"filing-late": {"grades": [{"severity": "info", "case": "locale"}]}},
            "[rules.filing-late] grades: no such case: locale (there are: calendar-unknown,",
        ),
        (
            {"filing-date-missing": {"grades": [{"severity": "info", "case": "x"}]}},
            "[rules.filing-date-missing] grades: no such case: x (there are: -)",
        ),
        ({"filing-late": {"grades": 3}}, "[rules.filing-late] grades"),
        ({"overview-too-short": {"limits": {"characters": True}}}, "[rules.overview-too-short] limits"),
        (
            {"filing-late": {"grades": [{"severity": "info", "kinds": ["town"]}]}},
            "[rules.filing-late] grades.0",
        ),
        (
            {"overview-too-short": {"limits": {"words": 3}}},
            "[rules.overview-too-short] limits: no such limit: words",
        ),
        (
            {"overview-too-short": {"limits": {"characters": float("nan")}}},
            "[rules.overview-too-short] limits",
        ),
        ({"overview-too-short": {"limits": {"characters": -1}}}, "[rules.overview-too-short] limits"),
        ({"filing-late": "off"}, "[rules.filing-late]: a table is wanted"),
    ],
)
def test_what_is_wrong_is_one_clear_line(changes: Any, said: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        policy(changes)
    assert str(caught.value).startswith(said)
    assert caught.value.zh.startswith(said.partition(" ")[0].rstrip(":"))
    assert "\n" not in caught.value.zh + caught.value.en


@pytest.mark.parametrize(
    "text", ["3-31", "03-32", "02-29", "13-01", "2024-03-31", "三月", "W05-1", "０３-３１"]
)
def test_a_due_day_is_month_and_day(text: str) -> None:
    with pytest.raises(RuleBookError, match=r"^\[deadlines\] township: month and day"):
        policy(days={"township": text})


@pytest.mark.parametrize("kind", ["department", "government", "government_office", "authorised", "town"])
def test_only_days_that_the_regulation_leaves_open_can_be_set(kind: str) -> None:
    with pytest.raises(RuleBookError, match=rf"^\[deadlines\] {kind}: only those of street, township, zone"):
        policy(days={kind: "03-31"})


def test_a_due_day_that_is_set_holds() -> None:
    deadlines = policy(days={"township": "03-31"}).deadlines
    assert deadlines.due(Kind.TOWNSHIP, 2023).day == date(2024, 3, 31)
    assert deadlines.due(Kind.STREET, 2023).day == date(2024, 1, 31)


def test_every_local_day_on_record_lies_after_its_year_and_names_its_source() -> None:
    notices = policy().deadlines.notices
    assert {(n.region, n.year, n.day, n.below) for n in notices} == {
        ("431200", 2021, date(2022, 1, 28), False),
        ("431200", 2021, date(2022, 2, 20), True),
    }
    assert all("通知" in notice.source.zh and notice.day.year == notice.year + 1 for notice in notices)
    assert Deadlines().notices == ()


# --- from the settings to the command ---------------------------------------------------------------------

REPORT = """云溪县水务局2023年政府信息公开工作总结
一、总体情况
本年度工作平稳。
二、主动公开政府信息情况
无
"""


@pytest.fixture
def report() -> str:
    Path("report.txt").write_text(REPORT, encoding="utf-8")
    return "report.txt"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main(["--lang", "en", "check", "--format", "json", *arguments])
    told = capsys.readouterr()
    return code, json.loads(told.out) if told.out else None, told.err


def severities(told: Any, rule: str) -> set[str]:
    return {f["severity"] for f in told["reports"][0]["findings"] if f["rule"] == rule}


def test_check_uses_the_table_as_the_file_changes_it(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, before, _ = answer(capsys, report)
    assert severities(before, "title-called-work-report") == {"warning"}
    Path("nianbao.toml").write_text('[rules.title-called-work-report]\nseverity = "info"\n', encoding="utf-8")
    _, after, _ = answer(capsys, report)
    assert severities(after, "title-called-work-report") == {"info"}


@pytest.mark.parametrize(
    ("now", "severity"), [("2027-03-31T23:59", {"warning"}), ("2027-04-01T00:01", {"error"})]
)
def test_check_takes_the_day_from_the_clock(
    report: str,
    now: str,
    severity: set[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NIANBAO_NOW", now)
    Path("nianbao.toml").write_text(
        '[rules.title-called-work-report]\nseverity = "error"\n'
        'grades = [{severity = "warning", until = 2027-03-31}]\n',
        encoding="utf-8",
    )
    assert severities(answer(capsys, report)[1], "title-called-work-report") == severity


def test_a_rule_that_is_switched_off_is_not_applied(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("nianbao.toml").write_text("[rules.title-called-work-report]\noff = true\n", encoding="utf-8")
    _, told, _ = answer(capsys, report)
    assert "title-called-work-report" in told["reports"][0]["rules"]["not_applicable"]
    assert severities(told, "title-called-work-report") == set()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[rules.no-such]\nseverity = "info"\n', "[rules.no-such]: there is no such rule"),
        ('[deadlines]\ndepartment = "02-28"\n', "[deadlines] department: only those of"),
        ("[deadlines]\ntownship = 331\n", "deadlines.township: Input should be a valid string"),
        ("rules = 3\n", "rules: Input should be a valid dictionary"),
    ],
)
def test_a_wrong_table_is_a_wrong_call(
    report: str, content: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("nianbao.toml").write_text(content, encoding="utf-8")
    code, told, err = answer(capsys, report)
    assert (code, told) == (2, None)
    assert err == f"nianbao: wrong setting: {err.partition('setting: ')[2]}"
    assert said in err
    assert err.count("\n") == 1


def test_the_place_of_the_body_is_a_code(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, report, "--region", "43")[0] == 2
    assert answer(capsys, report, "--region", "990302")[0] == answer(capsys, report)[0]


def test_a_crawl_sees_the_same_table_as_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("nianbao.toml").write_text(
        '[rules.title-nonstandard]\nseverity = "error"\n'
        'grades = [{severity = "warning", until = 2027-03-31}]\n[deadlines]\nzone = "02-28"\n',
        encoding="utf-8",
    )
    child = config.child_environment(config.load())
    Path("nianbao.toml").unlink()
    for name in ("NIANBAO_RULES", "NIANBAO_DEADLINES"):
        monkeypatch.setenv(name, child[name])
    settings = config.load()
    inherited = policy(settings.rules, date(2027, 3, 31), settings.deadlines)
    assert inherited.severity("title-nonstandard", None, None, 2023) is Severity.WARNING
    assert inherited.deadlines.due(Kind.ZONE, 2023).day == date(2024, 2, 28)


def test_the_doctor_tells_what_is_changed_and_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("nianbao.toml").write_text(
        '[rules.contact-missing]\noff = true\n[rules.filing-late]\nseverity = "info"\n'
        '[deadlines]\ntownship = "03-31"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("NIANBAO_RULES", '{"filing-late": {"severity": "error"}}')
    assert main(["--lang", "en", "doctor"]) == 0
    told = capsys.readouterr().out
    assert "contact-missing (off, toml), filing-late (changed, env)" in told
    assert "local due dates township 03-31 (toml)" in told
    monkeypatch.setenv("NIANBAO_RULES", '{"filing-late": {"severity": "fatal"}}')
    assert main(["--lang", "en", "doctor"]) == 1
    assert "broken  rules: [rules.filing-late] severity" in capsys.readouterr().out
