"""The three tables of a report as they are printed: cells with their spans, before any layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby
from typing import NamedTuple

from crawler.demo.writer import ReportSpec
from crawler.report.forms import (
    APPLICANTS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORM_2019,
    FORM_2021,
    FORMS,
    OTHER_HANDLING,
    TOTAL,
    Form,
    Row,
)

BALANCE_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

_LABEL_COLUMNS = 3
_DISCLOSURE_WIDTH = 4
_LABELS_LOST = "denied_"
_RUN_TOGETHER = "unprocessed_"


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A printed cell; inner line breaks are "\\n"."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    number: bool = False
    key: str = ""  # of the report's cell whose number it prints, "" where it prints none or several


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed table. Rows hold the cells that begin there, as in HTML."""

    key: str  # disclosure, applications, disputes
    width: int
    rows: tuple[tuple[SheetCell, ...], ...]
    header_rows: int = 0


class Cover(Enum):
    """What a place of the grid holds."""

    CELL = auto()
    LEFT = auto()  # covered by a cell that begins further left
    ABOVE = auto()  # covered by a cell that begins in a row above


class Place(NamedTuple):
    """One place of the full grid, with the cell that begins there or covers it."""

    cell: SheetCell
    cover: Cover


class _PrintedRow(NamedTuple):
    groups: tuple[str, ...]
    label: str
    numbers: tuple[SheetCell, ...]


def sheets(spec: ReportSpec) -> dict[str, Sheet]:
    """The tables of `spec` by the key of their section; only those of sections that are there."""
    form = FORMS[spec.form]
    drawn = {
        "disclosure": _disclosure(spec, form),
        "applications": _applications(spec, _application_rows(spec)),
    }
    if "disputes" in spec.section_keys:
        drawn["disputes"] = _disputes(spec)
    return drawn


def places(sheet: Sheet, *, ragged: bool = False) -> list[list[Place]]:
    """The full grid of `sheet`: `width` places in every row, each covered place with its cell.

    Rows of a damaged sheet may have more or fewer places with `ragged`; otherwise that is a ValueError.
    """
    grid: list[list[Place | None]] = [[None] * sheet.width for _ in sheet.rows]
    for y, row in enumerate(sheet.rows):
        x = 0
        for cell in row:
            while x < len(grid[y]) and grid[y][x] is not None:
                x += 1
            if ragged and x == len(grid[y]):
                grid[y].append(None)
            for dy in range(cell.rowspan):
                for dx in range(cell.colspan):
                    cover = Cover.ABOVE if dy else Cover.LEFT if dx else Cover.CELL
                    grid[y + dy][x + dx] = Place(cell, cover)
            x += cell.colspan
    full = [[place for place in row if place is not None] for row in grid]
    if not ragged and any(len(row) != sheet.width for row in full):
        raise ValueError(f"sheet {sheet.key} leaves places empty")
    return full


def split(sheet: Sheet, at: int) -> tuple[Sheet, Sheet]:
    """`sheet` cut in two before row `at`, as a word processor does at the end of a page.

    A cell that spans the cut goes on in the second part as an empty cell.
    """
    grid = places(sheet)
    upper = tuple(
        tuple(replace(cell, rowspan=min(cell.rowspan, at - y)) for cell in row)
        for y, row in enumerate(sheet.rows[:at])
    )
    carried: list[SheetCell] = []
    own = iter(sheet.rows[at])
    for x, place in enumerate(grid[at]):
        if place.cover is Cover.CELL:
            carried.append(next(own))
        elif place.cover is Cover.ABOVE and (x == 0 or grid[at][x - 1].cell is not place.cell):
            height = sum(1 for row in grid[at:] if row[x].cell is place.cell)
            carried.append(replace(place.cell, text="", rowspan=height))
    lower = (tuple(carried), *sheet.rows[at + 1 :])
    return (
        Sheet(sheet.key, sheet.width, upper, sheet.header_rows),
        Sheet(sheet.key, sheet.width, lower),
    )


def _number(spec: ReportSpec, key: str) -> SheetCell:
    return SheetCell(str(spec.cells[key]), number=True, key=key)


