"""What rests on guesswork is never held against a publisher, whatever the rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.report.model import Cell, Report, TableState
from crawler.rulebook import policy
from crawler.validator import RULES, Context, Fault, Finding, Verdict, check
from crawler.validator.context import Need

HERE = Path(__file__).parent
CASES = [case for path in sorted(HERE.glob("*.yml")) for case in yaml.safe_load(path.read_text("utf-8"))]
OF_CASE = {"rule", "name", "expect", "findings", "also"}
IDS = [f"{case['rule']}: {case['name']}" for case in CASES]
BY_CELLS = ("arithmetic", "tables")
COMPARING = {rule.id for rule in RULES.values() if {Need.PREVIOUS, Need.HISTORY} & set(rule.needs)}
"""Rules that hold two readings against each other: where one is doubtful they may find less, never more."""


def built(case: dict[str, Any], build: Any) -> tuple[Report, Context]:
    report, context = build.changed({key: value for key, value in case.items() if key not in OF_CASE})
    return report, context


def with_cells(report: Report, **fields: object) -> Report:
    tables = {
        key: replace(table, cells={place: cell._replace(**fields) for place, cell in table.cells.items()})
        for key, table in report.tables.items()
    }
    return replace(report, tables=tables)


def publishers(report: Report, context: Context) -> list[Finding]:
    return [finding for finding in check(report, context).findings if finding.fault is Fault.PUBLISHER]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_recognised_report_accuses_nobody(case: dict[str, Any], build: Any) -> None:
    report, context = built(case, build)
    recognised = replace(with_cells(report, confidence=0.99), recognised=True)
    assert publishers(recognised, context) == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_doubt_changes_whose_fault_it_is_and_nothing_else(case: dict[str, Any], build: Any) -> None:
    report, context = built(case, build)
    recognised = replace(with_cells(report, confidence=0.99), recognised=True)
    sure, doubted = check(report, context), check(recognised, context)
    same = {rule: verdict for rule, verdict in sure.verdicts.items() if rule not in COMPARING}
    assert {rule: doubted.verdicts[rule] for rule in same} == same
    assert [(f.rule, f.where, f.message) for f in doubted.findings if f.rule in same] == [
        (f.rule, f.where, f.message) for f in sure.findings if f.rule in same
    ]
    assert set(doubted.rules(Verdict.FAIL)) <= set(sure.rules(Verdict.FAIL))


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_figures_that_were_not_recognised_keep_their_fault(case: dict[str, Any], build: Any) -> None:
    """The prose of a scanned cover says nothing against the cells of a spreadsheet."""
    report, context = built(case, build)

    def of_cells(findings: list[Finding]) -> list[tuple[str, str]]:
        return [(f.rule, f.where) for f in findings if f.cells and RULES[f.rule].family in BY_CELLS]

    sure = publishers(report, context)
    doubted = publishers(replace(report, recognised=True), context)
    assert of_cells(doubted) == of_cells(sure)
    assert [f for f in doubted if not f.cells] == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_of_a_report_read_in_part_nothing_is_lacking(case: dict[str, Any], build: Any) -> None:
    report, context = built(case, build)
    in_part = replace(context, partial=True)
    found = {(f.rule, f.where) for f in publishers(report, in_part)}
    assert {rule for rule, _ in found if RULES[rule].lacking} == set()
    sure = {(f.rule, f.where) for f in publishers(report, context) if not RULES[f.rule].lacking}
    assert found <= sure
    # a change from last year may be explained in the rest
    unsure = {(f.rule, f.where) for f in check(report, in_part).findings if f.verdict is Verdict.UNCERTAIN}
    assert sure - found <= unsure
    assert {rule for rule, _ in sure - found} <= COMPARING | {"unit-suspect-fee"}


def wrong_sum(build: Any, **cell: object) -> Report:
    report, _ = build.changed({"cells": {"disputes.review.total": cell} if cell else {}})
    return report


def found(report: Report, rule: str) -> list[tuple[Verdict, Fault]]:
    return [(f.verdict, f.fault) for f in check(report, Context(policy())).findings if f.rule == rule]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ({"value": 4, "raw": "4"}, Fault.PUBLISHER),
        ({"value": 4, "raw": "4", "confidence": 0.98}, Fault.UNKNOWN),
        ({"value": 4, "raw": "4", "by_position": True}, Fault.UNKNOWN),
    ],
)
def test_one_doubtful_part_makes_a_sum_doubtful(build: Any, cell: dict[str, object], fault: Fault) -> None:
    assert found(wrong_sum(build, **cell), "disputes-total") == [(Verdict.FAIL, fault)]


def test_a_sum_beside_a_doubtful_row_is_not_doubtful(build: Any) -> None:
    report, _ = build.changed(
        {"cells": {"disputes.review.total": 4, "disputes.litigation_direct.total": {"confidence": 0.5}}}
    )
    assert found(report, "disputes-total") == [(Verdict.FAIL, Fault.PUBLISHER)]


def test_an_empty_cell_among_recognised_ones_proves_nothing(build: Any) -> None:
    """Where nothing was recognised, a thin digit may have been overlooked."""
    report = build.sound()
    table = report.tables["disputes"]
    cells = {key: cell._replace(confidence=0.9) for key, cell in table.cells.items()}
    cells["disputes.review.upheld"] = Cell(None, "")
    tables = {**report.tables, "disputes": replace(table, cells=cells, state=TableState.PARTIAL)}
    assert found(replace(report, tables=tables), "cell-blank") == [(Verdict.FAIL, Fault.UNKNOWN)]


def test_prose_of_a_scanned_cover_proves_nothing_against_figures_that_were_typed(build: Any) -> None:
    report, _ = build.changed(
        {"add_text": "2023年共收到政府信息公开申请6件。", "cells": {"disputes.review.total": 4}}
    )
    scanned = replace(report, recognised=True)
    assert found(report, "narrative-new-received") == [(Verdict.FAIL, Fault.PUBLISHER)]
    assert found(scanned, "narrative-new-received") == [(Verdict.FAIL, Fault.UNKNOWN)]
    assert found(scanned, "disputes-total") == [(Verdict.FAIL, Fault.PUBLISHER)]
