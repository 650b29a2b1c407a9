"""What the three tables must look like: present, whole, on the right form, every cell a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from crawler.report.forms import DECIMAL_COLUMNS, SIGNED_COLUMNS, Form, cell_keys, form_for
from crawler.report.model import Cell, DamageKind, Report, Table, TableState
from crawler.validator.basis import ARTICLE_50, FORM, FORM_BY_YEAR, LOGIC, PRACTICE
from crawler.validator.context import Context
from crawler.validator.damages import counts_told, damages_told
from crawler.validator.finding import Fault
from crawler.validator.generation import printed_form, rows_of, rows_printed
from crawler.validator.labels import TABLES, cell_label, figure, form_label, named, place_label
from crawler.validator.period import stated_year, year_disputed
from crawler.validator.reading import fold, sentences
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

_NO_TABLE = (TableState.MISSING, TableState.IMAGE)
_WRONG_COUNT = (DamageKind.TOO_MANY_CELLS, DamageKind.TOO_FEW_CELLS)
_UNCOUNTABLE = (DamageKind.NUMBERS_RUN_TOGETHER, DamageKind.COLUMNS_UNKNOWN)
_NAMED_DAMAGES = 4
_ODD_DIGITS = re.compile(r"[０-９]|\d[,，]\d{3}")
_UNIT_ELSEWHERE = re.compile(r"单位[：:]?(?:人民币)?(?:万|亿)?元|采购[^，。；]{0,20}\d(?:万|亿)?元")
_UNIT_OF_PROCUREMENT = re.compile(
    r"采购(?:总)?(?:金额|额)[^，。；]{0,6}单位(?:[：:]|为|是)?(?:人民币)?(?:万|亿)?元"
)
_PROCUREMENT = "disclosure.procurement.amount"


@rule(
    "table-missing",
    title_zh="表格缺失",
    norm_zh="第二、三、四部分各有格式规定的表格",
    basis=ARTICLE_50,
    forms=UNIFIED,
    lacking=True,
)
def table_missing(report: Report, context: Context) -> Statements:
    """Sections two, three and four each hold the table that the form prescribes."""
    for key, table in report.tables.items():
        if table.state is not TableState.MISSING:
            continue
        if key not in report.sections:
            yield NOT_APPLICABLE  # section-missing tells it
            continue
        label = TABLES[key]
        if context.web_page:
            yield fail(
                key,
                f"{label.zh}：标题下未见表格，也未见图片",
                f"{label.en}: neither table nor picture stands below the heading",
            )
        else:
            yield fail(
                key,
                f"{label.zh}：所读文件的标题下未见表格；如原件有表，属本系统未能读取",
                f"{label.en}: the file as read has no table below the heading; "
                "if the original has one, it was not read",
                fault=Fault.UNKNOWN,
            )


@rule(
    "table-as-image",
    title_zh="表格为图片",
    norm_zh="表格以可读取的文字而非图片发布",
    basis=PRACTICE,
    forms=UNIFIED,
)
def table_as_image(report: Report, _context: Context) -> Statements:
    """Tables are published as text that can be read, not as pictures."""
    for key, table in report.tables.items():
        if table.state is TableState.IMAGE:
            label = TABLES[key]
            yield fail(
                key,
                f"{label.zh}以图片形式发布，数据无法读取和核对",
                f"{label.en} is published as a picture; its figures cannot be read or checked",
            )


@rule(
    "table-damaged",
    title_zh="表格结构损坏",
    norm_zh="表格的行、列和标签与格式一致，每格一个数",
    basis=FORM,
    forms=UNIFIED,
)
def table_damaged(report: Report, _context: Context) -> Statements:
    """Rows, columns and labels of the tables match the form, one number a cell."""
    for key, table in report.tables.items():
        if table.state is not TableState.DAMAGED:
            continue
        label, told = TABLES[key], damages_told(table.damages)
        yield fail(
            key,
            f"{label.zh}结构与格式不符（{told.zh}），位置不能确定的数字未予采信",
            f"{label.en} does not match the form ({told.en}); figures without a certain place were not used",
            fault=Fault.UNKNOWN,
            quote=table.damages[0].quote if table.damages else "",
        )


@rule(
    "template-wrong-generation",
    title_zh="使用的格式与年度不符",
    norm_zh="报告使用该年度适用的统一格式",
    basis=FORM_BY_YEAR,
    forms=UNIFIED,
)
def template_wrong_generation(report: Report, _context: Context) -> Statements:
    """The report is written on the form that is in force for its year."""
    due = form_for(report.year) if report.year is not None else None
    stated = stated_year(report.period) if year_disputed(report) else None
    if due is None or (stated is not None and form_for(stated) is not due):
        yield uncertain(
            "disclosure",
            "报告年份不明或与统计期限不一致，无法判断应当使用的格式",
            "The report year is unknown or at odds with the statistical period, and so is the form due",
        )
        return
    for key in ("disclosure", "applications"):
        table = report.tables[key]
        # A single row （六） in table three is a defect of that row, not proof of the form of 2019.
        printed = table.form if key == "disclosure" or table.form == "2021" else None
        label = TABLES[key]
        if printed is not None and printed != due.id:
            yield fail(
                key,
                f"{report.year}年度报告应使用{due.first_year}年度起适用的格式，{label.zh}却使用了{printed}年版格式",
                f"A report for {report.year} uses the form of {due.id}, "
                f"but {label.en} is on the form of {printed}",
                expected=due.id,
                found=printed,
            )
        elif (
            printed is None
            and key == "disclosure"
            and table.state not in (TableState.MISSING, TableState.COMPLETE)
        ):
            yield uncertain(
                key,
                f"{label.zh}未能完整读取，无法判断其格式年版",
                f"{label.en} could not be read well enough to tell its form",
            )


@rule(
    "row-misaligned",
    title_zh="列数错位",
    norm_zh="每一行的数字个数与格式的列数一致",
    basis=FORM,
    forms=UNIFIED,
)
def row_misaligned(report: Report, _context: Context) -> Statements:
    """Every row has as many numbers as the form has columns."""
    for key, table in report.tables.items():
        wrong = sorted((d for d in table.damages if d.kind in _WRONG_COUNT), key=lambda damage: damage.where)
        for where, group in groupby(wrong, key=lambda damage: damage.where):
            damages = list(group)
            label = place_label(where)
            counts_zh, counts_en = counts_told(damages)
            yield fail(
                where,
                f"{label.zh}的数字个数与格式的列数不一致{counts_zh}",
                f"{label.en}: the count of numbers does not match the form's columns{counts_en}",
                fault=Fault.UNKNOWN,
                expected=damages[0].expected,
                found=damages[0].found,
                quote=damages[0].quote,
            )
        if not wrong and any(damage.kind in _UNCOUNTABLE for damage in table.damages):
            yield uncertain(
                key,
                f"{TABLES[key].zh}结构损坏，无法逐行清点数字个数",
                f"{TABLES[key].en} is damaged; the numbers of its rows cannot be counted",
            )
    yield from _unseen_tables(report)


@rule(
    "row-missing",
    title_zh="缺少行",
    norm_zh="格式规定的每一行都在表中",
    basis=FORM,
    forms=UNIFIED,
    lacking=True,
)
def row_missing(report: Report, _context: Context) -> Statements:
    """Every row of the form stands in its table."""
    for key, table, form in _tables_with_form(report):
        printed = rows_printed(table)
        absent = tuple(row for row in rows_of(form, key) if row not in printed)
        if table.state is TableState.DAMAGED and absent:
            yield _rows_unread(key, absent)
            continue
        for row in absent:
            label = place_label(row)
            yield fail(row, f"{TABLES[key].zh}缺少{label.zh}", f"{TABLES[key].en} lacks {label.en}")
    yield from _unseen_tables(report)


@rule(
    "row-extra",
    title_zh="多出行",
    norm_zh="表中没有格式之外的行",
    basis=FORM,
    forms=UNIFIED,
)
def row_extra(report: Report, _context: Context) -> Statements:
    """The tables have no rows beyond the form."""
    for key, table, _ in _tables_with_form(report):
        if table.extra_rows:
            names = "、".join(f"“{shorten(row.label, 40)}”" for row in table.extra_rows)
            yield fail(
                key,
                f"{TABLES[key].zh}有格式之外的行：{names}",
                f"{TABLES[key].en} has rows that the form lacks: {names}",
                fault=Fault.UNKNOWN if table.state is TableState.DAMAGED else Fault.PUBLISHER,
                found=len(table.extra_rows),
                quote=table.extra_rows[0].label,
            )
    yield from _unseen_tables(report)


@rule(
    "row-label-altered",
    title_zh="行名被改动",
    norm_zh="行名与格式一致",
    basis=FORM,
    forms=UNIFIED,
)
def row_label_altered(report: Report, _context: Context) -> Statements:
    """The labels of rows read as the form has them."""
    for _, table, form in _tables_with_form(report):
        for altered in table.altered_labels:
            if "\ufffd" in altered.printed:
                continue  # the label may be as it should, but was not made out
            due, printed = form_label(form, altered.row), shorten(altered.printed, 60)
            row = place_label(altered.row)
            yield fail(
                altered.row,
                f"格式的行名“{due}”在表中写作“{printed}”",
                f"{row.en}: the form's label “{due}” is printed as “{printed}”",
                expected=due,
                found=altered.printed,
                quote=altered.printed,
            )
    yield from _unseen_tables(report)


@rule(
    "cell-blank",
    title_zh="空白单元格",
    norm_zh="每个单元格都有数字，没有的填0",
    basis=FORM,
    forms=UNIFIED,
)
def cell_blank(report: Report, _context: Context) -> Statements:
    """Every cell holds a number; where there is nothing to count, 0."""
    for row, cells in _rows_with(report, lambda _key, cell: cell.value is None and not cell.raw.strip()):
        names = named(tuple(cells))
        yield fail(
            row,
            f"空白单元格{len(cells)}个：{names.zh}（没有的应填0）",
            f"{len(cells)} blank cells: {names.en} (0 is written where there is nothing)",
            cells=tuple(cells),
            found="",
        )
    yield from _unread_cells(report)


def _may_be_a_number(raw: str) -> bool:
    """Whether a cell prints digits, or characters that could not be read at all."""
    return "\ufffd" in raw or any(character.isdigit() for character in raw)


@rule(
    "cell-nonnumeric",
    title_zh="单元格不是数字",
    norm_zh="每个单元格填写数字，不填符号或文字",
    basis=FORM,
    forms=UNIFIED,
)
def cell_nonnumeric(report: Report, _context: Context) -> Statements:
    """Every cell holds a number, not a sign or a word."""
    for row, cells in _rows_with(report, lambda _key, cell: cell.value is None and bool(cell.raw.strip())):
        names = named(tuple(cells))
        raw = shorten(next(iter(cells.values())).raw, 40)
        if any(_may_be_a_number(cell.raw) for cell in cells.values()):
            yield uncertain(
                row,
                f"单元格内容未能确定为一个数：{names.zh}，原文“{raw}”",
                f"Cells that could not be read as one number: {names.en}, printed “{raw}”",
                fault=Fault.EXTRACTION,
                cells=tuple(cells),
                found=raw,
                quote=raw,
            )
        else:
            yield fail(
                row,
                f"填写的不是数字：{names.zh}，填为“{raw}”（没有的应填0）",
                f"Not a number: {names.en}, filled with “{raw}” (0 is written where there is nothing)",
                cells=tuple(cells),
                found=raw,
                quote=raw,
            )
    yield from _unread_cells(report)


@rule(
    "cell-negative",
    title_zh="出现负数",
    norm_zh="除“本年增/减”外，各项数字不为负",
    basis=LOGIC,
    forms=UNIFIED,
)
def cell_negative(report: Report, _context: Context) -> Statements:
    """No figure is below zero, except this year's change in items."""
    for row, cells in _rows_with(report, _is_negative):
        names, first = named(tuple(cells)), next(iter(cells.values()))
        yield fail(
            row,
            f"出现负数：{names.zh}，填为“{first.raw.strip()}”",
            f"Below zero: {names.en}, printed “{first.raw.strip()}”",
            cells=tuple(cells),
            found=first.value,
        )
    yield from _unread_cells(report)


