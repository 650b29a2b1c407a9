"""This year's report against last year's."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from crawler.likeness import own_prose, passages, printed_prose, similarity
from crawler.report.forms import APPLICANTS, DISPUTE_GROUPS, FORM_2019, FORM_2021, TOTAL
from crawler.report.model import Bilingual, Number, Report, Table
from crawler.validator.basis import LOGIC, NOTICE_2021_COPIES, PRACTICE
from crawler.validator.context import Context, Need
from crawler.validator.copied import percent, side_by_side
from crawler.validator.explained import unless_explained
from crawler.validator.finding import Fault
from crawler.validator.generation import generation, printed_form
from crawler.validator.labels import TABLES, cell_label, column_label, figure, row_label
from crawler.validator.lastyear import (
    Entry,
    Statements,
    against_last_year,
    fault_of,
    not_last_years,
    same_fields,
    unread,
)
from crawler.validator.lexicon import comparisons as words
from crawler.validator.rule import (
    ALL,
    NOT_APPLICABLE,
    UNIFIED,
    NotApplicable,
    Statement,
    fail,
    not_applicable,
    rule,
    uncertain,
)

_CARRIED_IN = "applications.carried_in"
_CARRIED_OUT = "applications.carried_out"
_DOCUMENTS = ("regulations", "normative_documents")


@rule(
    "yearly-template-break",
    title_zh="与上年报告格式不衔接",
    norm_zh="规定格式未变的年度，本年报告与上年报告使用同一格式，数据前后可比",
    basis=LOGIC,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
def yearly_template_break(report: Report, context: Context) -> Statements:
    """Where the form due has not changed, this year's report uses the form that last year's used."""
    last = context.previous
    doubt = not_last_years(report, context)
    if doubt is not None:
        yield uncertain(
            "report", f"{doubt.zh}，未与上年核对", f"{doubt.en}; nothing was compared with last year"
        )
    elif last is not None:
        yield from _forms_compared(report, last)


def _forms_compared(report: Report, last: Report) -> Statements:
    here, there, due = (
        printed_form(report, "disclosure"),
        printed_form(last, "disclosure"),
        generation(report),
    )
    if due != generation(last):
        yield not_applicable(
            f"{last.year}年度与{report.year}年度规定的格式不同，含义已变的字段不作比对",
            f"the forms due for {last.year} and {report.year} differ; fields that changed are not compared",
        )
    elif here is None or there is None:
        yield NOT_APPLICABLE
    elif here != there and here.id == due:
        yield not_applicable(
            f"{last.year}年度报告未用规定格式，含义不同的字段不作比对",
            f"the {last.year} report is not on the form due; fields that differ are not compared",
        )
    elif here != there:
        yield fail(
            "disclosure",
            f"{last.year}年度报告使用{there.authority}格式，本报告改用{here.authority}格式，"
            "表二字段含义不同，两年数据不能衔接",
            f"The {last.year} report is on the form of {there.id}, this one on that of {here.id}; the fields "
            "of table two differ, so that the figures of the two years do not connect",
            expected=there.id,
            found=here.id,
        )


@rule(
    "yearly-carryover-total",
    title_zh="与上年结转数不一致",
    norm_zh="表三“上年结转”总计等于上年度报告“结转下年度继续办理”总计",
    basis=LOGIC,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_carryover_total(report: Report, last: Report, context: Context) -> Statements:
    """As many requests are carried in as last year's report carries over."""
    here, there = Entry.of(report, f"{_CARRIED_IN}.{TOTAL}"), Entry.of(last, f"{_CARRIED_OUT}.{TOTAL}")
    if here.value is None or there.value is None:
        yield unread(here.key, report, here, there)
    elif here.value != there.value:
        yield _carried(report, context, here, there)


