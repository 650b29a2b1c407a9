"""Traces of careless writing in the prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.report.model import Report
from crawler.validator.basis import FORM_2021, PRACTICE
from crawler.validator.context import Context
from crawler.validator.lexicon import traces
from crawler.validator.reading import fold, sentences
from crawler.validator.rule import NotApplicable, Statement, fail, rule, shorten

Statements = Iterator[Statement | NotApplicable]

_WHERE = "text"
_LONGEST_UNIT = 40
_REPEATED = re.compile(rf"([\u4e00-\u9fff]{{4,{_LONGEST_UNIT}}}?)\1")
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十百千万亿]+")
_SHOWN = 3


@rule(
    "text-repeated-phrase",
    title_zh="词语重复",
    norm_zh="正文没有紧接着重复的词语",
    basis=PRACTICE,
)
def text_repeated_phrase(report: Report, _context: Context) -> Statements:
    """No phrase of four or more characters is written twice in a row."""
    units = [match[1] for match in _REPEATED.finditer(report.text) if _is_phrase(match[1])]
    if units:
        shown = "、".join(f"“{unit}{unit}”" for unit in dict.fromkeys(units[:_SHOWN]))
        yield fail(
            _WHERE,
            f"词语重复{len(units)}处：{shown}",
            f"Phrases written twice in a row, {len(units)} in all: {shown}",
            found=len(units),
            quote=_around(report.text, units[0] * 2),
        )


@rule(
    "template-instruction-pasted",
    title_zh="编写说明原文照抄",
    norm_zh="报告不照抄通知中的编写说明",
    basis=PRACTICE,
)
def template_instruction_pasted(report: Report, _context: Context) -> Statements:
    """The report does not repeat the sentences that instruct its writer."""
    if not any(pattern.search(fold(report.text)) for pattern in traces.INSTRUCTIONS):
        return
    for sentence in sentences(report.text):
        folded = fold(sentence)
        if any(pattern.search(folded) for pattern in traces.INSTRUCTIONS):
            yield fail(
                _WHERE,
                f"正文照抄了编写说明：“{shorten(sentence, 60)}”",
                f"An instruction to the writer stands in the report: “{shorten(sentence, 60)}”",
                quote=sentence,
            )
            return


@rule(
    "text-placeholder",
    title_zh="占位符未填",
    norm_zh="正文没有未填写的占位符",
    basis=PRACTICE,
)
def text_placeholder(report: Report, _context: Context) -> Statements:
    """No gap of a model text is left unfilled."""
    for pattern in traces.PLACEHOLDERS:
        match = pattern.search(report.text)
        if match:
            quote = _around(report.text, match[0])
            yield fail(
                _WHERE,
                f"占位符“{match[0]}”未填写：“{shorten(quote, 60)}”",
                f"The placeholder “{match[0]}” was left unfilled: “{shorten(quote, 60)}”",
                found=match[0],
                quote=quote,
            )
            return


@rule(
    "text-outdated-basis",
    title_zh="引用已被替代的文件",
    norm_zh="2021年度起的报告引用现行的格式通知和修订后的条例",
    basis=FORM_2021,
    forms=("2021",),
)
def text_outdated_basis(report: Report, _context: Context) -> Statements:
    """From report year 2021 on, the report cites the form notice and the Regulation that are in force."""
    text = fold(report.text)
    cited = None
    if not traces.CURRENT_NOTICE.search(text):
        cited = traces.SUPERSEDED_NOTICE.search(text)
    if cited is None and not traces.REVISED_REGULATION.search(text):
        cited = traces.OLD_REGULATION.search(text)
    if cited:
        yield fail(
            _WHERE,
            f"引用的“{cited[0]}”已被替代",
            f"The report cites “{cited[0]}”, which has been superseded",
            found=cited[0],
            quote=next((s for s in sentences(report.text) if cited[0] in fold(s)), cited[0]),
        )


def _is_phrase(unit: str) -> bool:
    """Whether a repeated unit is words: no numeral, and no shorter unit repeated (table leftovers, 2 + 2)."""
    doubled = (unit + unit).find(unit, 1) < len(unit)
    return not doubled and not _NUMERALS.fullmatch(unit)


def _around(text: str, part: str, margin: int = 30) -> str:
    at = text.find(part)
    return text[max(0, at - margin) : at + len(part) + margin]