def _disclosure(spec: ReportSpec, form: Form) -> Sheet:
    rows: list[tuple[SheetCell, ...]] = []
    for block in form.disclosure:
        last = _DISCLOSURE_WIDTH - len(block.columns)  # the last column fills the width
        spans = [1] * (len(block.columns) - 1) + [last]
        rows.append((SheetCell(block.label, colspan=_DISCLOSURE_WIDTH),))
        rows.append(
            (
                SheetCell("信息内容"),
                *(
                    SheetCell(column.label, colspan=span)
                    for column, span in zip(block.columns, spans, strict=True)
                ),
            )
        )
        for row in block.rows:
            numbers = (
                replace(_number(spec, f"disclosure.{row.key}.{column.key}"), colspan=span)
                for column, span in zip(block.columns, spans, strict=True)
            )
            rows.append((SheetCell(row.label), *numbers))
    return Sheet("disclosure", _DISCLOSURE_WIDTH, tuple(rows))


def _application_rows(spec: ReportSpec) -> Sequence[Row]:
    """Rows of table three as `spec` has them: reports on either form print （六） as one row."""
    form = FORM_2019 if f"applications.{OTHER_HANDLING.key}.{TOTAL}" in spec.cells else FORM_2021
    return form.applications


def _applications(spec: ReportSpec, form_rows: Sequence[Row]) -> Sheet:
    printed = _printed_rows(spec, form_rows)
    parts = [column.label for column in APPLICANTS]
    rows: list[tuple[SheetCell, ...]] = [
        (
            SheetCell(BALANCE_NOTE, colspan=_LABEL_COLUMNS, rowspan=3),
            SheetCell("申请人情况", colspan=len(parts)),
        ),
        (
            SheetCell(parts[0], rowspan=2),
            SheetCell("法人或其他组织", colspan=len(parts) - 2),
            SheetCell(parts[-1], rowspan=2),
        ),
        tuple(SheetCell(part) for part in parts[1:-1]),
    ]
    for at, row in enumerate(printed):
        labels: list[SheetCell] = []
        for depth, group in enumerate(row.groups):
            path = row.groups[: depth + 1]
            if at and printed[at - 1].groups[: depth + 1] == path:
                continue
            height = sum(1 for other in printed if other.groups[: depth + 1] == path)
            labels.append(SheetCell(group, rowspan=height))
        labels.append(SheetCell(row.label, colspan=_LABEL_COLUMNS - len(row.groups)))
        rows.append((*labels, *row.numbers))
    return Sheet("applications", _LABEL_COLUMNS + len(parts), tuple(rows), header_rows=3)


def _printed_rows(spec: ReportSpec, form_rows: Sequence[Row]) -> Sequence[_PrintedRow]:
    damaged = "applications" in spec.damaged_tables
    keyed = [
        (
            row.key,
            _PrintedRow(
                row.groups,
                "" if damaged and row.key.startswith(_LABELS_LOST) else row.label,
                tuple(_number(spec, f"applications.{row.key}.{column.key}") for column in APPLICANTS),
            ),
        )
        for row in form_rows
    ]
    printed: list[_PrintedRow] = []
    for together, members in groupby(keyed, lambda pair: damaged and pair[0].startswith(_RUN_TOGETHER)):
        rows = [row for _, row in members]
        if together:
            columns = zip(*(row.numbers for row in rows), strict=True)
            together_in = tuple(
                SheetCell("\n".join(cell.text for cell in column), number=True) for column in columns
            )
            rows = [_PrintedRow(rows[0].groups, "", together_in)]
        printed.extend(rows)
    return printed


def _disputes(spec: ReportSpec) -> Sheet:
    review, *suits = DISPUTE_GROUPS
    width = len(DISPUTE_COLUMNS)
    labels = [column.label for column in DISPUTE_COLUMNS]
    return Sheet(
        "disputes",
        width * len(DISPUTE_GROUPS),
        (
            (
                SheetCell(review.label, colspan=width),
                SheetCell("行政诉讼", colspan=width * len(suits)),
            ),
            (
                *(SheetCell(label, rowspan=2) for label in labels),
                *(SheetCell(suit.label.split(" · ")[1], colspan=width) for suit in suits),
            ),
            tuple(SheetCell(label) for _ in suits for label in labels),
            tuple(
                _number(spec, f"disputes.{group.key}.{column.key}")
                for group in DISPUTE_GROUPS
                for column in DISPUTE_COLUMNS
            ),
        ),
        header_rows=3,
    )
