"""Runs every rule over one report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crawler.report.model import Report
from crawler.validator.doubts import Doubts
from crawler.validator.finding import Context, Fault, Finding, Outcome, Verdict
from crawler.validator.generation import generation, printed_form
from crawler.validator.registry import RULES
from crawler.validator.rule import ALL, LEGACY, Rule, Statement, uncertain


def check(report: Report, context: Context, rules: Mapping[str, Rule] = RULES) -> Outcome:
    """What every rule says of `report`. A rule that breaks down is uncertain and stops none of the others."""
    doubts = Doubts(report, context)
    findings: list[Finding] = []
    verdicts: dict[str, Verdict] = {}
    for rule in rules.values():
        verdicts[rule.id], statements = _run(rule, report, context)
        findings += [_finding(rule, statement, doubts) for statement in statements]
    return Outcome(tuple(findings), MappingProxyType(verdicts))


def _run(rule: Rule, report: Report, context: Context) -> tuple[Verdict, list[Statement]]:
    try:
        applies = _applies(rule, report)
        if applies is None:
            # Neither year nor form is known. title-year-missing or the title's absence says so once for all.
            return Verdict.UNCERTAIN, []
        if not applies:
            return Verdict.NOT_APPLICABLE, []
        said = list(rule.body(report, context))
    except Exception as error:
        return Verdict.UNCERTAIN, [_breakdown(error)]
    statements = [statement for statement in said if isinstance(statement, Statement)]
    for verdict in (Verdict.FAIL, Verdict.UNCERTAIN):
        if any(statement.verdict is verdict for statement in statements):
            return verdict, statements
    return (Verdict.NOT_APPLICABLE if said else Verdict.PASS), statements


def _applies(rule: Rule, report: Report) -> bool | None:
    """Whether `rule` applies, None where the report does not tell."""
    if set(rule.forms) == set(ALL):
        return True
    due = generation(report)
    if due is None:
        return None
    if rule.table is not None and due != LEGACY:
        form = printed_form(report, rule.table)
        return form is not None and form.id in rule.forms
    return due in rule.forms


def _breakdown(error: Exception) -> Statement:
    name = type(error).__name__
    return uncertain(
        "rule",
        f"规则执行出错（{name}），本条未能判断",
        f"The rule broke down ({name}) and could not judge",
        fault=Fault.EXTRACTION,
    )


def _finding(rule: Rule, statement: Statement, doubts: Doubts) -> Finding:
    held = statement.fault is not Fault.PUBLISHER or not doubts.touch(rule, statement)
    return Finding(
        rule=rule.id,
        severity=statement.severity or rule.severity,
        verdict=statement.verdict,
        fault=statement.fault if held else Fault.UNKNOWN,
        where=statement.where,
        message=statement.message,
        basis=statement.basis or rule.basis,
        cells=statement.cells,
        expected=statement.expected,
        found=statement.found,
        quote=statement.quote,
    )