@rule(
    "yearly-carryover-column",
    title_zh="分类结转数与上年不一致",
    norm_zh="结转总计一致的，各类申请人的上年结转数等于上年度报告的结转下年度数",
    basis=LOGIC,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_carryover_column(report: Report, last: Report, context: Context) -> Statements:
    """Where the totals agree, as many requests are carried in as were carried over in every column."""
    (here, there), *columns = (
        (Entry.of(report, f"{_CARRIED_IN}.{key}"), Entry.of(last, f"{_CARRIED_OUT}.{key}"))
        for key in (TOTAL, *(column.key for column in APPLICANTS if column.key != TOTAL))
    )
    if here.value is None or here.value != there.value:
        yield not_applicable(
            "两年的结转总计不一致或未能读出", "the totals carried over differ or were not read"
        )
        return
    for here, there in columns:
        if here.value is None or there.value is None:
            yield unread(here.key, report, here, there)
        elif here.value != there.value:
            yield _carried(report, context, here, there)


def _carried(report: Report, context: Context, here: Entry, there: Entry) -> Statement:
    column = column_label(here.key.rpartition(".")[2])
    out, into = row_label("carried_out"), row_label("carried_in")
    assert here.value is not None and there.value is not None  # noqa: S101 - compared before
    return unless_explained(
        report,
        context,
        here.key,
        f"{column.zh}：{there.year}年度报告“{out.zh}”{figure(there.value)}件，"
        f"本报告“{into.zh}”{figure(here.value)}件，两数应当一致",
        f"{column.en}: the {there.year} report carries {figure(there.value)} over (“{out.en}”), "
        f"this one carries {figure(here.value)} in (“{into.en}”); the two must be equal",
        topic=words.CARRY_OVER,
        fault=fault_of(there),
        cells=(here.key,),
        expected=there.value,
        found=here.value,
    )


@rule(
    "yearly-in-force",
    title_zh="现行有效件数与上年不衔接",
    norm_zh="现行有效件数等于上年现行有效件数加本年制发件数减本年废止件数；不相等的应当说明原因",
    basis=PRACTICE,
    forms=("2021",),
    table="disclosure",
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_in_force(report: Report, last: Report, context: Context) -> Statements:
    """Documents in force follow from last year's, those issued and repealed, or the text says why not."""
    if not same_fields(report, last, "disclosure"):
        yield _other_form(last)
        return
    for row in _DOCUMENTS:
        now, issued, repealed = (
            Entry.of(report, f"disclosure.{row}.{column}") for column in ("in_force", "issued", "repealed")
        )
        sums = _Sum((Entry.of(last, now.key), issued), minus=(repealed,), printed=now)
        yield from _follows(report, context, sums, words.DOCUMENTS, words.DOCUMENTS_CHANGED)


@rule(
    "yearly-items-2019-form",
    title_zh="上一年项目数量与上年报告不衔接",
    norm_zh="2020年度报告“上一年项目数量”等于2019年度报告“上一年项目数量”加“本年增/减”",
    basis=LOGIC,
    forms=("2019",),
    table="disclosure",
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_items_2019_form(report: Report, last: Report, context: Context) -> Statements:
    """The items of last year are those that last year's report comes to."""
    if not same_fields(report, last, "disclosure"):
        yield _other_form(last)
        return
    for block in FORM_2019.disclosure:
        if "items_change" not in {column.key for column in block.columns}:
            continue
        for row in block.rows:
            now = Entry.of(report, f"disclosure.{row.key}.previous_items")
            change = Entry.of(last, f"disclosure.{row.key}.items_change")
            sums = _Sum((Entry.of(last, now.key), change), printed=now)
            yield from _follows(report, context, sums, words.ITEMS, words.ITEMS_CHANGED)


@rule(
    "yearly-total-disclosed-2019-form",
    title_zh="对外公开总数量与上年不衔接",
    norm_zh="2020年度报告“对外公开总数量”与2019年度的总数量加本年新公开数量相当",
    basis=PRACTICE,
    forms=("2019",),
    table="disclosure",
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_total_disclosed_2019_form(report: Report, last: Report, context: Context) -> Statements:
    """Documents disclosed in all are about those of last year and those newly disclosed."""
    if not same_fields(report, last, "disclosure"):
        yield _other_form(last)
        return
    share = Decimal(str(context.policy.limit("yearly-total-disclosed-2019-form", "share")))
    for row in _DOCUMENTS:
        now, new = (
            Entry.of(report, f"disclosure.{row}.{column}")
            for column in ("total_disclosed", "newly_disclosed")
        )
        sums = _Sum((Entry.of(last, now.key), new), printed=now, share=share)
        yield from _follows(report, context, sums, words.DOCUMENTS, words.DOCUMENTS_CHANGED)


class _Sum(NamedTuple):
    """What a figure of this report should come to, by figures of both years."""

    plus: tuple[Entry, ...]
    printed: Entry
    minus: tuple[Entry, ...] = ()
    share: Decimal = Decimal(0)  # of the sum, by which it may be missed


def _follows(
    report: Report, context: Context, sums: _Sum, topic: re.Pattern[str], reasons: re.Pattern[str]
) -> Statements:
    """The printed figure is the sum of the others, or the report says why it is not."""
    entries = (*sums.plus, *sums.minus, sums.printed)
    where, now = sums.printed.key.rpartition(".")[0], sums.printed.value
    due = _total(sums.plus) - _total(sums.minus)
    if now is None or any(entry.value is None for entry in entries):
        yield unread(where, report, *entries)
    elif abs(Decimal(now - due)) > sums.share * due:
        terms = [*(("加", "plus", entry) for entry in sums.plus), *(("减", "minus", e) for e in sums.minus)]
        told_zh = "，".join(f"{sign}{_told(entry).zh}" for sign, _, entry in terms)
        told_en = " ".join(f"{sign} {_told(entry).en}" for _, sign, entry in terms)
        row = row_label(where.partition(".")[2])
        about = Bilingual("约", "about ") if sums.share else Bilingual("", "")
        yield unless_explained(
            report,
            context,
            where,
            f"{row.zh}：{told_zh[1:]}，{about.zh}应为{figure(due)}，{_told(sums.printed).zh}",
            f"{row.en}: {told_en[5:]} make {about.en}{figure(due)}, but {_told(sums.printed).en}",
            topic=topic,
            reasons=reasons,
            fault=fault_of(*(entry for entry in entries if entry.year != report.year)),
            cells=tuple(entry.key for entry in entries if entry.year == report.year),
            expected=due,
            found=now,
        )


def _total(entries: tuple[Entry, ...]) -> Number:
    return sum([entry.value for entry in entries if entry.value is not None])


def _told(entry: Entry) -> Bilingual:
    column, value = column_label(entry.key.rpartition(".")[2]), figure(entry.value or 0)
    return Bilingual(f"{entry.year}年度“{column.zh}”{value}", f"{entry.year} “{column.en}” {value}")


@rule(
    "yearly-pending-cases",
    title_zh="上年尚未审结的案件未见下文",
    norm_zh="表四各类案件的总计，一般不少于上年度报告的尚未审结数",
    basis=PRACTICE,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_pending_cases(report: Report, last: Report, context: Context) -> Statements:
    """The cases of a class are at least those that were pending at the end of last year."""
    for group in DISPUTE_GROUPS:
        here = Entry.of(report, f"disputes.{group.key}.{TOTAL}")
        there = Entry.of(last, f"disputes.{group.key}.pending")
        if here.value is None or there.value is None:
            yield unread(here.key, report, here, there)
        elif here.value < there.value:
            label = row_label(group.key)
            yield unless_explained(
                report,
                context,
                here.key,
                f"{label.zh}：{there.year}年度报告尚未审结{figure(there.value)}件，"
                f"本报告总计仅{figure(here.value)}件，请核实上年未结案件的去向",
                f"{label.en}: {figure(there.value)} pending in the {there.year} report, "
                f"only {figure(here.value)} in all in this one; please check what became of them",
                topic=words.DISPUTES,
                fault=fault_of(there),
                cells=(here.key,),
                expected=there.value,
                found=here.value,
            )


@rule(
    "yearly-identical-table",
    title_zh="表格与上年完全相同",
    norm_zh="表格数据按年度统计，不照搬上年",
    basis=PRACTICE,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_identical_table(report: Report, last: Report, context: Context) -> Statements:
    """No table with several figures is that of last year, cell by cell."""
    for key, table in report.tables.items():
        if same_fields(report, last, key):
            yield from _identical(table, last.tables[key], last, context)


def _identical(table: Table, other: Table, last: Report, context: Context) -> Statements:
    """Totals follow from other figures and prove nothing more; small figures may agree by chance."""
    own = {key: cell.value for key, cell in table.cells.items() if not _is_total(key)}
    theirs = {key: cell.value for key, cell in other.cells.items() if not _is_total(key)}
    shared: dict[str, Number] = {}
    for key, value in own.items():
        known = theirs.get(key)
        if value is not None and known is not None and value != known:
            return
        if value and known:
            shared[key] = value
    if len(shared) < context.policy.limit("yearly-identical-table", "cells"):
        return
    label = TABLES[table.key]
    facts = [(cell_label(key), figure(value)) for key, value in list(shared.items())[:3]]
    told_zh = "、".join(f"{name.zh}两年均为{number}" for name, number in facts)
    told_en = ", ".join(f"{name.en} is {number} in both" for name, number in facts)
    zh = (
        f"{label.zh}有{len(shared)}个非零数字，与{last.year}年度报告逐格相同（{told_zh}），"
        "请核实是否误用上年数据"
    )
    en = (
        f"{label.en} has {len(shared)} figures that are not zero, cell by cell those of the {last.year} "
        f"report ({told_en}); please check whether last year's table was used"
    )
    complete = own.keys() == theirs.keys() and None not in own.values() and None not in theirs.values()
    by_chance = max(shared.values()) < context.policy.limit("yearly-identical-table", "figure")
    if complete and not by_chance:
        doubtful = any(Entry.of(last, key).doubtful for key in shared)
        yield fail(
            table.key, zh, en, fault=Fault.UNKNOWN if doubtful else Fault.PUBLISHER, cells=tuple(shared)
        )
    elif complete:
        yield uncertain(
            table.key, f"{zh}；数字较小，也可能是巧合", f"{en}; small figures may agree by chance"
        )
    else:
        yield uncertain(table.key, f"{zh}；另有未读出的格", f"{en}; some cells were not read")


def _is_total(key: str) -> bool:
    _, row, column = key.split(".")
    return column == TOTAL or row == "results_total"


@rule(
    "yearly-text-duplicate",
    title_zh="文字与上年雷同",
    norm_zh="总体情况、存在的主要问题及改进情况如实反映本年度工作，不与上年雷同",
    basis=NOTICE_2021_COPIES,
    forms=ALL,
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_text_duplicate(report: Report, last: Report, context: Context) -> Statements:
    """A report's own prose is not that of last year's, names, years and numbers aside."""
    mine, theirs = own_prose(report), own_prose(last)
    if min(len(mine), len(theirs)) < context.policy.limit("yearly-text-duplicate", "characters"):
        yield not_applicable(
            "自行撰写的文字过短，不足以判断雷同", "too little prose of its own to tell a copy"
        )
        return
    alike = similarity(mine, theirs)
    if alike < context.policy.limit("yearly-text-duplicate", "similarity"):
        return
    names = tuple(name for name in (report.organ, last.organ) if name)
    shared = passages(printed_prose(report), printed_prose(last), names=names)
    told = side_by_side(
        shared, Bilingual("本报告", "this report"), Bilingual(f"{last.year}年度", f"the {last.year} report")
    )
    yield fail(
        "text",
        f"除去名称、年份、数字和通用表述，本报告（{report.year}年度）自行撰写的文字与{last.year}年度报告的"
        f"相似度为{percent(alike)}{told.zh}",
        f"Names, years, numbers and common phrases aside, the prose of this report ({report.year}) and that "
        f"of the {last.year} report are {percent(alike)} alike{told.en}",
        fault=Fault.UNKNOWN if last.recognised else Fault.PUBLISHER,
        basis=None if generation(report) == FORM_2021.id else PRACTICE,
        found=percent(alike),
        quote=shared[0].here if shared else "",
    )


_WATCHED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("applications.new_received.total", words.APPLICATIONS),
    *((f"disputes.{group.key}.total", words.DISPUTES) for group in DISPUTE_GROUPS),
    *(
        (f"disclosure.normative_documents.{c}", words.DOCUMENTS)
        for c in ("issued", "in_force", "total_disclosed")
    ),
    ("disclosure.licences.decisions", words.LICENCES),
    ("disclosure.penalties.decisions", words.PENALTIES),
    ("disclosure.coercion.decisions", words.PENALTIES),
    ("disclosure.fees.amount_10k_cny", words.MONEY),
)
"""The figures that stand for a body's year, and what the prose calls what they count.

Purchases are none of them: they come and go, and the form of 2019 does not say in what unit they are given.
"""


@rule(
    "yearly-spike",
    title_zh="数据较上年突变",
    norm_zh="主要数据较上年大幅增减的，核对无误并可在正文说明",
    basis=PRACTICE,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
@against_last_year
def yearly_spike(report: Report, last: Report, context: Context) -> Statements:
    """No main figure is many times, or a small part of, what it was last year."""
    base, ratio = (Decimal(str(context.policy.limit("yearly-spike", name))) for name in ("base", "ratio"))
    compared = False
    for key, topic in _WATCHED:
        here, there = Entry.of(report, key), Entry.of(last, key)
        if not same_fields(report, last, key.partition(".")[0]) or here.value is None or there.value is None:
            continue
        compared = True
        if there.value >= base and not there.value <= here.value * ratio <= there.value * ratio * ratio:
            label = cell_label(key)
            yield unless_explained(
                report,
                context,
                key,
                f"{label.zh}：{there.year}年度{figure(there.value)}，{report.year}年度{figure(here.value)}，"
                "变化很大，请核实",
                f"{label.en}: {figure(there.value)} in {there.year}, {figure(here.value)} in {report.year}; "
                "a great change, please check",
                topic=topic,
                reasons=words.NUMBERS_CHANGED,
                fault=fault_of(there),
                cells=(key,),
                expected=there.value,
                found=here.value,
            )
    if not compared:
        yield NOT_APPLICABLE


def _other_form(last: Report) -> NotApplicable:
    return not_applicable(
        f"{last.year}年度报告表二所用格式不同，字段含义不同",
        f"table two of the {last.year} report is on another form, with other fields",
    )