@rule(
    "cell-not-integer",
    title_zh="件数含小数",
    norm_zh="件数为整数，只有金额可以有小数",
    basis=LOGIC,
    forms=UNIFIED,
)
def cell_not_integer(report: Report, _context: Context) -> Statements:
    """Counts are whole numbers; only amounts of money may have decimals."""
    for row, cells in _rows_with(report, _is_broken_count):
        names, first = named(tuple(cells)), next(iter(cells.values()))
        yield fail(
            row,
            f"件数含小数：{names.zh}，填为“{first.raw.strip()}”",
            f"A count with decimals: {names.en}, printed “{first.raw.strip()}”",
            cells=tuple(cells),
            found=first.value,
        )
    yield from _unread_cells(report)


@rule(
    "cell-fullwidth-or-separator",
    title_zh="全角数字或千分位分隔符",
    norm_zh="数字用半角书写，不加千分位分隔符",
    basis=PRACTICE,
    forms=UNIFIED,
)
def cell_fullwidth_or_separator(report: Report, _context: Context) -> Statements:
    """Numbers are written in plain digits, without separators of thousands."""
    for key, table in report.tables.items():
        odd = {k: c for k, c in table.cells.items() if c.value is not None and _ODD_DIGITS.search(c.raw)}
        if odd:
            cells, raw = named(tuple(odd)), shorten(next(iter(odd.values())).raw, 40)
            yield fail(
                key,
                f"{TABLES[key].zh}有{len(odd)}格用了全角数字或千分位分隔符：{cells.zh}，如“{raw}”",
                f"{TABLES[key].en}: {len(odd)} cells in full-width digits or with separators of thousands: "
                f"{cells.en}, such as “{raw}”",
                cells=tuple(odd),
                found=raw,
                quote=raw,
            )
    yield from _unread_cells(report)


