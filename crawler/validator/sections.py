"""The six sections: there, in order, under the form's headings and numbers, with something below them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.report.forms import SECTIONS, SectionForm
from crawler.report.model import Report, TableState
from crawler.validator.basis import ARTICLE_50, CONSISTENCY, FORM, NOTICE_2021_SCOPE
from crawler.validator.context import Context
from crawler.validator.finding import Fault
from crawler.validator.generation import before_the_forms, generation
from crawler.validator.labels import section_label
from crawler.validator.reading import fold, prose_unreadable, sentences
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    rule,
    shorten,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_WHOLE = "sections"


@rule(
    "section-missing",
    title_zh="缺少部分",
    norm_zh="报告由格式规定的六个部分组成，缺一不可",
    basis=ARTICLE_50,
    forms=UNIFIED,
    lacking=True,
)
def section_missing(report: Report, _context: Context) -> Statements:
    """The report has all six sections of the form."""
    absent = [
        form for form in SECTIONS if form.key not in report.sections and not _table_read(report, form.key)
    ]
    if absent and (prose_unreadable(report) or not report.sections):
        yield uncertain(
            _WHOLE,
            f"正文未能读出或未识别到格式规定的标题，无法判断是否缺少{len(absent)}个部分",
            f"The prose could not be read or shows none of the form's headings; "
            f"whether {len(absent)} sections are missing cannot be told",
            fault=Fault.EXTRACTION if prose_unreadable(report) else Fault.UNKNOWN,
        )
        return
    for form in absent:
        label, stand_in = section_label(form.key), _heading_in_place_of(form, report)
        if form.key in report.headings_in_tables:
            yield uncertain(
                f"sections.{form.key}",
                f"{label.zh}的标题在表格内，未能作为正文读出",
                f"The heading of {label.en} stands in a table and could not be read as text",
                fault=Fault.EXTRACTION,
            )
        elif stand_in:
            yield uncertain(
                f"sections.{form.key}",
                f"未见{label.zh}，但有同序号标题“{shorten(stand_in, 40)}”，请人工核对是否为该部分",
                f"No {label.en}, but the heading “{shorten(stand_in, 40)}” has its number; please look",
                quote=stand_in,
            )
        else:
            yield fail(
                f"sections.{form.key}",
                f"缺少{label.zh}部分",
                f"The report lacks {label.en}",
                expected=f"{form.number}、{form.heading}",
            )


@rule(
    "section-order",
    title_zh="各部分顺序错误",
    norm_zh="各部分按格式规定的顺序排列",
    basis=FORM,
    forms=UNIFIED,
)
def section_order(report: Report, _context: Context) -> Statements:
    """The sections stand in the order of the form."""
    printed = sorted(report.sections.values(), key=lambda section: section.order)
    due = [form.key for form in SECTIONS if form.key in report.sections]
    misplaced = [section for section, key in zip(printed, due, strict=True) if section.key != key]
    if not printed:
        yield NOT_APPLICABLE
    if misplaced:
        first = misplaced[0]
        label = section_label(first.key)
        order_zh = " → ".join(f"“{shorten(section.heading, 20)}”" for section in printed)
        yield fail(
            f"sections.{first.key}",
            f"各部分顺序与格式不一致，自{label.zh}起：{order_zh}",
            f"The sections are not in the form's order, from {label.en} on: {order_zh}",
            quote=first.heading,
        )


@rule(
    "section-extra",
    title_zh="增设部分",
    norm_zh="报告只有格式规定的六个部分，不另设部分",
    basis=NOTICE_2021_SCOPE,
    forms=("2021",),
)
def section_extra(report: Report, _context: Context) -> Statements:
    """The report has no top-level section beyond the six of the form."""
    if report.extra_headings:
        names = "、".join(f"“{shorten(heading, 40)}”" for heading in report.extra_headings)
        yield fail(
            _WHOLE,
            f"格式之外的部分{len(report.extra_headings)}个：{names}",
            f"{len(report.extra_headings)} sections beyond the form: {names}",
            found=len(report.extra_headings),
            quote=report.extra_headings[0],
        )


@rule(
    "section-number-missing",
    title_zh="缺标题序号",
    norm_zh="各部分标题带有格式规定的序号",
    basis=FORM,
    forms=UNIFIED,
    lacking=True,
)
def section_number_missing(report: Report, _context: Context) -> Statements:
    """The heading of every section carries its number."""
    if not report.sections:
        yield NOT_APPLICABLE
    for form in SECTIONS:
        section = report.sections.get(form.key)
        if section is not None and not section.numbered:
            yield fail(
                f"sections.{form.key}",
                f"标题“{shorten(section.heading, 40)}”未见序号“{form.number}、”"
                "（自动编号在转换中也会丢失，请核对原件）",
                f"The heading “{shorten(section.heading, 40)}” shows no number “{form.number}、” "
                "(automatic numbering may also be lost in conversion; please look at the original)",
                fault=Fault.UNKNOWN,
                expected=f"{form.number}、{form.heading}",
                found=section.heading,
                quote=section.heading,
            )


@rule(
    "section-heading-variant",
    title_zh="标题用语与格式不一致",
    norm_zh="各部分标题使用格式规定的用语",
    basis=FORM,
    forms=UNIFIED,
)
def section_heading_variant(report: Report, _context: Context) -> Statements:
    """The headings of the sections read as the form has them."""
    if not report.sections:
        yield NOT_APPLICABLE
    for form in SECTIONS:
        section, label = report.sections.get(form.key), section_label(form.key)
        if section is not None and section.variant:
            yield fail(
                f"sections.{form.key}",
                f"标题写作“{shorten(section.heading, 40)}”，格式为{label.zh}",
                f"The heading reads “{shorten(section.heading, 40)}”, the form has “{form.heading}”",
                expected=form.heading,
                found=section.heading,
                quote=section.heading,
            )
        elif section is None and _table_read(report, form.key):
            yield fail(
                f"sections.{form.key}",
                f"未见{label.zh}的标题，但该部分的表格在报告中",
                f"The heading of {label.en} is not to be seen, although its table stands in the report",
                fault=Fault.UNKNOWN,
                expected=form.heading,
            )


@rule(
    "section-empty",
    title_zh="某部分无内容",
    norm_zh="每个部分都有内容，没有可报告的事项也要写明",
    basis=FORM,
    lacking=True,
)
def section_empty(report: Report, _context: Context) -> Statements:
    """Something stands below every heading, if only that there is nothing to report."""
    if not report.sections:
        yield NOT_APPLICABLE
    for form in SECTIONS:
        section, label = report.sections.get(form.key), section_label(form.key)
        # its table may stand elsewhere, as on a worksheet of its own
        if section is not None and section.empty and not _table_read(report, form.key):
            yield fail(
                f"sections.{form.key}",
                f"{label.zh}标题下没有任何内容（没有可报告的事项也应写明）",
                f"Nothing stands below the heading of {label.en} "
                "(that there is nothing to report is to be said)",
                quote=section.heading,
                basis=before_the_forms(report),
            )


_CLAIM = re.compile(
    r"(?:报告|年报|全文)[^。]{0,20}?(?:由|包括|包含|分为|共)(?P<list>[^。]*?)"
    r"(?P<number>[一二三四五六七八九十]|\d{1,2})个?(?:大)?部分"
)
_NUMBERS = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)}
_SECTION_WORDS = (
    ("overview", re.compile(r"总体情况|概述|基本情况")),
    ("disclosure", re.compile(r"主动公开")),
    ("applications", re.compile(r"收到和处理|申请")),
    ("disputes", re.compile(r"复议|诉讼")),
    ("problems", re.compile(r"问题")),
    ("other_matters", re.compile(r"其他|其它|需要(?:说明|报告)")),
)


@rule(
    "section-count-claim",
    title_zh="自述部分数与实际不符",
    norm_zh="报告自述“由几部分组成”与所列、所写的部分数一致",
    basis=CONSISTENCY,
    lacking=True,
)
def section_count_claim(report: Report, _context: Context) -> Statements:
    """Where the report says of how many parts it consists, it lists and has as many."""
    claims = [
        (match, sentence)
        for sentence in sentences(report.text)
        if "部分" in sentence and (match := _CLAIM.search(fold(sentence)))
    ]
    if not claims:
        yield NOT_APPLICABLE
        return
    match, sentence = claims[0]
    claimed = _NUMBERS.get(match["number"]) or int(match["number"])
    items, listed = _parts_listed(match["list"])
    written = len(report.sections) + len(report.extra_headings)
    if listed is not None and listed != claimed:
        yield fail(
            "text",
            f"自述由{claimed}个部分组成，所列为{listed}个",
            f"The report says that it has {claimed} parts and lists {listed}",
            expected=claimed,
            found=listed,
            quote=sentence,
        )
    elif written and written != claimed:
        # Headings that lost their numbers, and lists that name an annex, leave room for another count.
        sure = (items == 0 or listed is not None) and all(part.numbered for part in report.sections.values())
        state = fail if sure and generation(report) in UNIFIED else uncertain
        yield state(
            "text",
            f"自述由{claimed}个部分组成，报告中见到的部分标题为{written}个",
            f"The report says that it has {claimed} parts; {written} headings were found",
            expected=claimed,
            found=written,
            quote=sentence,
        )


def _parts_listed(text: str) -> tuple[int, int | None]:
    """How many things a list names, and how many of the six sections where it names nothing else."""
    joined = text.replace("行政复议、行政诉讼", "行政复议诉讼").replace("复议、诉讼", "复议诉讼")
    joined = joined.replace("复议、提起行政诉讼", "复议诉讼")
    items = [item for item in re.split(r"[、,;:：]|以及", joined) if len(item) > 2]
    named = [next((key for key, words in _SECTION_WORDS if words.search(item)), None) for item in items]
    if len(items) < 2 or None in named or len(set(named)) != len(named):
        return len(items), None
    return len(items), len(items)


def _table_read(report: Report, key: str) -> bool:
    table = report.tables.get(key)
    return table is not None and table.state is not TableState.MISSING


def _heading_in_place_of(form: SectionForm, report: Report) -> str | None:
    """A heading that belongs to none of the six but carries the number of `form`."""
    number = re.compile(rf"^(?:第?{form.number}(?:、|\.|部分|章)|[（(]{form.number}[）)])")
    return next((heading for heading in report.extra_headings if number.match(fold(heading))), None)
