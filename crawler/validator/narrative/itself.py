"""What the prose says against itself, and what it does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.report.model import Bilingual, Report
from crawler.report.narrative import Claim, Subject
from crawler.validator.basis import CONSISTENCY, LOGIC
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.labels import figure, named
from crawler.validator.narrative.measures import (
    CARRIED_OUT,
    LITIGATION,
    MEASURES,
    NEW,
    REVIEW,
    Statements,
    total,
    unread,
)
from crawler.validator.reading import fold, prose_unreadable
from crawler.validator.rule import NOT_APPLICABLE, UNIFIED, Statement, fail, rule, shorten, uncertain

_SHOWN = 40
_ELSEWHERE = {
    Subject.FEE_PAID: ("sections.other_matters", Bilingual("收取信息处理费", "fees collected")),
    Subject.FEE_NOTICES: ("text", Bilingual("发出收费通知", "notices to pay")),
    Subject.DOCUMENTS_ISSUED: (
        "disclosure.normative_documents.issued",
        Bilingual("制发规范性文件", "normative documents issued"),
    ),
    Subject.DOCUMENTS_IN_FORCE: (
        "disclosure.normative_documents.in_force",
        Bilingual("现行有效规范性文件", "normative documents in force"),
    ),
}
"""Subjects that no single cell holds whatever the form."""
_MANY_SENSES = frozenset({Subject.HANDLED, Subject.CONCLUDED, Subject.IN_HAND})
"""Told of different things in honest reports."""


@rule(
    "narrative-self-conflict",
    title_zh="正文自相矛盾",
    norm_zh="正文对同一事项所称的数字前后一致",
    basis=CONSISTENCY,
)
def narrative_self_conflict(report: Report, _context: Context) -> Statements:
    """The prose tells one number for one thing."""
    groups: dict[tuple[Subject, str], list[Claim]] = {}
    for claim in report.narrative.claims:
        if not claim.ambiguous and claim.subject not in _MANY_SENSES:
            groups.setdefault((claim.subject, claim.channel), []).append(claim)
    if not groups:
        yield NOT_APPLICABLE
    said: set[str] = set()
    for (subject, channel), claims in groups.items():
        first = claims[0]
        other = next((c for c in claims if (c.number or 0) != (first.number or 0)), None)
        where, name = _place(subject, channel)
        if other is not None and where not in said:
            said.add(where)
            yield _conflict(where, name, first, other)


def _place(subject: Subject, channel: str) -> tuple[str, Bilingual]:
    if subject is Subject.PUBLISHED:
        return "text", Bilingual(f"公开信息（{channel}）", f"information published ({channel})")
    if subject in MEASURES:
        return MEASURES[subject].where, MEASURES[subject].subject
    return _ELSEWHERE.get(subject, ("text", Bilingual("同一事项", "one thing")))


def _conflict(where: str, name: Bilingual, first: Claim, other: Claim) -> Statement:
    one, two = figure(first.number or 0), figure(other.number or 0)
    here, there = shorten(first.quote, _SHOWN), shorten(other.quote, _SHOWN)
    return fail(
        where,
        f"正文对{name.zh}说法不一：{one}（“{here}”）与{two}（“{there}”）",
        f"The prose tells two numbers of {name.en}: {one} (“{here}”) and {two} (“{there}”)",
        expected=first.number or 0,
        found=other.number or 0,
        quote=other.quote,
    )


_FULL = 100


@rule(
    "narrative-rate-impossible",
    title_zh="正文比率异常",
    norm_zh="答复率、办结率等不超过100%；有结转下年度的，申请办结率不为100%",
    basis=LOGIC,
    forms=UNIFIED,
)
def narrative_rate_impossible(report: Report, _context: Context) -> Statements:
    """No such rate exceeds 100 %, and not all requests are concluded where some are carried over."""
    rates = report.narrative.rates
    if not rates:
        yield NOT_APPLICABLE
    above = next((rate for rate in rates if rate.percent > _FULL), None)
    if above is not None:
        yield fail(
            "text",
            f"正文称{above.name}为{above.percent}%，超过100%（“{shorten(above.quote, _SHOWN)}”）",
            f"The prose tells a rate ({above.name}) of {above.percent} %, above 100 % "
            f"(“{shorten(above.quote, _SHOWN)}”)",
            found=above.percent,
            quote=above.quote,
        )
    complete = next((rate for rate in rates if rate.concluded and rate.percent == _FULL), None)
    left = total(report, (CARRIED_OUT,))
    if complete is not None and left is None:
        label = named((CARRIED_OUT,))
        yield uncertain(
            CARRIED_OUT,
            f"{label.zh}未能读出，无法核对正文所称{complete.name}100%",
            f"{label.en} could not be read, so the rate of 100 % was not checked",
            cells=(CARRIED_OUT,),
            quote=complete.quote,
        )
    elif complete is not None and left:
        yield fail(
            CARRIED_OUT,
            f"正文称{complete.name}100%（“{shorten(complete.quote, _SHOWN)}”），"
            f"表三“结转下年度继续办理”为{figure(left)}件",
            f"The prose says that all requests were concluded (“{shorten(complete.quote, _SHOWN)}”), "
            f"table three shows {figure(left)} carried over",
            cells=(CARRIED_OUT,),
            found=left,
            quote=complete.quote,
        )


class _Matter(NamedTuple):
    where: str
    cells: tuple[str, ...]
    name: Bilingual
    words: re.Pattern[str]


_MATTERS = (
    _Matter(NEW, (NEW,), Bilingual("政府信息公开申请", "requests"), re.compile(r"申请")),
    _Matter(REVIEW, (REVIEW,), Bilingual("行政复议", "reviews"), re.compile(r"复议")),
    _Matter(
        "disputes.litigation",
        LITIGATION,
        Bilingual("行政诉讼", "litigation"),
        re.compile(r"诉讼|应诉|起诉|被诉|[败胜]诉|法院"),
    ),
)


@rule(
    "narrative-silent",
    title_zh="表有数而正文未提",
    norm_zh="表三、表四有数的，正文有所说明",
    basis=CONSISTENCY,
    forms=UNIFIED,
    lacking=True,
)
def narrative_silent(report: Report, _context: Context) -> Statements:
    """Where the tables show requests, reviews or litigation, the prose speaks of them."""
    if prose_unreadable(report):
        yield uncertain(
            "text",
            "正文未能读出，无法检查",
            "The prose could not be read, so it was not checked",
            fault=Fault.EXTRACTION,
        )
        return
    prose = "\n".join(_own_words(report))
    for matter in _MATTERS:
        if matter.words.search(prose):
            continue
        value = total(report, matter.cells)
        if value is None:
            labels = named(unread(report, matter.cells))
            yield uncertain(
                matter.where,
                f"正文未提及{matter.name.zh}，{labels.zh}也未能读出",
                f"The prose does not speak of {matter.name.en}, and {labels.en} could not be read",
                cells=unread(report, matter.cells),
            )
        elif value > 0:
            yield fail(
                matter.where,
                f"表中{matter.name.zh}为{figure(value)}件，正文没有提及",
                f"The tables show {figure(value)} {matter.name.en}, of which the prose says nothing",
                cells=matter.cells,
                found=value,
            )


def _own_words(report: Report) -> Iterator[str]:
    """The lines of the prose without the headings of the sections, which name everything."""
    headings = {fold(section.heading) for section in report.sections.values()}
    return (folded for line in report.text.split("\n") if (folded := fold(line)) not in headings)