@rule(
    "unit-suspect-procurement",
    title_zh="采购金额未注明单位",
    norm_zh="表二“政府集中采购”的采购总金额注明单位",
    basis=PRACTICE,
    forms=("2019",),
    table="disclosure",
)
def unit_suspect_procurement(report: Report, _context: Context) -> Statements:
    """The sum of central procurement names its unit."""
    table = report.tables["disclosure"]
    cell = table.cells.get(_PROCUREMENT)
    if cell is None:
        yield from _unseen_tables(report)
        return
    heading = table.headings_of_money.get(_PROCUREMENT)
    if not cell.value or "元" in cell.raw or "元" in (heading or ""):
        return
    prose = [fold(sentence) for sentence in sentences(report.text)]
    same = re.compile(rf"采购[^。；]{{0,20}}?(?<![\d.]){re.escape(str(cell.value))}(?:万|亿)?元")
    if any(_UNIT_OF_PROCUREMENT.search(sentence) or same.search(sentence) for sentence in prose):
        return  # a line above the table, or the prose, names it
    label = cell_label(_PROCUREMENT)
    elsewhere = heading is None or any(_UNIT_ELSEWHERE.search(sentence) for sentence in prose)
    told = uncertain if elsewhere else fail
    yield told(
        "disclosure.procurement",
        f"{label.zh}为{figure(cell.value)}，单元格和表头均未注明单位（元或万元）",
        f"{label.en} is {figure(cell.value)}; neither the cell nor the heading names the unit",
        cells=(_PROCUREMENT,),
        found=cell.value,
        quote=heading or "",
    )


