"""Figures that a body of this kind would hardly have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from re import Pattern
from types import MappingProxyType

from crawler.report.deadlines import KIND_NAMES
from crawler.report.forms import APPLICANTS, TOTAL, cell_keys
from crawler.report.model import Kind, Number, Report, TableState
from crawler.validator.basis import CONSISTENCY, FORM_2021, LOGIC, PRACTICE
from crawler.validator.body import body_of
from crawler.validator.context import Context, Need
from crawler.validator.fees import of_the_year
from crawler.validator.generation import printed_form
from crawler.validator.labels import TABLES, cell_label, figure, named, place_label
from crawler.validator.lexicon import explanations
from crawler.validator.reading import fold, sentences
from crawler.validator.regulations import may_make_regulations
from crawler.validator.relations import read
from crawler.validator.rule import (
    NOT_APPLICABLE,
    UNIFIED,
    Details,
    NotApplicable,
    Statement,
    fail,
    rule,
    uncertain,
)

Statements = Iterator[Statement | NotApplicable]

_GRASS_ROOTS = frozenset({Kind.TOWNSHIP, Kind.STREET})
_FEE = "disclosure.fees.amount_10k_cny"
_CAPS: Mapping[Kind | None, str] = MappingProxyType(
    {Kind.TOWNSHIP: "township_cap", Kind.STREET: "township_cap", Kind.GOVERNMENT: "government_cap"}
)
_IN_YUAN = re.compile(r"\d[\d,.]{0,20}元(?:整)?")


@rule(
    "disclosure-regulation-no-power",
    title_zh="无规章制定权而填规章",
    norm_zh="表二“规章”行：没有规章制定权的机关填0",
    basis=PRACTICE,
    forms=UNIFIED,
    table="disclosure",
)
def disclosure_regulation_no_power(report: Report, context: Context) -> Statements:
    """Bodies that cannot make regulations show none."""
    form = printed_form(report, "disclosure")
    keys = [key for key in cell_keys(form, "disclosure") if ".regulations." in key] if form else []
    filled = _above_zero(report, keys)
    if not filled:
        yield from _unread(report, "disclosure", keys)
        return
    body, name = body_of(report, context), context.organ or report.organ
    power = may_make_regulations(fold(name), body and body.kind, context.region) if name else None
    if power:
        yield NOT_APPLICABLE
        return
    cells, kind = named(tuple(filled)), KIND_NAMES[body.kind] if body else None
    details: Details = {"cells": tuple(filled), "expected": 0, "found": max(filled.values())}
    # The form of 2019 counts what is disclosed too, which another body may have made.
    disclosed_only = "disclosure.regulations.produced" in keys and not any(".produced" in k for k in filled)
    if power is None or disclosed_only or _makes_for_another(report):
        yield uncertain(
            "disclosure.regulations",
            f"{cells.zh}填有数字，请核实本机关是否有规章制定权",
            f"{cells.en} hold figures; please check whether this body may make regulations",
            **details,
        )
    else:
        assert kind is not None  # noqa: S101 - the power is told by the kind
        note = body.note if body else None
        yield fail(
            "disclosure.regulations",
            f"{cells.zh}填有数字（最大为{figure(max(filled.values()))}），而{kind.zh}“{name}”没有规章制定权"
            f"{note.zh if note else ''}",
            f"{cells.en} hold figures (up to {figure(max(filled.values()))}), but “{name}”, of the kind "
            f"“{kind.en}”, cannot make regulations{note.en if note else ''}",
            **details,
        )


@rule(
    "disclosure-licensing-zero-expected",
    title_zh="许可、处罚由有变为0",
    norm_zh="表二：有许可、处罚职能的部门，上年有处理决定而本年为0的，应当核实",
    basis=PRACTICE,
    forms=UNIFIED,
    table="disclosure",
    needs=(Need.PREVIOUS,),
)
def disclosure_licensing_zero_expected(report: Report, context: Context) -> Statements:
    """A department that grants licences or imposes penalties does not fall to none at once."""
    previous, body = _year_before(report, context), body_of(report, context)
    name = context.organ or report.organ or ""
    if previous is None or body is None or body.kind is not Kind.DEPARTMENT:
        yield NOT_APPLICABLE
        return
    if not explanations.DECIDING_DEPARTMENTS.search(fold(name)):
        yield NOT_APPLICABLE
        return
    least = context.policy.limit("disclosure-licensing-zero-expected", "decisions")
    keys = ["disclosure.licences.decisions", "disclosure.penalties.decisions"]
    for key in keys:
        now, before = read(report.tables["disclosure"], key), read(previous.tables["disclosure"], key)
        if now != 0 or before is None or before < least or _says(report, explanations.NONE_DECIDED):
            continue
        cell = cell_label(key)
        told = uncertain if _says(report, explanations.DUTIES_MOVED) else fail
        yield told(
            key.rpartition(".")[0],
            f"{cell.zh}本年为0，上年为{figure(before)}，请核实是否漏填",
            f"{cell.en} is 0, last year it was {figure(before)}; please check whether figures were left out",
            cells=(key,),
            expected=before,
            found=0,
        )
    yield from _unread(report, "disclosure", keys)


@rule(
    "disclosure-township-fee",
    title_zh="乡镇、街道填有行政事业性收费",
    norm_zh="表二：乡镇、街道一般不收取行政事业性收费",
    basis=PRACTICE,
    forms=("2021",),
    table="disclosure",
)
def disclosure_township_fee(report: Report, context: Context) -> Statements:
    """Townships and street offices hardly charge administrative fees."""
    body = body_of(report, context)
    if body is None or body.kind not in _GRASS_ROOTS:
        yield NOT_APPLICABLE
        return
    amount = read(report.tables["disclosure"], _FEE)
    if amount is None or amount <= 0:
        yield from _unread(report, "disclosure", [_FEE])
        return
    told = uncertain if _tells_of_fees(report) else fail
    yield told(
        "disclosure.fees",
        f"{cell_label(_FEE).zh}为{figure(amount)}万元，{KIND_NAMES[body.kind].zh}一般没有此项收费，请核实"
        f"{body.note.zh}",
        f"{cell_label(_FEE).en} is {figure(amount)} (10,000 CNY); bodies of the kind "
        f"“{KIND_NAMES[body.kind].en}” hardly charge such fees; please check{body.note.en}",
        cells=(_FEE,),
        found=amount,
    )


@rule(
    "unit-suspect-fee",
    title_zh="收费金额单位疑似错误",
    norm_zh="表二“行政事业性收费”以万元为单位",
    basis=FORM_2021,
    forms=("2021",),
    table="disclosure",
)
def unit_suspect_fee(report: Report, context: Context) -> Statements:
    """Administrative fees are told in units of 10,000 yuan."""
    cell = report.tables["disclosure"].cells.get(_FEE)
    body, label = body_of(report, context), cell_label(_FEE)
    cap = context.policy.limit("unit-suspect-fee", _CAPS.get(body.kind if body else None, "cap"))
    if cell is None:
        yield from _unread(report, "disclosure", [_FEE])
    elif cell.value is None:
        if _IN_YUAN.fullmatch(fold(cell.raw)):
            yield fail(
                "disclosure.fees",
                f"{label.zh}填为“{cell.raw.strip()}”，该格以万元为单位",
                f"{label.en} is printed “{cell.raw.strip()}”; the unit of the cell is 10,000 CNY",
                cells=(_FEE,),
                found=cell.raw.strip(),
                quote=cell.raw,
            )
    elif cell.value > cap:
        yield fail(
            "disclosure.fees",
            f"{label.zh}为{figure(cell.value)}万元，超过{cap:.0f}万元，请核实是否以元为单位填报",
            f"{label.en} is {figure(cell.value)} in units of 10,000 CNY, above {cap:.0f}; "
            "please check whether it was told in yuan",
            cells=(_FEE,),
            found=cell.value,
        )
    else:
        yield from _against_last_year(report, context, cell.value)


@rule(
    "applications-fee-row-without-charge",
    title_zh="“逾期未缴费”有数而报告称未发收费通知",
    norm_zh="表三“申请人逾期未按收费通知要求缴纳费用”有数的，报告不称未发出收费通知",
    basis=CONSISTENCY,
    forms=("2021",),
    table="applications",
)
def applications_fee_row_without_charge(report: Report, _context: Context) -> Statements:
    """Where requests lapsed because a fee was not paid, the report does not say that no notice was issued."""
    keys = [f"applications.other_overdue_fee.{column.key}" for column in APPLICANTS]
    filled = _above_zero(report, keys)
    if not filled:
        yield from _unread(report, "applications", keys)
        return
    count = filled.get(f"applications.other_overdue_fee.{TOTAL}", max(filled.values()))
    own = [sentence for sentence in sentences(report.text) if of_the_year(fold(sentence), report.year)]
    denied = next((s for s in own if explanations.NO_NOTICE_OF_FEES.search(fold(s))), None)
    issued = any(explanations.NOTICE_OF_FEES.search(fold(sentence)) for sentence in own)
    uncharged = next((s for s in own if explanations.NOTHING_CHARGED.search(fold(s))), None)
    row = place_label("applications.other_overdue_fee")
    if denied is not None and not issued:
        yield fail(
            "applications.other_overdue_fee",
            f"表三{row.zh}为{figure(count)}件，正文却称未发出收费通知",
            f"Table three, {row.en}: {figure(count)}, but the prose says that no notice of fees was issued",
            cells=tuple(filled),
            expected=0,
            found=count,
            quote=denied,
        )
    elif denied is not None or (uncharged is not None and not issued):
        # A notice that was not paid leaves nothing charged: both may be true.
        yield uncertain(
            "applications.other_overdue_fee",
            f"表三{row.zh}为{figure(count)}件，正文称未收费，请核实是否发出过收费通知",
            f"Table three, {row.en}: {figure(count)}; the prose says that nothing was charged; "
            "please check whether notices of fees were issued",
            cells=tuple(filled),
            found=count,
            quote=denied or uncharged or "",
        )


@rule(
    "applications-secret-denial-township",
    title_zh="乡镇、街道以国家秘密为由不予公开",
    norm_zh="表三：乡镇、街道一般不以“属于国家秘密”为由不予公开",
    basis=PRACTICE,
    forms=UNIFIED,
    table="applications",
)
def applications_secret_denial_township(report: Report, context: Context) -> Statements:
    """Townships and street offices hardly deny a request because of state secrets."""
    body = body_of(report, context)
    if body is None or body.kind not in _GRASS_ROOTS:
        yield NOT_APPLICABLE
        return
    keys = [f"applications.denied_state_secret.{column.key}" for column in APPLICANTS]
    filled = _above_zero(report, keys)
    if not filled:
        yield from _unread(report, "applications", keys)
        return
    cells = named(tuple(filled))
    yield fail(
        "applications.denied_state_secret",
        f"{cells.zh}为{figure(max(filled.values()))}，{KIND_NAMES[body.kind].zh}很少有此情形，请核实是否填错行"
        f"{body.note.zh}",
        f"{cells.en}: {figure(max(filled.values()))}; rare for bodies of the kind "
        f"“{KIND_NAMES[body.kind].en}”; please check the row{body.note.en}",
        cells=tuple(filled),
        found=max(filled.values()),
    )


@rule(
    "applications-magnitude-single-cell",
    title_zh="办理结果全部集中在“其他”",
    norm_zh="表三：办理结果不全部归入“（六）其他处理·3.其他”",
    basis=PRACTICE,
    forms=("2021",),
    table="applications",
)
def applications_magnitude_single_cell(report: Report, context: Context) -> Statements:
    """The results are not all put under “other”."""
    keys = ["applications.other_misc.total", "applications.results_total.total"]
    other, total = (read(report.tables["applications"], key) for key in keys)
    most = context.policy.limit("applications-magnitude-single-cell", "results")
    if other is None or total is None:
        yield from _unread(report, "applications", keys)
    elif other == total > most:
        yield fail(
            "applications.other_misc",
            f"本年度办理结果{figure(total)}件全部填在“（六）其他处理·3.其他”，请核实各件是否另有对应的行",
            f"All {figure(total)} results stand under “other: miscellaneous”; "
            "please check whether rows of their own exist for them",
            cells=tuple(keys),
            found=other,
        )


@rule(
    "tables-all-zero",
    title_zh="连续两年三张表全部为0",
    norm_zh="三张表的数字不连续多年全部为0",
    basis=LOGIC,
    forms=UNIFIED,
    needs=(Need.PREVIOUS,),
)
def tables_all_zero(report: Report, context: Context) -> Statements:
    """The three tables are not all zero in one year after the other."""
    previous = _year_before(report, context)
    if previous is None:
        yield NOT_APPLICABLE
        return
    both = (report, previous)
    if any(cell.value for one in both for cell in one.cells.values()):
        return
    tables = [table for one in both for table in one.tables.values()]
    if any(table.state is not TableState.COMPLETE for table in tables):
        yield uncertain(
            "tables",
            "两个年度读出的数字全部为0，但表格未能完整读取",
            "All figures that were read of both years are 0, but the tables were not read whole",
        )
    else:
        yield fail(
            "tables",
            f"{report.year}年和{previous.year}年三张表的各项数字全部为0，请核实是否如实填报",
            f"All figures of the three tables are 0 in {report.year} and in {previous.year}; please check",
            cells=tuple(report.cells),
            found=0,
        )


def _against_last_year(report: Report, context: Context, now: Number) -> Statements:
    """A sum of fees a thousand times that of last year; where it fell that much, last year's may be wrong."""
    last = _year_before(report, context)
    before = read(last.tables["disclosure"], _FEE) if last is not None else None
    if (
        before is None
        or min(now, before) <= 0
        or max(now, before) < context.policy.limit("unit-suspect-fee", "floor")
    ):
        return
    times = context.policy.limit("unit-suspect-fee", "times")
    if now > times * float(before) or before > times * float(now):
        told = fail if now > before else uncertain
        label = cell_label(_FEE)
        yield told(
            "disclosure.fees",
            f"{label.zh}本年为{figure(now)}万元，上年为{figure(before)}万元，相差{times:.0f}倍以上，请核实单位",
            f"{label.en} is {figure(now)} (10,000 CNY), last year it was {figure(before)}; "
            f"they differ more than {times:.0f} times, please check the unit",
            cells=(_FEE,),
            expected=before,
            found=now,
        )


