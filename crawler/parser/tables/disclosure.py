"""Table two: items of article 20, each with columns of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from crawler.parser.chinese import fold
from crawler.parser.numbers import TEN_THOUSAND_YUAN, looks_numeric
from crawler.parser.tables.builder import IN_TEN_THOUSANDS, TableBuilder
from crawler.parser.tables.columns import Head, Values, assign, by_elimination, learn_paddings
from crawler.parser.tables.labels import Part, prints_as
from crawler.parser.tables.lines import Line, Mark, is_wordy
from crawler.report.forms import FORMS, Column, Form, Row, cell_keys
from crawler.report.model import DamageKind, Table

KEY = "disclosure"


class _PrintedRow(NamedTuple):
    item: str  # key of the row: "regulations"
    label: str  # as printed
    line: Line
    start: int  # where the values begin
    head: Head | None
    heading: str  # what the header prints


def read_disclosure(lines: Sequence[Line]) -> Table | None:
    """The table, None where the lines hold neither a header of it nor a row with figures.

    Its form is the one that most rows' columns belong to; rows printed on the other form are kept as extra
    rows, since their numbers mean something else.
    """
    rows: list[_PrintedRow] = []
    unknown: list[tuple[Mark, Line]] = []
    head: Head | None = None
    heading = ""
    evident = False
    for line in lines:
        items = [mark for mark in line.marks if mark.reads_as(Part.ITEM)]
        measures = [mark for mark in line.marks if mark.reads_as(Part.MEASURE)]
        # An article printed above a table that is gone is no table.
        in_grid = line.rectangular or len(line.slots) > 1
        evident = evident or bool(measures) or (in_grid and any(m.reads_as(Part.ARTICLE) for m in line.marks))
        if measures:
            behind = [mark.at for mark in items if mark.at > measures[-1].at]
            head = _read_head(line, measures, behind[0] if behind else len(line.slots))
            heading = line.quote()
        if items and (not measures or items[-1].at > measures[-1].at):
            mark = items[-1]
            start = line.behind(mark.at)
            evident = evident or line.has_figure(start)
            rows.append(_PrintedRow(mark.reads_as(Part.ITEM) or "", mark.text, line, start, head, heading))
        elif not line.marks and (label := line.unknown_label()) and line.has_figure(label.at + 1):
            unknown.append((label, line))
    if not evident:
        return None
    builder = TableBuilder(KEY)
    form = _printed_form(rows)
    if form is None and rows:
        builder.add_damage(DamageKind.COLUMNS_UNKNOWN, KEY, rows[0].line)
    _add_rows(builder, rows, form)
    for label, line in unknown:
        builder.add_extra(label.text, line, line.behind(label.at))
    required = cell_keys(form, KEY) if form is not None else ()
    if unknown and any(key not in builder.cells for key in required):
        builder.add_damage(DamageKind.ROW_UNKNOWN, KEY, unknown[0][1])
    return builder.build(form.id if form is not None else None, required)


def _read_head(line: Line, measures: Sequence[Mark], end: int) -> Head:
    by_place = {mark.at: mark for mark in measures}
    keys: list[str | None] = []
    places: dict[str, int] = {}
    ignored: set[int] = set()
    for at, text in line.own():
        key = by_place[at].reads_as(Part.MEASURE) if at in by_place else None
        if at >= end:
            break
        if key is not None and key not in places:
            keys.append(key)
            places[key] = at
        elif keys and is_wordy(text):
            keys.append(None)
            ignored.add(at)
    return Head(tuple(keys), places, frozenset(ignored), len(line.slots))


def _printed_form(rows: Sequence[_PrintedRow]) -> Form | None:
    votes = Counter(form.id for row in rows for form in FORMS.values() if _fits(row, form)).most_common(2)
    if not votes or (len(votes) > 1 and votes[0][1] == votes[1][1]):
        return None
    return FORMS[votes[0][0]]


def _fits(row: _PrintedRow, form: Form) -> bool:
    """Whether the header above a row names the columns that `form` has there."""
    columns = _columns(form, row.item)
    if row.head is None or not columns:
        return False
    named = [key for key in by_elimination(row.head.keys, columns) if key is not None]
    return sorted(named) == sorted(column.key for column in columns)


def _columns(form: Form, item: str) -> tuple[Column, ...]:
    return next((block.columns for block in form.disclosure for row in block.rows if row.key == item), ())


def _form_row(form: Form, item: str) -> Row | None:
    return next((row for block in form.disclosure for row in block.rows if row.key == item), None)


def _add_rows(builder: TableBuilder, rows: Sequence[_PrintedRow], form: Form | None) -> None:
    readings: dict[str, list[tuple[Values, Line]]] = {}
    for row in rows:
        own = form or next((other for other in FORMS.values() if _fits(row, other)), None)
        form_row = _form_row(own, row.item) if own is not None else None
        if own is None or form_row is None:
            builder.add_extra(row.label, row.line, row.start)
            continue
        if not _fits(row, own) and any(_fits(row, other) for other in FORMS.values()):
            builder.add_damage(DamageKind.COLUMNS_UNKNOWN, f"{KEY}.{row.item}", row.line)
            builder.add_extra(row.label, row.line, row.start)
            continue
        readings.setdefault(row.item, []).append((_read_row(row, own, rows), row.line))
        if not prints_as(row.label, form_row.label):
            builder.add_altered(row.item, row.label)
    for item, found in readings.items():
        builder.add_row(item, found)


def _read_row(row: _PrintedRow, form: Form, rows: Sequence[_PrintedRow]) -> Values:
    columns = _columns(form, row.item)
    if row.head is not None and _fits(row, form):
        head = _named_head(row.head, columns)
    else:
        head = Head(tuple(column.key for column in columns), sure=False)
    paddings = learn_paddings(
        ((other.line, other.start) for other in rows if other.head is row.head), len(head.keys)
    )
    values = assign(row.line, row.start, head, paddings)
    certain = {
        key: text
        for key, text in values.texts.items()
        if key not in IN_TEN_THOUSANDS or not _unit_in_doubt(row.heading, text)
    }
    return values if len(certain) == len(values.texts) else Values(certain, DamageKind.COLUMNS_UNKNOWN)


def _named_head(head: Head, columns: Sequence[Column]) -> Head:
    keys = by_elimination(head.keys, columns)
    return head if keys == head.keys else replace(head, keys=keys, places={})


def _unit_in_doubt(heading: str, text: str) -> bool:
    """Whether neither the header nor the cell names ten thousand yuan as the unit of a sum that is not zero:
    figures in plain yuan are common.
    """
    return (
        looks_numeric(text)
        and bool(text.strip("0.０． "))
        and TEN_THOUSAND_YUAN not in fold(heading)
        and TEN_THOUSAND_YUAN not in text
    )
