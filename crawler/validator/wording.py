"""Traces of careless writing in the prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.report.model import Bilingual, Report
from crawler.validator.basis import FORM_2021, PRACTICE
from crawler.validator.context import Context
from crawler.validator.labels import section_label
from crawler.validator.lexicon import traces
from crawler.validator.lexicon.wrong_words import BY_WRONG, ON_WRITING, WRONG, WrongWord
from crawler.validator.privacy import personal_numbers
from crawler.validator.reading import fold, sentences
from crawler.validator.rule import NotApplicable, Statement, fail, rule, shorten, uncertain

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


@rule(
    "text-personal-data",
    title_zh="泄露个人信息",
    norm_zh="报告不出现公民身份号码和私人手机号码",
    basis=PRACTICE,
)
def text_personal_data(report: Report, _context: Context) -> Statements:
    """No identity number and no private mobile number stands in the report."""
    found = list(personal_numbers(report.text))
    sure = [number for number in found if number.sure]
    if not found:
        return
    shown = (sure or found)[:_SHOWN]
    zh = "、".join(f"{number.kind.zh}{number.masked}" for number in shown)
    en = ", ".join(f"{number.kind.en} {number.masked}" for number in shown)
    if sure:
        yield fail(
            _WHERE,
            f"正文出现个人信息{len(sure)}处（已遮盖）：{zh}",
            f"Personal data in the prose, {len(sure)} in all (masked here): {en}",
            found=shown[0].masked,
            quote=shown[0].quote,
        )
    else:
        yield uncertain(
            _WHERE,
            f"正文出现{len(found)}个手机号码（已遮盖），请核实是否为办公电话：{zh}",
            f"Mobile numbers in the prose, {len(found)} in all (masked here); "
            f"please check whether they are an office's: {en}",
            found=shown[0].masked,
            quote=shown[0].quote,
        )


@rule(
    "text-wrong-word",
    title_zh="错别字",
    norm_zh="正文没有错别字",
    basis=PRACTICE,
)
def text_wrong_word(report: Report, context: Context) -> Statements:
    """The prose has none of the words that are frequently written wrong."""
    names = _names(report, context)
    told: set[str] = set()
    for key, section in report.sections.items():
        yield from _wrong_words(f"sections.{key}", section_label(key), section.text, names)
        told.add(section.text)
    rest = report.text
    for text in told:
        rest = rest.replace(text, "") if text else rest
    yield from _wrong_words(_WHERE, Bilingual("正文开头或末尾", "the head or foot of the prose"), rest, names)


def _names(report: Report, context: Context) -> tuple[str, ...]:
    roster = context.roster
    listed = (*roster.own, *roster.above, *roster.others) if roster is not None else ()
    return tuple({fold(name) for name in (report.organ, context.organ, *listed) if name})


def _wrong_words(where: str, place: Bilingual, text: str, names: tuple[str, ...]) -> Statements:
    hits = list(_hits(text, names))
    if hits:
        words = dict.fromkeys((word.wrong, word.right) for word, _ in hits)
        shown = list(words)[:_SHOWN]
        more = "等" if len(words) > len(shown) else ""
        zh = "、".join(f"“{wrong}”应为“{right}”" for wrong, right in shown)
        en = ", ".join(f"“{wrong}” for “{right}”" for wrong, right in shown)
        yield fail(
            where,
            f"{place.zh}有错别字{len(hits)}处：{zh}{more}",
            f"Words written wrong in {place.en}, {len(hits)} in all: {en}{' …' if more else ''}",
            expected=shown[0][1],
            found=shown[0][0],
            quote=hits[0][1],
        )


def _hits(text: str, names: tuple[str, ...]) -> Iterator[tuple[WrongWord, str]]:
    """Each wrong word with its sentence, in printed order; names are no words."""
    for sentence in sentences(text):
        folded = fold(sentence)
        if not WRONG.search(folded) or ON_WRITING.search(folded):
            continue
        for name in names:
            folded = folded.replace(name, "〇")
        for match in WRONG.finditer(folded):
            word = BY_WRONG[match[0]]
            if not any(_within(folded, match.start(), word.wrong, right) for right in word.allowed):
                yield word, sentence


def _within(text: str, at: int, wrong: str, right: str) -> bool:
    """Whether the `wrong` at that place is part of the longer word `right`."""
    begin = at - right.find(wrong)
    return begin >= 0 and text.startswith(right, begin)


def _is_phrase(unit: str) -> bool:
    """Whether a repeated unit is words: no numeral, and no shorter unit repeated (table leftovers, 2 + 2)."""
    doubled = (unit + unit).find(unit, 1) < len(unit)
    return not doubled and not _NUMERALS.fullmatch(unit)


def _around(text: str, part: str, margin: int = 30) -> str:
    """The first `part` with what stands beside it in its sentence."""
    sentence = next((sentence for sentence in sentences(text) if part in sentence), text)
    at = sentence.find(part)
    return sentence[max(0, at - margin) : at + len(part) + margin]
