"""Table two: items of article 20, each with columns of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from crawler.parser.chinese import fold
from crawler.parser.numbers import TEN_THOUSAND_YUAN, looks_numeric
from crawler.parser.tables.builder import IN_TEN_THOUSANDS, Printing, TableBuilder, lowest
from crawler.parser.tables.columns import Head, Values, Witnesses, assign, by_elimination
from crawler.parser.tables.labels import Reading, nearest, prints_as
from crawler.parser.tables.lines import Line, Mark, is_wordy
from crawler.report.forms import DECIMAL_COLUMNS, FORMS, Column, Form, Row, cell_keys
from crawler.report.model import DamageKind, Table

KEY = "disclosure"
_REQUIRED = MappingProxyType({form.id: cell_keys(form, KEY) for form in FORMS.values()})
_LONGEST_LABEL = 30


class _Item(NamedTuple):
    """A row of a form with the columns above it."""

    row: Row
    columns: tuple[Column, ...]
    names: tuple[str, ...]  # keys of the columns, sorted


_ITEMS: Mapping[str, Mapping[str, _Item]] = MappingProxyType(
    {
        form.id: MappingProxyType(
            {
                row.key: _Item(row, block.columns, tuple(sorted(column.key for column in block.columns)))
                for block in form.disclosure
                for row in block.rows
            }
        )
        for form in FORMS.values()
    }
)
"""Rows of each form by the form's id and their own key."""


class _Section(NamedTuple):
    """The header above some rows."""

    head: Head
    line: Line


class _PrintedRow(NamedTuple):
    item: str  # key of the row: "regulations"
    label: str  # as printed
    line: Line
    at: int  # place of the label
    start: int  # where the values begin
    section: _Section | None


def read_disclosure(lines: Sequence[Line]) -> Table | None:
    """The table, None where the lines hold neither a header of it nor a row with figures.

    Its form is the one that most rows' columns belong to; rows printed on the other form are kept as extra
    rows, since their numbers mean something else.
    """
    rows: list[_PrintedRow] = []
    unknown: list[tuple[int, str, Line]] = []
    nameless: list[Line] = []
    section: _Section | None = None
    evident = False
    for line in lines:
        marks = _with_variants(line)
        items = [mark for mark in marks if mark.reading.item]
        measures = [mark for mark in marks if mark.reading.measure]
        # An article printed above a table that is gone is no table.
        in_grid = line.rectangular or len(line.slots) > 1
        evident = evident or bool(measures) or (in_grid and any(mark.reading.article for mark in marks))
        if measures:
            behind = [mark.at for mark in items if mark.at > measures[-1].at]
            head = _read_head(line, measures, behind[0] if behind else len(line.slots))
            section = _Section(head, line)
        if items and (not measures or items[-1].at > measures[-1].at):
            mark = items[-1]
            start = line.behind(mark.at)
            evident = evident or line.has_figure(start)
            rows.append(_PrintedRow(mark.reading.item or "", mark.text, line, mark.at, start, section))
        elif not marks and line.has_figure():
            label = line.unknown_label()
            if label is None:
                nameless.append(line)
            elif line.has_figure(label[0] + 1):
                unknown.append((*label, line))
    if not evident:
        return None
    builder = TableBuilder(KEY)
    form = _printed_form(rows)
    if form is None and rows:
        builder.add_damage(DamageKind.COLUMNS_UNKNOWN, KEY, rows[0].line)
    _add_rows(builder, rows, form)
    for at, text, line in unknown:
        builder.add_extra(text, line, line.behind(at))
    required = _REQUIRED[form.id] if form is not None else ()
    if (unknown or nameless) and not all(map(builder.holds, required)):
        if unknown:
            builder.add_damage(DamageKind.ROW_UNKNOWN, KEY, unknown[0][2])
        if nameless:
            builder.add_damage(DamageKind.LABELS_LOST, KEY, nameless[0])
    return builder.build(form.id if form is not None else None, required)


def _with_variants(line: Line) -> Sequence[Mark]:
    """The labels of a line with those that are printed a little otherwise, of columns or of a row."""
    if line.marks and line.last_figure >= 0:
        return line.marks
    known = {mark.at for mark in line.marks}
    found: list[Mark] = []
    for at, text in line.cells:
        if at in known or len(text) > _LONGEST_LABEL or not is_wordy(text):
            continue
        item, measure = nearest(text, "item"), nearest(text, "measure")
        if item or measure:
            found.append(Mark(at, Reading(KEY, item=item, measure=measure), text))
    return sorted([*line.marks, *found], key=lambda mark: mark.at) if found else line.marks


