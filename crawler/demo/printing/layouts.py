"""The ways in which offices print the form: each layout prints a report, and tells what can be read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from types import MappingProxyType

from crawler.demo.defects import plant
from crawler.demo.printing.model import Line, Printed, Role
from crawler.demo.printing.tables import (
    carelessly_typed,
    full_width,
    in_lines_of,
    with_columns,
    with_empty_column,
    with_rows_above,
    with_texts,
    without_rowspans,
    without_spans,
)
from crawler.demo.sheets import Sheet, SheetCell, sheets, split
from crawler.demo.writer import ReportSpec
from crawler.report.forms import (
    APPLICANTS,
    DECIMAL_COLUMNS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORM_2021,
    OTHER_HANDLING,
    SIGNED_COLUMNS,
)
from crawler.report.model import Number

Layout = Callable[[ReportSpec], Printed]

_VALUES = len(APPLICANTS)
_MANY = 1009  # makes figures of four digits and more


def plain(spec: ReportSpec) -> Printed:
    """As the form prints it: every section in order, its table below its text."""
    drawn = sheets(spec)
    blocks: list[Line | Sheet] = [Line(spec.title, Role.TITLE), *map(Line, spec.preface)]
    for section in spec.sections:
        blocks.append(Line(section.heading, Role.HEADING))
        blocks.extend(map(Line, section.paragraphs))
        if section.key in drawn:
            blocks.append(drawn[section.key])
    signed = spec.signed
    blocks.append(Line(spec.organ, Role.SIGNATURE))
    blocks.append(Line(f"{signed.year}年{signed.month}月{signed.day}日", Role.SIGNATURE))
    return Printed(spec, tuple(blocks))


# Merged cells


def padded_header(spec: ReportSpec) -> Printed:
    """Header rows without row spans: empty cells below each other instead."""
    return plain(spec).with_sheets(lambda sheet: without_rowspans(sheet, range(sheet.header_rows)))


def ghosts(spec: ReportSpec) -> Printed:
    """No merged cell at all: what one covered repeats its text."""
    return plain(spec).with_sheets(without_spans)


def group_in_each_row(spec: ReportSpec) -> Printed:
    """The group of a row stands in a cell of its own in every row."""
    return plain(spec).with_sheets(lambda sheet: without_rowspans(sheet, _body(sheet), repeated=True))


def group_in_first_row(spec: ReportSpec) -> Printed:
    """The group of a row stands in the first row of the group; the cells below it are empty."""
    return plain(spec).with_sheets(lambda sheet: without_rowspans(sheet, _body(sheet)))


def _body(sheet: Sheet) -> range:
    return range(sheet.header_rows, len(sheet.rows))


# Tables over a page break


def split_tables(spec: ReportSpec) -> Printed:
    """Tables two and three stand in two parts each; the second has no header."""
    return _with_halves(spec, lambda _, lower: lower)


def split_with_header(spec: ReportSpec) -> Printed:
    """Tables two and three stand in two parts each, both of which have the header."""
    return _with_halves(spec, _headed)


def _with_halves(spec: ReportSpec, second: Callable[[Sheet, Sheet], Sheet]) -> Printed:
    printed = plain(spec)
    blocks: list[Line | Sheet] = []
    for block in printed.blocks:
        if isinstance(block, Sheet) and block.key != "disputes":
            upper, lower = split(block, _page_end(block))
            blocks += [upper, second(block, lower)]
        else:
            blocks.append(block)
    return replace(printed, blocks=tuple(blocks))


def _page_end(sheet: Sheet) -> int:
    """The row that a page begins with: the third block of table two, （四） of table three."""
    first = "第二十条第（六）项" if sheet.key == "disclosure" else "（四）无法提供"
    return next(y for y, row in enumerate(sheet.rows) if row[0].text == first)


def _headed(whole: Sheet, lower: Sheet) -> Sheet:
    header = whole.rows[: whole.header_rows]
    return replace(lower, rows=(*header, *lower.rows), header_rows=whole.header_rows)


# Columns


def leading_empty_column(spec: ReportSpec) -> Printed:
    """An empty column before everything else."""
    return plain(spec).with_sheets(lambda sheet: with_empty_column(sheet, 0))


def inner_empty_column(spec: ReportSpec) -> Printed:
    """An empty column between the labels and the numbers."""
    return plain(spec).with_sheets(
        lambda sheet: sheet if sheet.key == "disputes" else with_empty_column(sheet, _first_value(sheet))
    )


def total_first(spec: ReportSpec) -> Printed:
    """总计 is the first column of tables three and four."""

    def moved(sheet: Sheet) -> Sheet:
        if sheet.key == "disclosure":
            return sheet
        first = _first_value(sheet)
        size = len(DISPUTE_COLUMNS) if sheet.key == "disputes" else _VALUES
        order = list(range(first))
        for low in range(first, sheet.width, size):
            order += [low + size - 1, *range(low, low + size - 1)]
        return with_columns(sheet, order)

    return plain(spec).with_sheets(moved)


def _first_value(sheet: Sheet) -> int:
    return {"disclosure": 1, "applications": sheet.width - _VALUES, "disputes": 0}[sheet.key]


def disputes_in_rows(spec: ReportSpec) -> Printed:
    """Table four has a row for each of its three groups instead of fifteen columns."""

    def turned(sheet: Sheet) -> Sheet:
        if sheet.key != "disputes":
            return sheet
        header = (SheetCell(""), *(SheetCell(column.label) for column in DISPUTE_COLUMNS))
        numbers = sheet.rows[-1]
        size = len(DISPUTE_COLUMNS)
        body = (
            (SheetCell(group.label.rpartition(" · ")[2]), *numbers[at * size : (at + 1) * size])
            for at, group in enumerate(DISPUTE_GROUPS)
        )
        return Sheet(sheet.key, size + 1, (header, *body), header_rows=1)

    return plain(spec).with_sheets(turned)


# Labels


def broken_labels(spec: ReportSpec) -> Printed:
    """Labels broken by lines and blanks, with half-width brackets and full-width digits."""
    return _with_labels(spec, carelessly_typed)


def narrow_header(spec: ReportSpec) -> Printed:
    """The words of the header and the groups of table three run down their columns, a character a line."""

    def narrowed(sheet: Sheet) -> Sheet:
        rows = []
        for y, row in enumerate(sheet.rows):
            head = sheet.header_rows and y < sheet.header_rows
            rows.append(
                tuple(
                    replace(cell, text="\n".join(cell.text))
                    if (head and cell.colspan == 1) or cell.rowspan > 1
                    else cell
                    for cell in row
                )
            )
        return replace(sheet, rows=tuple(rows))

    return plain(spec).with_sheets(narrowed)


def narrow_labels(spec: ReportSpec) -> Printed:
    """Long labels go on in further lines of their cell."""
    return _with_labels(spec, partial(in_lines_of, length=7))


def spaced_header(spec: ReportSpec) -> Printed:
    """Blanks between the characters of short labels: 商 业 企 业."""
    return _with_labels(spec, lambda label: " ".join(label) if len(label) <= 6 else label)


def _with_labels(spec: ReportSpec, change: Callable[[str], str]) -> Printed:
    return plain(spec).with_sheets(
        lambda sheet: with_texts(sheet, lambda cell: cell.text if cell.number else change(cell.text))
    )


# Rows


def unit_rows(spec: ReportSpec) -> Printed:
    """The unit of the numbers in a row of its own above the header."""
    return plain(spec).with_sheets(lambda sheet: with_rows_above(sheet, "单位：件"))


def titled_tables(spec: ReportSpec) -> Printed:
    """The heading of the section once more in the first row of its table."""
    headings = {section.key: section.heading for section in spec.sections}
    return plain(spec).with_sheets(lambda sheet: with_rows_above(sheet, headings[sheet.key]))


def six_in_one_row(spec: ReportSpec) -> Printed:
    """（六）其他处理 is one row, as the form of 2019 has it."""
    if spec.form != FORM_2021.id:
        return plain(spec)
    cells = {k: n for k, n in spec.cells.items() if not k.startswith("applications.other_")}
    for column in APPLICANTS:
        cells[f"applications.{OTHER_HANDLING.key}.{column.key}"] = sum(
            int(spec.cells[f"applications.{row}.{column.key}"])
            for row in ("other_overdue_correction", "other_overdue_fee", "other_misc")
        )
    return plain(replace(spec, cells=MappingProxyType(cells)))


def old_form(spec: ReportSpec) -> Printed:
    """All tables on the form of 2019, whatever the year."""
    return plain(plant(spec, "old-form") if spec.form == FORM_2021.id else spec)


# Text around the tables


def tables_first(spec: ReportSpec) -> Printed:
    """The table of a section stands above its text."""
    printed = plain(spec)
    blocks: list[Line | Sheet] = []
    below: list[Line | Sheet] = []
    for block in printed.blocks:
        if isinstance(block, Sheet):
            blocks += [block, *below]
            below = []
        elif block.role is Role.TEXT:
            below.append(block)
        else:
            blocks += [*below, block]
            below = []
    return replace(printed, blocks=(*blocks, *below))


def title_in_two_lines(spec: ReportSpec) -> Printed:
    """The title goes on in a second line, a line break between them."""
    printed = plain(spec)
    organ = len(spec.organ)
    title = Line(f"{spec.title[:organ]}\n{spec.title[organ:]}", Role.TITLE)
    return replace(printed, blocks=(title, *printed.blocks[1:]))


# Numbers


def separators(spec: ReportSpec) -> Printed:
    """Thousands are separated by commas: 1,234."""
    many = {
        key: number * _MANY if key.endswith((".decisions", ".amount", ".amount_10k_cny")) else number
        for key, number in spec.cells.items()
    }
    printed = plain(replace(spec, cells=MappingProxyType(many)))
    return _with_numbers(printed, lambda _, number: f"{number:,}")


def units(spec: ReportSpec) -> Printed:
    """Each number with its unit: 3件, 1.25万元."""

    def with_unit(column: str, number: Number) -> str:
        if column in DECIMAL_COLUMNS:
            return f"{number}万元" if column == "amount_10k_cny" else str(number)
        return f"{number}件"

    return _with_numbers(plain(spec), with_unit)


def full_width_figures(spec: ReportSpec) -> Printed:
    """Digits in full width: １２."""
    return _with_numbers(plain(spec), lambda _, number: full_width(str(number)))


def decimals(spec: ReportSpec) -> Printed:
    """Sums of money with two decimals, zero as well: 0.00."""
    return _with_numbers(
        plain(spec),
        lambda column, number: f"{Decimal(number):.2f}" if column in DECIMAL_COLUMNS else str(number),
    )


def signs(spec: ReportSpec) -> Printed:
    """Changes with their sign or in words: +3, 减2, 持平."""

    def signed(column: str, number: Number) -> str:
        if column not in SIGNED_COLUMNS:
            return str(number)
        return "持平" if number == 0 else f"+{number}" if number > 0 else f"减{-number}"

    return _with_numbers(plain(spec), signed)


def stand_ins(spec: ReportSpec) -> Printed:
    """Marks where the number is zero: "/" in table two, "—" in table four, "无" in a row of table three."""
    zeros = {key for key, number in spec.cells.items() if number == 0}
    marks = {"disclosure": "/", "disputes": "—", "applications": "无"}
    row = "applications.carried_in."
    chosen = {key for key in zeros if not key.startswith("applications.") or key.startswith(row)}
    return _without_numbers(plain(spec), chosen, lambda key: marks[key.partition(".")[0]])


def blanks(spec: ReportSpec) -> Printed:
    """Every other row of table three has blanks where the number is zero, and so has table four."""
    rows = dict.fromkeys(key.rpartition(".")[0] for key in spec.cells if key.startswith("applications."))
    blank = {*list(rows)[::2], *(f"disputes.{group.key}" for group in DISPUTE_GROUPS)}
    chosen = {k for k, number in spec.cells.items() if number == 0 and k.rpartition(".")[0] in blank}
    return _without_numbers(plain(spec), chosen, lambda _: "")


def _with_numbers(printed: Printed, written: Callable[[str, Number], str]) -> Printed:
    cells = printed.spec.cells

    def text(cell: SheetCell) -> str:
        return written(cell.key.rpartition(".")[2], cells[cell.key]) if cell.key else cell.text

    return printed.with_sheets(lambda sheet: with_texts(sheet, text))


def _without_numbers(printed: Printed, keys: Iterable[str], mark: Callable[[str], str]) -> Printed:
    chosen = frozenset(keys)
    marked = printed.with_sheets(
        lambda sheet: with_texts(sheet, lambda cell: mark(cell.key) if cell.key in chosen else cell.text)
    )
    return replace(marked, numberless=chosen)


LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        "plain": plain,
        "padded-header": padded_header,
        "ghosts": ghosts,
        "group-in-each-row": group_in_each_row,
        "group-in-first-row": group_in_first_row,
        "split": split_tables,
        "split-with-header": split_with_header,
        "leading-empty-column": leading_empty_column,
        "inner-empty-column": inner_empty_column,
        "total-first": total_first,
        "disputes-in-rows": disputes_in_rows,
        "broken-labels": broken_labels,
        "narrow-header": narrow_header,
        "narrow-labels": narrow_labels,
        "spaced-header": spaced_header,
        "unit-rows": unit_rows,
        "titled-tables": titled_tables,
        "six-in-one-row": six_in_one_row,
        "old-form": old_form,
        "tables-first": tables_first,
        "title-in-two-lines": title_in_two_lines,
        "separators": separators,
        "units": units,
        "full-width-figures": full_width_figures,
        "decimals": decimals,
        "signs": signs,
        "stand-ins": stand_ins,
        "blanks": blanks,
    }
)
"""Every layout, by name."""