def _is_negative(key: str, cell: Cell) -> bool:
    return cell.value is not None and cell.value < 0 and key.rpartition(".")[2] not in SIGNED_COLUMNS


def _is_broken_count(key: str, cell: Cell) -> bool:
    if cell.value is None or isinstance(cell.value, int):
        return False
    return cell.value != int(cell.value) and key.rpartition(".")[2] not in DECIMAL_COLUMNS


def _rows_with(report: Report, matches: Callable[[str, Cell], bool]) -> Iterator[tuple[str, dict[str, Cell]]]:
    """Rows that hold matching cells, with these cells."""
    for table in report.tables.values():
        found = {k: c for k, c in table.cells.items() if matches(k, c)}
        for row in dict.fromkeys(key.rpartition(".")[0] for key in found):
            yield row, {key: cell for key, cell in found.items() if key.rpartition(".")[0] == row}


def _unread_cells(report: Report) -> Statements:
    """One uncertain statement for every table of which some cells could not be read with certainty."""
    for key, table, form in _tables_with_form(report):
        unread = tuple(cell for cell in cell_keys(form, key) if cell not in table.cells)
        if table.state is TableState.DAMAGED and unread:
            names = named(unread)
            yield uncertain(
                key,
                f"{TABLES[key].zh}结构损坏，{len(unread)}格未能读出（{names.zh}），未予检查",
                f"{TABLES[key].en} is damaged: {len(unread)} cells could not be read ({names.en}) "
                "and were not checked",
                cells=unread,
            )
    yield from _unseen_tables(report)


def _unseen_tables(report: Report) -> Statements:
    """Tables that are pictures cannot be judged; with no table at all there is nothing to judge."""
    for key, table in report.tables.items():
        if table.state is TableState.IMAGE:
            yield uncertain(
                key,
                f"{TABLES[key].zh}为图片，未能读取，未予检查",
                f"{TABLES[key].en} is a picture; it could not be read and was not checked",
            )
    if all(table.state is TableState.MISSING for table in report.tables.values()):
        yield NOT_APPLICABLE


def _tables_with_form(report: Report) -> Iterator[tuple[str, Table, Form]]:
    """The tables that were read, each with the form that it is held to."""
    for key, table in report.tables.items():
        form = printed_form(report, key)
        if form is not None and table.state not in _NO_TABLE:
            yield key, table, form


def _rows_unread(key: str, absent: tuple[str, ...]) -> Statement:
    labels = [place_label(row) for row in absent[:_NAMED_DAMAGES]]
    return uncertain(
        key,
        f"{TABLES[key].zh}结构损坏，{len(absent)}行未能辨认（{'、'.join(label.zh for label in labels)}等），"
        "无法判断是否缺行",
        f"{TABLES[key].en} is damaged: {len(absent)} rows were not recognised "
        f"({'; '.join(label.en for label in labels)} …), so absence cannot be told",
    )