def _read_head(line: Line, measures: Sequence[Mark], end: int) -> Head:
    by_place = {mark.at: mark for mark in measures}
    keys: list[str | None] = []
    places: dict[str, int] = {}
    ignored: set[int] = set()
    for at, text in line.cells:
        key = by_place[at].reading.measure if at in by_place else None
        if at >= end:
            break
        if key is not None and key not in places:
            keys.append(key)
            places[key] = at
        elif keys and is_wordy(text):
            keys.append(None)
            ignored.add(at)
    sure = lowest(*(line.confidence(at) for at in by_place)) if line.recognised else None
    return Head(tuple(keys), places, frozenset(ignored), line.grid, len(line.slots), confidence=sure)


def _printed_form(rows: Sequence[_PrintedRow]) -> Form | None:
    votes = Counter(form.id for row in rows for form in FORMS.values() if _fits(row, form)).most_common(2)
    if not votes or (len(votes) > 1 and votes[0][1] == votes[1][1]):
        return None
    return FORMS[votes[0][0]]


def _fits(row: _PrintedRow, form: Form) -> bool:
    """Whether the header above a row names the columns that `form` has there."""
    return row.section is not None and _names_columns(row.section.head.keys, form.id, row.item)


@lru_cache(maxsize=512)
def _names_columns(keys: tuple[str | None, ...], form: str, item: str) -> bool:
    known = _ITEMS[form].get(item)
    if known is None:
        return False
    named = [key for key in by_elimination(keys, known.columns) if key is not None]
    return tuple(sorted(named)) == known.names


def _add_rows(builder: TableBuilder, rows: Sequence[_PrintedRow], form: Form | None) -> None:
    printings: dict[str, list[Printing]] = {}
    witnesses = _witnesses(rows)
    for row in rows:
        own = form or next((other for other in FORMS.values() if _fits(row, other)), None)
        item = _ITEMS[own.id].get(row.item) if own is not None else None
        if own is None or item is None:
            builder.add_extra(row.label, row.line, row.start)
            continue
        fits = _fits(row, own)
        if not fits and any(_fits(row, other) for other in FORMS.values()):
            builder.add_damage(DamageKind.COLUMNS_UNKNOWN, f"{KEY}.{row.item}", row.line)
            builder.add_extra(row.label, row.line, row.start)
            continue
        head = Head(tuple(column.key for column in item.columns), sure=False)
        if row.section is not None and fits:
            head = _named_head(row.section.head, item.columns)
        printings.setdefault(row.item, []).append(_read_row(row, head, witnesses[id(row.section)]))
        if row.section is not None:
            for column in DECIMAL_COLUMNS.intersection(item.names):
                builder.add_heading(row.item, column, row.section.line)
        if row.label != item.row.label and not prints_as(row.label, item.row.label):
            builder.add_altered(row.item, row.label)
    for key, found in printings.items():
        builder.add_row(key, found)


def _witnesses(rows: Sequence[_PrintedRow]) -> dict[int, Witnesses]:
    """The rows below each header, by its identity."""
    below: dict[int, list[_PrintedRow]] = {}
    for row in rows:
        below.setdefault(id(row.section), []).append(row)
    return {
        key: Witnesses(
            [(row.line, row.start) for row in found],
            len(found[0].section.head.keys) if found[0].section is not None else 0,
        )
        for key, found in below.items()
    }


def _read_row(row: _PrintedRow, head: Head, witnesses: Witnesses) -> Printing:
    values = assign(row.line, row.start, head, witnesses)
    if any(
        key in IN_TEN_THOUSANDS and _unit_in_doubt(row.section.line.quote() if row.section else "", text)
        for key, text in values.texts.items()
    ):
        certain = {key: text for key, text in values.texts.items() if key not in IN_TEN_THOUSANDS}
        values = Values(certain, DamageKind.COLUMNS_UNKNOWN, places=values.places)
    confidence = head.confidence
    if row.line.recognised:
        confidence = lowest(confidence, row.line.confidence(row.at))
    return Printing(values, row.line, confidence)


def _named_head(head: Head, columns: Sequence[Column]) -> Head:
    keys = by_elimination(head.keys, columns)
    return head if keys == head.keys else head._replace(keys=keys, places={})


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
