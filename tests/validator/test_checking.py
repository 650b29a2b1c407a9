"""How rules are run: each once, none able to stop the others, none judging what it cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from crawler.report.model import Bilingual, Report, TableState
from crawler.rulebook import policy
from crawler.validator import RULES, Context, Fault, Severity, Verdict, check, fingerprint
from crawler.validator.basis import PRACTICE
from crawler.validator.policy import Grade, Policy, Ruling
from crawler.validator.rule import NOT_APPLICABLE, NotApplicable, Statement, fail, rule, shorten, uncertain


@rule("gives-up", title_zh="出错", norm_zh="规则出错", basis=PRACTICE)
def gives_up(report: Report, context: Context) -> Iterator[Statement | NotApplicable]:
    """The rule breaks down after its first statement."""
    yield fail("text", "先说一句", "One statement first")
    raise ZeroDivisionError("secret detail")


@rule("finds", title_zh="有问题", norm_zh="规则有所发现", basis=PRACTICE)
def finds(report: Report, context: Context) -> Iterator[Statement | NotApplicable]:
    """The rule finds something it is sure of and something it is not."""
    yield NOT_APPLICABLE
    yield uncertain("title", "不确定", "Uncertain")
    yield fail("text", "确定", "Certain", case="lesser", basis=Bilingual("另据", "Other basis"))


@rule(
    "silent",
    title_zh="无话",
    norm_zh="规则无话可说",
    basis=PRACTICE,
    forms=("2021",),
)
def silent(report: Report, context: Context) -> Iterator[Statement | NotApplicable]:
    """The rule has nothing to say."""
    yield from ()


MINE = {each.id: each for each in (gives_up, finds, silent)}
RULINGS = {
    "gives-up": Ruling(Severity.ERROR),
    "finds": Ruling(Severity.WARNING, (Grade(Severity.INFO, case="lesser"),)),
    "silent": Ruling(Severity.WARNING),
}
CONTEXT = Context(Policy(RULINGS))


def test_a_rule_that_breaks_down_is_uncertain_and_stops_none_of_the_others(build: Any) -> None:
    outcome = check(build.sound(2023), CONTEXT, MINE)
    assert dict(outcome.verdicts) == {
        "gives-up": Verdict.UNCERTAIN,
        "finds": Verdict.FAIL,
        "silent": Verdict.PASS,
    }
    broken, unsure, sure = outcome.findings
    assert (broken.rule, broken.verdict, broken.fault) == ("gives-up", Verdict.UNCERTAIN, Fault.EXTRACTION)
    assert "ZeroDivisionError" in broken.message.zh
    assert "ZeroDivisionError" in broken.message.en
    assert "secret" not in broken.message.en
    assert (unsure.verdict, unsure.severity, unsure.basis) == (Verdict.UNCERTAIN, Severity.WARNING, PRACTICE)
    assert (sure.severity, sure.basis.en) == (Severity.INFO, "Other basis")


def test_a_rule_is_labelled_and_nothing_else() -> None:
    assert finds.norm == Bilingual(
        "规则有所发现", "The rule finds something it is sure of and something it is not."
    )
    assert finds.title == Bilingual("有问题", "Finds")
    assert finds.family == "test_checking"


@pytest.mark.parametrize(
    ("year", "verdict"),
    [
        (2018, Verdict.NOT_APPLICABLE),
        (2020, Verdict.NOT_APPLICABLE),
        (2021, Verdict.PASS),
        (None, Verdict.PASS),
    ],
)
def test_the_year_decides_which_rules_apply(build: Any, year: int | None, verdict: Verdict) -> None:
    report = replace(build.sound(2023), year=year)  # without a year, the form that is printed
    assert check(report, CONTEXT, MINE).verdicts["silent"] is verdict


def test_without_year_and_form_the_rules_of_the_forms_are_uncertain(build: Any) -> None:
    report = replace(build.sound(2023), year=None, form=None, title="政府信息公开工作年度报告")
    outcome = check(report, Context(policy()))
    for each in RULES.values():
        if "legacy" not in each.forms and not each.needs:
            assert outcome.verdicts[each.id] is Verdict.UNCERTAIN
    assert {"title-year-missing", "title-nonstandard"} == set(outcome.rules(Verdict.FAIL))


def test_findings_come_in_the_order_of_the_registry_damage_before_arithmetic(build: Any) -> None:
    report, context = build.changed(
        {
            "tables": {
                "applications": {
                    "state": "damaged",
                    "damages": [["columns_unknown", "applications"]],
                    "without": ["carried_out"],
                }
            },
            "set": {"title": "云溪县水务局2023年政务公开年度报告"},
        }
    )
    rules = list(dict.fromkeys(finding.rule for finding in check(report, context).findings))
    order = list(RULES)
    assert rules == sorted(rules, key=order.index)
    assert rules.index("table-damaged") < rules.index("applications-balance")


def test_pictures_accuse_nobody(build: Any) -> None:
    report = build.sound(2023)
    tables = {
        key: replace(t, state=TableState.IMAGE, cells={}, form=None) for key, t in report.tables.items()
    }
    outcome = check(replace(report, tables=tables), Context(policy()))
    assert outcome.rules(Verdict.FAIL) == ("table-as-image",)
    for each in RULES.values():
        if each.family == "arithmetic" and "2021" in each.forms:
            assert outcome.verdicts[each.id] is Verdict.UNCERTAIN


def test_a_fingerprint_is_made_of_organ_year_rule_and_place_alone() -> None:
    one = fingerprint("云溪县水务局", 2023, "applications-balance", "applications.total")
    assert len(one) == 16
    assert int(one, 16) >= 0
    assert one == fingerprint("云溪县水务局", 2023, "applications-balance", "applications.total")
    others = {
        fingerprint("云溪县水利局", 2023, "applications-balance", "applications.total"),
        fingerprint("云溪县水务局", 2022, "applications-balance", "applications.total"),
        fingerprint("云溪县水务局", 2023, "applications-row-total", "applications.total"),
        fingerprint("云溪县水务局", 2023, "applications-balance", "applications.business"),
        fingerprint("云溪县水务局", None, "applications-balance", "applications.total"),
    }
    assert len(others | {one}) == 6


def test_quotes_are_one_line_and_bounded() -> None:
    assert shorten("一行\n 另一行") == "一行 另一行"
    assert len(shorten("长" * 500)) == 120
