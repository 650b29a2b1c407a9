"""What `nianbao check` writes for people: folding, order, counts, and how it sits on a terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from rich.cells import cell_len

from crawler.commands import note
from crawler.commands.check import Options, check_all
from crawler.console import Screen
from crawler.demo.defects import plant
from crawler.demo.pages import html_page
from crawler.demo.writer import ReportSpec, compose
from crawler.export.entry import FindingEntry, ReportEntry
from crawler.report.model import Kind, Number

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def sound() -> ReportSpec:
    """A faultless report of an invented department."""
    return compose("棠港区水务局", Kind.DEPARTMENT, 2023, seed=7)


def checked(spec: ReportSpec, lang: str = "zh") -> ReportEntry:
    Path("r.html").write_bytes(html_page(spec))
    [report] = check_all(["r.html"], Options(lang=lang)).reports
    return report


def with_cells(spec: ReportSpec, cells: Mapping[str, Number]) -> ReportSpec:
    return replace(spec, cells=MappingProxyType({**spec.cells, **cells}))


def written(report: ReportEntry, lang: str = "zh") -> list[str]:
    out = io.StringIO()
    note.write(Screen(lang=lang, out=out), report)
    return out.getvalue().splitlines()


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def on_terminal(report: ReportEntry, width: int, monkeypatch: pytest.MonkeyPatch, lang: str = "zh") -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    note.write(Screen(lang=lang, out=out), report)
    return out.getvalue()


def finding(rule: str, where: str, **given: Any) -> FindingEntry:
    entry: dict[str, Any] = {
        "rule": rule,
        "severity": "error",
        "verdict": "fail",
        "fault": "publisher",
        "where": where,
        "cells": [],
        "expected": None,
        "found": None,
        "message": f"{rule}有问题",
        "quote": "",
        "basis": "",
        "fingerprint": f"{rule}@{where}",
    }
    return entry | given  # type: ignore[return-value]


def entry_of(*findings: FindingEntry, **given: Any) -> ReportEntry:
    entry: dict[str, Any] = {
        "source": "r.html",
        "title": "棠港区水务局2023年政府信息公开工作年度报告",
        "organ": "棠港区水务局",
        "year": 2023,
        "form": "2021",
        "published": None,
        "published_from": None,
        "tables": {},
        "rules": {"fail": [], "pass": [], "uncertain": [], "not_applicable": []},
        "reasons": {},
        "findings": list(findings),
    }
    return entry | given  # type: ignore[return-value]


def test_one_wrong_cell_is_one_error_with_its_sums_below(sound: ReportSpec) -> None:
    cell = "applications.results_total.natural_person"
    right = sound.cells[cell]
    lines = written(checked(plant(sound, "unbalanced-applications")))
    assert any(line.startswith("结论：有错误。错误1处") for line in lines)
    at = lines.index("三、收到和处理政府信息公开申请情况")
    assert lines[at + 1] == (
        f"  错误 表三 · （七）总计 · 自然人：很可能应为{right}，表中为{right + 3}：改正后，"
        "受影响的3处数量关系全部成立  [cell-likely-culprit]"
    )
    below = lines[at + 2 : at + 5]
    assert [line[:12] for line in below] == ["       - 表三 "] * 3
    assert [line.rpartition("[")[2] for line in below] == [
        "applications-balance]",
        "applications-results-total]",
        "applications-row-total]",
    ]
    assert lines[at + 5] == ""


def test_a_report_without_findings_is_not_congratulated() -> None:
    lines = written(entry_of(rules={"pass": ["a"], "fail": [], "uncertain": [], "not_applicable": []}))
    assert "结论：未发现错误" in lines
    assert "核对情况：通过1条，不符0条，未能判断0条，未核对0条" in lines
    assert lines[-1].startswith("通过不等于认可")


def test_what_was_not_checked_is_counted_by_reason() -> None:
    report = entry_of(
        rules={"fail": [], "pass": [], "uncertain": [], "not_applicable": ["a", "b", "c"]},
        reasons={"a": "需要其他机关的报告", "b": "需要上一年度的报告", "c": "需要上一年度的报告"},
    )
    lines = written(report)
    at = lines.index("核对情况：通过0条，不符0条，未能判断0条，未核对3条")
    assert lines[at + 1 : at + 3] == [
        "  - 2条：需要上一年度的报告（--previous）",
        "  - 1条：需要其他机关的报告",
    ]


def test_findings_stand_in_the_order_of_the_report_and_the_worst_first() -> None:
    report = entry_of(
        finding("in-four", "disputes.review"),
        finding("in-three", "applications.granted", severity="info"),
        finding("worse", "sections.applications", severity="critical"),
        finding("of-nothing-known", "somewhere"),
        finding("late", "filing", severity="warning"),
        finding("called", "title"),
        finding("in-text", "text"),
    )
    lines = written(report)
    told = [line.rpartition("[")[2].rstrip("]") for line in lines if "[" in line]
    assert told == ["called", "late", "worse", "in-three", "in-four", "in-text", "of-nothing-known"]
    assert "结论：有错误。严重1处，错误4处，警告1处，提示1处" in lines


def test_five_alike_are_told_and_the_rest_counted() -> None:
    rows = ("new_received", "carried_in", "granted", "partly_granted", "results_total", "carried_out")
    alike = [finding("applications-row-total", f"applications.{row}") for row in rows]
    lines = written(entry_of(*alike, finding("other", "applications")))
    assert sum("applications-row-total有问题" in line for line in lines) == 5
    assert "  另有1处  [applications-row-total]" in lines
    assert "结论：有错误。错误7处" in lines
    assert not any("另有" in line for line in written(entry_of(*alike[:5])))


def test_a_part_above_its_total_is_told_with_its_sum() -> None:
    same = [
        finding(rule, "applications.granted")
        for rule in ("applications-row-total", "applications-impossible-part")
    ]
    alone = finding("applications-impossible-part", "applications.carried_in")
    lines = [line for line in written(entry_of(*same, alone)) if line.startswith("  错误")]
    assert [line.rpartition("  ")[2] for line in lines] == [
        "[applications-row-total、applications-impossible-part]",
        "[applications-impossible-part]",
    ]


def test_a_finding_whose_cause_is_not_there_is_told_all_the_same() -> None:
    lines = written(entry_of(finding("orphan", "applications.total", group="0000000000000000")))
    assert any("orphan有问题" in line for line in lines)
    assert "结论：有错误。错误1处" in lines


def test_doubts_stand_apart_one_line_a_cause() -> None:
    doubt = {"verdict": "uncertain", "fault": "unknown"}
    report = entry_of(
        finding(
            "a", "applications", cells=["applications.granted.total"], message="表三有1格未读出", **doubt
        ),
        finding("b", "applications", cells=["1", "2"], message="表三有2格未读出", **doubt),
        finding("c", "applications", message="表三有几格未读出", **doubt),
        finding("d", "applications.granted", message="表三有一行未读出", **doubt),
        finding("e", "text", message="看不出来", **doubt),
        finding("f", "text", message="也看不出来", **doubt),
    )
    lines = written(report)
    at = lines.index("未能判断，须人工核对")
    assert lines[at + 1 : at + 5] == [
        "  - 表三有2格未读出  [b、a、c等4条]",
        "  - 看不出来  [e]",
        "  - 也看不出来  [f]",
        "",
    ]
    assert "结论：未发现错误，另有6处未能判断" in lines


def test_whose_fault_it_is_is_said_where_it_is_not_the_publishers() -> None:
    lines = written(entry_of(finding("a", "text", fault="unknown"), finding("b", "text", fault="extraction")))
    assert "  错误 a有问题（可能是读取有误，须对照原件）  [a]" in lines
    assert "  错误 b有问题（读取所致，不是报告的问题）  [b]" in lines


def test_the_sentence_of_the_report_is_quoted_once() -> None:
    quoted = finding("a", "text", quote="全年收到申请三件。")
    lines = written(entry_of(quoted, finding("b", "text", quote="共办理", message="正文称“共办理”")))
    assert lines[lines.index("  错误 a有问题  [a]") + 1] == "       原文：全年收到申请三件。"
    assert sum("原文" in line for line in lines) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [64, 80, 120])
def test_on_a_terminal_no_line_is_wider_and_nothing_is_lost(
    sound: ReportSpec, width: int, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = checked(plant(sound, "unbalanced-applications"), lang)
    shown = on_terminal(report, width, monkeypatch, lang)
    plain = _COLOURS.sub("", shown)
    assert shown != plain
    assert max(cell_len(line) for line in plain.splitlines()) <= width
    in_pipe = "".join(written(report, lang))
    bare = [re.sub(r"[\s\[\]]", "", text) for text in (plain, in_pipe)]
    assert bare[0] == bare[1]


def test_what_a_hostile_report_says_moves_no_cursor() -> None:
    report = entry_of(finding("a", "text", quote="甲\x1b[2J\u202e乙"), title="\x1b[31m题")
    shown = "\n".join(written(report))
    assert not set(shown) & {"\x1b", "\u202e"}
