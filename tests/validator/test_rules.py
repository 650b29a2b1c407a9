"""Every rule against its cases: <family>.yml beside this file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.validator import RULES, Verdict, check
from crawler.validator.context import Need

HERE = Path(__file__).parent
FAMILIES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(HERE.glob("*.yml"))}
CASES = [(family, case) for family, cases in FAMILIES.items() for case in cases]
UNMET = {Need.ABSENCE, Need.OUTSIDE}
ACCUSES_NOBODY = {"filing-date-unseen"}
"""Rules of which an honest explanation is always left: what they find is uncertain."""
OF_CASE = {"rule", "name", "expect", "findings", "also"}
OF_FINDING = {
    "where",
    "severity",
    "fault",
    "verdict",
    "expected",
    "found",
    "cells",
    "quote",
    "zh",
    "en",
    "basis",
}


@pytest.mark.parametrize(("family", "case"), CASES, ids=[f"{c['rule']}: {c['name']}" for _, c in CASES])
def test_case(family: str, case: dict[str, Any], build: Any) -> None:
    report, context = build.changed({key: value for key, value in case.items() if key not in OF_CASE})
    outcome = check(report, context)
    assert RULES[case["rule"]].family == family
    assert outcome.verdicts[case["rule"]] == case["expect"], [f.message.zh for f in outcome.findings]
    assert set(outcome.rules(Verdict.FAIL)) - {case["rule"]} == set(case.get("also", ()))
    findings = [finding for finding in outcome.findings if finding.rule == case["rule"]]
    expected = case.get("findings", ())
    if case["expect"] in ("pass", "not_applicable"):
        assert not findings
    else:
        assert expected, "a case that finds something says what"
        assert [finding.where for finding in findings] == [wanted["where"] for wanted in expected]
    for finding, wanted in zip(findings, expected, strict=True):
        assert set(wanted) <= OF_FINDING
        for name in set(wanted) - {"zh", "en", "basis"}:
            value = getattr(finding, name)
            told = list(value) if name == "cells" else float(value) if isinstance(value, Decimal) else value
            assert told == wanted[name], name
        for language in {"zh", "en"} & set(wanted):
            assert wanted[language] in getattr(finding.message, language)
        if "basis" in wanted:
            assert wanted["basis"] in finding.basis.zh


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_that_passes_and_one_that_fails(rule: str) -> None:
    verdicts = {case["expect"] for _, case in CASES if case["rule"] == rule}
    if UNMET.isdisjoint(RULES[rule].needs):
        assert {"pass", "uncertain" if rule in ACCUSES_NOBODY else "fail"} <= verdicts
        assert rule not in ACCUSES_NOBODY or "fail" not in verdicts
    else:  # no report can show it: see tests/crawler/test_obligations.py for what is absent
        assert verdicts <= {"not_applicable"}


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021, 2025])
def test_a_sound_report_has_no_finding(build: Any, year: int) -> None:
    outcome = check(build.sound(year), build.context(web_page=True))
    assert [(finding.rule, finding.message.zh) for finding in outcome.findings] == []
    assert set(outcome.verdicts) == set(RULES)
    assert Verdict.PASS in outcome.verdicts.values()


def test_before_2019_the_rules_of_the_forms_do_not_apply(build: Any) -> None:
    verdicts = check(build.sound(2018), build.context()).verdicts
    unified = {rule.id for rule in RULES.values() if "legacy" not in rule.forms}
    assert {"applications-balance", "table-missing", "fee-statement-missing", "cell-blank"} <= unified
    assert {verdicts[rule] for rule in unified} == {Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize(("family", "case"), CASES, ids=[f"{c['rule']}: {c['name']}" for _, c in CASES])
def test_no_two_findings_of_a_rule_share_a_place(family: str, case: dict[str, Any], build: Any) -> None:
    report, context = build.changed({key: value for key, value in case.items() if key not in OF_CASE})
    places = [(finding.rule, finding.where) for finding in check(report, context).findings]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_card_in_both_languages(rule: str) -> None:
    card = RULES[rule]
    assert card.id == rule
    for chinese in (card.title.zh, card.norm.zh, card.basis.zh):
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    for english in (card.title.en, card.norm.en, card.basis.en):
        assert english.strip()
    assert card.norm.en.endswith(".")
