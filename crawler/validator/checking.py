"""Runs every rule over one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from crawler.report.model import Bilingual, Kind, Report
from crawler.validator.body import body_of
from crawler.validator.context import NEEDS, Context
from crawler.validator.doubts import Doubts
from crawler.validator.finding import Fault, Finding, Outcome, Verdict
from crawler.validator.generation import generation, printed_form
from crawler.validator.registry import RULES
from crawler.validator.rule import ALL, LEGACY, NotApplicable, Rule, Statement, uncertain

_SWITCHED_OFF = Bilingual("已在设置中停用", "switched off in the settings")
_OTHER_YEARS = Bilingual("不适用于这一年度的报告", "does not apply to reports of this year")
_NOTHING_TO_JUDGE = Bilingual("报告中没有可据以判断的内容", "the report gives it nothing to judge")
_NO_YEAR = Bilingual("报告年份未能读出", "the report year could not be read")


def check(report: Report, context: Context, rules: Mapping[str, Rule] = RULES) -> Outcome:
    """What every rule says of `report`. A rule that breaks down is uncertain and stops none of the others."""
    doubts = Doubts(report, context)
    body = body_of(report, context)
    kind = None if body is None else body.kind
    findings: list[Finding] = []
    verdicts: dict[str, Verdict] = {}
    reasons: dict[str, Bilingual] = {}
    causes: dict[tuple[str, str], str] = {}
    for rule in rules.values():
        verdicts[rule.id], statements, reason = _run(rule, report, context)
        if reason is not None:
            reasons[rule.id] = reason
        for statement in statements:
            findings.append(_finding(rule, statement, doubts, context, kind, report.year))
            causes |= dict.fromkeys(statement.explains, statement.where)
    grouped = [replace(found, group=causes.get((found.rule, found.where))) for found in findings]
    return Outcome(tuple(grouped), MappingProxyType(verdicts), MappingProxyType(reasons))


def _run(rule: Rule, report: Report, context: Context) -> tuple[Verdict, list[Statement], Bilingual | None]:
    """The verdict of one rule, what it states, and why it could not be applied where it was not."""
    try:
        reason = _kept_from(rule, report, context)
        if reason is not None:
            return Verdict.NOT_APPLICABLE, [], reason
        applies = _applies(rule, report)
        if applies is None:
            # Neither year nor form is known. title-year-missing or the title's absence says so once for all.
            return Verdict.UNCERTAIN, [], _NO_YEAR
        if not applies:
            return Verdict.NOT_APPLICABLE, [], _OTHER_YEARS
        said = list(rule.body(report, context))
    except Exception as error:
        return Verdict.UNCERTAIN, [_breakdown(error)], None
    statements = [statement for statement in said if isinstance(statement, Statement)]
    for verdict in (Verdict.FAIL, Verdict.UNCERTAIN):
        if any(statement.verdict is verdict for statement in statements):
            return verdict, statements, None
    if said:
        reasons = (mark.reason for mark in said if isinstance(mark, NotApplicable) and mark.reason)
        return Verdict.NOT_APPLICABLE, statements, next(reasons, _NOTHING_TO_JUDGE)
    return Verdict.PASS, statements, None


def _kept_from(rule: Rule, report: Report, context: Context) -> Bilingual | None:
    """Why the rule is not to be applied, whatever the report says."""
    ruling = context.policy.rulings[rule.id]
    if ruling.off:
        return _SWITCHED_OFF
    lacking = next((need for need in rule.needs if not context.has(need)), None)
    if lacking is not None:
        return NEEDS[lacking]
    if ruling.years is not None and report.year is not None and report.year not in ruling.years:
        return _OTHER_YEARS
    return None


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


def _finding(
    rule: Rule, statement: Statement, doubts: Doubts, context: Context, kind: Kind | None, year: int | None
) -> Finding:
    held = statement.fault is not Fault.PUBLISHER or not doubts.touch(rule, statement)
    return Finding(
        rule=rule.id,
        severity=context.policy.severity(rule.id, statement.case, kind, year),
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
