"""Normative documents, decisions, and what was published."""

from __future__ import annotations

from types import MappingProxyType

from crawler.report.model import Bilingual, Report
from crawler.report.narrative import Breakdown, Subject
from crawler.validator.basis import CONSISTENCY
from crawler.validator.context import Context
from crawler.validator.generation import printed_form
from crawler.validator.narrative.measures import MEASURES, SHOWN, Measure, Statements, each_compared
from crawler.validator.rule import NOT_APPLICABLE, UNIFIED, Statement, fail, rule, shorten, uncertain

_ROW = "disclosure.normative_documents"
_ISSUED = Bilingual("制发规范性文件", "normative documents issued")


def _measure(column: str, subject: Bilingual, zh: str, en: str) -> Measure:
    key = f"{_ROW}.{column}"
    return Measure(
        key, subject, Bilingual(f"表二“行政规范性文件”{zh}", f"table two, normative documents, {en},"), (key,)
    )


_DOCUMENTS = MappingProxyType(
    {
        "2021": MappingProxyType(
            {
                Subject.DOCUMENTS_ISSUED: _measure("issued", _ISSUED, "本年制发件数", "issued this year"),
                Subject.DOCUMENTS_REPEALED: _measure(
                    "repealed",
                    Bilingual("废止规范性文件", "normative documents repealed"),
                    "本年废止件数",
                    "repealed this year",
                ),
                Subject.DOCUMENTS_IN_FORCE: _measure(
                    "in_force",
                    Bilingual("现行有效规范性文件", "normative documents in force"),
                    "现行有效件数",
                    "in force",
                ),
            }
        ),
        "2019": MappingProxyType(
            {Subject.DOCUMENTS_ISSUED: _measure("produced", _ISSUED, "本年新制作数量", "newly produced")}
        ),
    }
)
"""By the form printed; that of 2019 has no column for what is in force."""


@rule(
    "narrative-normative",
    title_zh="正文规范性文件数与表二不符",
    norm_zh="正文所称制发、废止、现行有效的行政规范性文件件数，与表二一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_normative(report: Report, _context: Context) -> Statements:
    """The normative documents that the prose tells are those of table two."""
    form = printed_form(report, "disclosure")
    yield from each_compared(report, {} if form is None else _DOCUMENTS[form.id])


@rule(
    "narrative-decisions",
    title_zh="正文许可、处罚、强制数与表二不符",
    norm_zh="正文所称作出的行政许可、行政处罚、行政强制决定件数，与表二一致",
    basis=CONSISTENCY,
    forms=UNIFIED,
)
def narrative_decisions(report: Report, _context: Context) -> Statements:
    """The decisions (licences, penalties, coercion) that the prose tells are those of table two."""
    subjects = (Subject.LICENCES, Subject.PENALTIES, Subject.COERCION)
    yield from each_compared(report, {subject: MEASURES[subject] for subject in subjects})


@rule(
    "narrative-breakdown-sum",
    title_zh="正文主动公开分项与总数不符",
    norm_zh="同一句话中，主动公开各分项之和与所称总数相合",
    basis=CONSISTENCY,
)
def narrative_breakdown_sum(report: Report, context: Context) -> Statements:
    """Within one sentence, the parts of what was published add up to the total that it tells."""
    divided = [b for b in report.narrative.breakdowns if b.subject is Subject.PUBLISHED]
    if not divided:
        yield NOT_APPLICABLE
    near = context.policy.limit("narrative-breakdown-sum", "near")
    found = (_sum_of(breakdown, near) for breakdown in divided)
    yield from [statement for statement in found if statement is not None][:1]


def _sum_of(breakdown: Breakdown, near: float) -> Statement | None:
    """Proved wrong are parts told to be all of it, and a part above the total; for the rest, one piece may be
    published through two channels, and 其中 need not name all.
    """
    summed = sum(part.number for part in breakdown.parts)
    if summed == breakdown.total:
        return None
    listed = "＋".join(str(part.number) for part in breakdown.parts)
    quote = shorten(breakdown.quote, SHOWN)
    zh = f"正文所称总数为{breakdown.total}，分项{listed}＝{summed}（“{quote}”）"
    en = f"The prose tells a total of {breakdown.total}, its parts {listed} add up to {summed} (“{quote}”)"
    if breakdown.whole or max(part.number for part in breakdown.parts) > breakdown.total:
        return fail("text", zh, en, expected=breakdown.total, found=summed, quote=breakdown.quote)
    if abs(summed - breakdown.total) <= max(1, near * breakdown.total):
        return uncertain(
            "text",
            f"{zh}，两数相近而不等，请人工核对",
            f"{en}; close, but not equal: please look",
            quote=breakdown.quote,
        )
    return None
