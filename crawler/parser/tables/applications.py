"""Table three: applications received and handled, by applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from crawler.extract.document import Origin
from crawler.parser.tables.builder import TableBuilder, read_cell
from crawler.parser.tables.columns import Head, Shape, assign, learn_paddings
from crawler.parser.tables.labels import (
    ALL_APPLICANTS,
    APPLICANT_LABELS,
    ORGANISATIONS,
    OTHER,
    RESULTS,
    ROWS,
    Part,
    group_of,
    is_variant,
    printed_number,
    prints_as,
)
from crawler.parser.tables.lines import Line, Mark, is_wordy
from crawler.report.forms import APPLICANTS, FORM_2019, FORM_2021, OTHER_HANDLING, TOTAL, cell_keys
from crawler.report.model import DamageKind, Table

KEY = "applications"


class _PrintedRow(NamedTuple):
    """A row with values; `row` is None where its label is unknown or lost, `label` is "" where it is lost."""

    row: str | None
    label: str
    group: str | None  # the group that it stands in
    line: Line
    start: int  # where the values begin
    head: Head
    bears_group: bool = False  # its only label is that of its group


_UNNAMED = Head(tuple(column.key for column in APPLICANTS), sure=False)


def read_applications(lines: Sequence[Line], disclosure_form: str | None) -> Table | None:
    """The table, None where the lines hold neither its header nor a row of it.

    Its form is "2021" where （六） is printed in three lines, else None: reports on either form print one.
    `disclosure_form` tells which rows the table must have to be complete.
    """
    rows: list[_PrintedRow] = []
    heads: list[Line] = []
    head = _UNNAMED
    group: str | None = None
    header_open = True
    evident = False
    for line in lines:
        columns, marks = _split_marks(line)
        if columns:
            heads = [*heads, replace(line, marks=columns)] if header_open else [replace(line, marks=columns)]
            header_open = True
            read = _read_head(heads)
            head = read if read.sure else head
            evident = evident or len(columns) > 1
            if not marks:
                continue
        for mark in marks:
            group = _group_after(mark, group)
        row = _read_row(line, marks[-1] if marks else None, group, head)
        if row is not None:
            rows.append(row)
            header_open = False
            evident = evident or row.row is not None
    if not evident:
        return None
    builder = TableBuilder(KEY)
    if rows and not all(row.head.sure for row in rows):
        builder.add_damage(DamageKind.COLUMNS_UNKNOWN, KEY, rows[0].line)
    named = _add_rows(builder, rows)
    split = any(group_of(key) == OTHER for key in named)
    whole = OTHER_HANDLING.key in named
    form = (
        FORM_2021
        if split or (disclosure_form == FORM_2021.id) or not (whole or disclosure_form)
        else FORM_2019
    )
    return builder.build(FORM_2021.id if split else None, cell_keys(form, KEY))


def _split_marks(line: Line) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """The labels of columns and the labels of rows that a line prints.

    其他 and 总计 are both: they belong to the header where other columns stand beside them, before any row's
    label, and to a row otherwise.
    """
    columns: list[Mark] = []
    rows: list[Mark] = []
    is_header = any(_is_column(mark) and not mark.reads_as(Part.ROW) for mark in line.marks)
    for mark in _with_variants(line) if is_header else line.marks:
        if _is_column(mark) and not rows and (is_header or not mark.reads_as(Part.ROW)):
            columns.append(mark)
        elif mark.reads_as(Part.ROW) or mark.reads_as(Part.RESULT_GROUP):
            rows.append(mark)
    return tuple(columns), tuple(rows)


def _with_variants(line: Line) -> list[Mark]:
    """The labels of a header line, with those that are printed a little otherwise: 法人和其他组织."""
    known = {mark.at for mark in line.marks}
    marks = list(line.marks)
    for at, text in line.own():
        if at not in known and len(text) <= _LONGEST_COLUMN and is_wordy(text):
            near = [label for words, label in APPLICANT_LABELS.items() if is_variant(text, words)]
            if len(near) == 1:
                marks.append(Mark(at, (near[0],), text))
    return sorted(marks)


_LONGEST_COLUMN = 20


def _is_column(mark: Mark) -> bool:
    return mark.reads_as(Part.APPLICANT) is not None or mark.reads_as(Part.APPLICANT_GROUP) is not None


def _group_after(mark: Mark, group: str | None) -> str | None:
    own = mark.reads_as(Part.RESULT_GROUP)
    if own is not None:
        return own
    row = mark.reads_as(Part.ROW)
    return group_of(row) if row is not None and not _is_column(mark) else group


# --- columns


def _read_head(lines: Sequence[Line]) -> Head:
    names = sorted(column.key for column in APPLICANTS)
    keys = _columns_in_order(lines)
    width = max(len(line.slots) for line in lines)
    places: dict[str, int] = {}
    for line in lines:
        for mark in line.marks:
            key = mark.reads_as(Part.APPLICANT)
            if key is not None:
                places[key] = mark.at
    # Header rows that were not padded under merged cells put two columns in one place: then only words count.
    drawn = tuple(sorted(places, key=lambda key: places[key]))
    if lines[-1].rectangular and sorted(drawn) == names and len(set(places.values())) == len(names):
        return Head(drawn, places, width=width) if drawn == (keys or _UNNAMED.keys) else _UNNAMED
    return Head(keys, width=width) if sorted(keys) == names else _UNNAMED


def _columns_in_order(lines: Sequence[Line]) -> tuple[str, ...]:
    """The columns from left to right: what is printed below a merged head takes its place.

    Empty where columns stand in several lines and the head that joins them is not known.
    """
    order: list[str] = []
    for line in lines:
        below = [
            mark.reads_as(Part.APPLICANT_GROUP) or mark.reads_as(Part.APPLICANT) or ""
            for mark in line.marks
            if line.slots[mark.at].origin is Origin.CELL
        ]
        for merged in (ORGANISATIONS, ALL_APPLICANTS):
            if merged in order and below:
                at = order.index(merged)
                order[at : at + 1] = below
                break
        else:
            if order and below:
                return ()
            order.extend(below)
    if ORGANISATIONS in order and set(_KINDS_OF_ORGANISATION) <= set(order):
        # The header lost its lines: the kinds stand behind everything that was above them.
        kinds = [key for key in order if key in _KINDS_OF_ORGANISATION]
        order = [key for key in order if key not in _KINDS_OF_ORGANISATION]
        at = order.index(ORGANISATIONS)
        order[at : at + 1] = kinds
    elif len(lines) == 1 and ALL_APPLICANTS in order and order[-1] != TOTAL:
        return ()
    return tuple(key for key in order if key not in (ALL_APPLICANTS, ORGANISATIONS))


_KINDS_OF_ORGANISATION = tuple(column.key for column in APPLICANTS[1:-1])


# --- rows


def _read_row(line: Line, last: Mark | None, group: str | None, head: Head) -> _PrintedRow | None:
    """The row of values that a line prints behind its last label, None where it prints none."""
    start = line.behind(last.at) if last is not None else 0
    row = last.reads_as(Part.ROW) if last is not None else None
    if last is not None and row is not None and not last.reads_as(Part.RESULT_GROUP):
        known = row if _is_in_place(row, last, group) else None
        return _PrintedRow(known, last.text, group, line, start, head)
    figures = line.has_figure(start)
    unknown = line.unknown_label(start)
    if unknown is not None:
        behind = line.behind(unknown.at)
        return _PrintedRow(None, unknown.text, group, line, behind, head) if figures else None
    if last is not None:
        cells = figures or (row is not None and len(line.own(start)) >= len(APPLICANTS))
        return _PrintedRow(None, last.text, group, line, start, head, bears_group=True) if cells else None
    if not figures:
        return None
    first = next(at for at, text in line.own() if text)
    return _PrintedRow(None, "", group, line, first, head)


def _is_in_place(row: str, mark: Mark, group: str | None) -> bool:
    """Whether 其他 and 总计, which say little by themselves, stand where the form has them."""
    if not _is_column(mark):
        return True
    printed, wanted = printed_number(mark.text), printed_number(ROWS[row].label)
    if printed is not None and printed != wanted:
        return False
    own = group_of(row)
    return group == own or (own == RESULTS and (group == OTHER or printed == wanted))


def _add_rows(builder: TableBuilder, rows: Sequence[_PrintedRow]) -> Mapping[str, object]:
    """Take over what the rows hold; the rows of the form that were found, by key."""
    named: dict[str, list[_PrintedRow]] = {}
    rest: list[_PrintedRow] = []
    for row in rows:
        if row.row is not None:
            named.setdefault(row.row, []).append(row)
        else:
            rest.append(row)
    unknown: list[_PrintedRow] = []
    nameless: dict[str | None, list[_PrintedRow]] = {}
    for row in rest:
        if row.label and not row.bears_group:
            key = _nearest(row, named)
            if key is None:
                unknown.append(row)
            else:
                named[key] = [row]
        else:
            nameless.setdefault(row.group, []).append(row)
    _name_other_handling(named, nameless)
    paddings = learn_paddings(((row.line, row.start) for row in rows), len(APPLICANTS))
    for key, found in named.items():
        builder.add_row(key, [(assign(row.line, row.start, row.head, paddings), row.line) for row in found])
        for row in found:
            if not prints_as(row.label, ROWS[key].label):
                builder.add_altered(key, row.label)
    missing = _missing_rows(named)
    for row in unknown:
        builder.add_extra(row.label, row.line, row.start)
    if unknown and missing:
        builder.add_damage(DamageKind.ROW_UNKNOWN, KEY, unknown[0].line)
    for group, found in nameless.items():
        in_group = [row for row in rows if row.group == group and row not in unknown]
        _add_nameless(builder, group, found, missing.get(group, []), in_group, named, paddings)
    return named


def _nearest(row: _PrintedRow, named: Mapping[str, object]) -> str | None:
    """The one row of the form whose label a printed one is a damaged or altered spelling of."""
    near = [key for key, form_row in ROWS.items() if is_variant(row.label, form_row.label)]
    if len(near) != 1 or near[0] in named:
        return None
    key = near[0]
    number = printed_number(row.label)
    if number is not None and number != printed_number(ROWS[key].label):
        return None
    group = group_of(key)
    return key if group in (None, RESULTS, row.group) else None


def _name_other_handling(
    named: dict[str, list[_PrintedRow]], nameless: dict[str | None, list[_PrintedRow]]
) -> None:
    """（六）其他处理 is a row of its own where no other row stands in that group."""
    alone = nameless.get(OTHER, [])
    if len(alone) == 1 and alone[0].bears_group and not any(group_of(key) == OTHER for key in named):
        named[OTHER_HANDLING.key] = nameless.pop(OTHER)


def _missing_rows(named: Mapping[str, object]) -> dict[str | None, list[str]]:
    """Keys of the rows that were not found, by group; （六） counts as one row or as three."""
    missing: dict[str | None, list[str]] = {}
    for row in FORM_2021.applications:
        group = group_of(row.key)
        if row.key not in named and not (group == OTHER and OTHER_HANDLING.key in named):
            missing.setdefault(group, []).append(row.key)
    return missing


def _add_nameless(
    builder: TableBuilder,
    group: str | None,
    nameless: Sequence[_PrintedRow],
    missing: Sequence[str],
    in_group: Sequence[_PrintedRow],
    named: Mapping[str, object],
    paddings: Mapping[Shape, int],
) -> None:
    """Rows of one group that lost their labels.

    Where the group has as many rows as the form and those with labels stand where the form has them, a value
    stands if all nameless rows hold it, so that it does not matter which is which.
    """
    subtotals = [row for row in nameless if row.bears_group]
    if len(subtotals) == len(nameless) and any(group_of(key) == group for key in named):
        for row in subtotals:
            if row.line.has_figure(row.start):
                builder.add_extra(row.label, row.line, row.start)
        return
    known = group not in (None, RESULTS)
    where = f"{KEY}.{group}" if known else KEY
    builder.add_damage(
        DamageKind.LABELS_LOST, where, nameless[0].line, len(missing) if known else None, len(nameless)
    )
    form_rows = [row.key for row in FORM_2021.applications if group_of(row.key) == group]
    in_order = len(in_group) == len(form_rows) and all(
        row.row in (None, key) for row, key in zip(in_group, form_rows, strict=True)
    )
    if not known or not in_order or len(nameless) != len(missing):
        return
    readings = [assign(row.line, row.start, row.head, paddings).texts for row in nameless]
    for column in APPLICANTS:
        texts = {reading.get(column.key, "") for reading in readings}
        text = texts.pop() if len(texts) == 1 else ""
        if text:
            for key in missing:
                builder.cells[f"{KEY}.{key}.{column.key}"] = read_cell(column.key, text)