def _above_zero(report: Report, keys: Sequence[str]) -> dict[str, Number]:
    """The cells of `keys` that hold a number above zero."""
    table = report.tables[keys[0].partition(".")[0]] if keys else None
    values = {key: read(table, key) for key in keys} if table is not None else {}
    return {key: value for key, value in values.items() if value is not None and value > 0}


def _unread(report: Report, where: str, keys: Sequence[str]) -> Statements:
    """That some of the cells which the rule needs hold no number, if so."""
    table, label = report.tables[where], TABLES[where]
    unread = tuple(key for key in keys if read(table, key) is None)
    if table.state is TableState.MISSING or not keys:
        yield NOT_APPLICABLE  # table-missing tells it
    elif unread:
        cells = named(unread)
        yield uncertain(
            where,
            f"{label.zh}有{len(unread)}格没有可采信的数字（{cells.zh}），未能判断",
            f"{label.en}: {len(unread)} cells hold no number that can be relied upon ({cells.en})",
            cells=unread,
        )


def _year_before(report: Report, context: Context) -> Report | None:
    previous = context.previous
    if previous is None or previous.year is None or report.year != previous.year + 1:
        return None
    return previous


def _says(report: Report, pattern: Pattern[str]) -> bool:
    return any(pattern.search(fold(sentence)) for sentence in sentences(report.text))


def _makes_for_another(report: Report) -> bool:
    return any(
        explanations.OF_REGULATIONS.search(sentence) and explanations.MADE_FOR_ANOTHER.search(sentence)
        for sentence in map(fold, sentences(report.text))
    )


def _tells_of_fees(report: Report) -> bool:
    return any(
        explanations.LOCAL_FEE.search(sentence) and explanations.SUM_OF_MONEY.search(sentence)
        for sentence in map(fold, sentences(report.text))
    )
