"""Table three: applications received and handled, by applicant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crawler.extract.document import Origin
from crawler.parser.tables.applicants import MAX_HEADER_LINES, UNNAMED, is_column, read_head, split_marks
from crawler.parser.tables.builder import Printing, TableBuilder, lowest
from crawler.parser.tables.columns import Head, Values, Witnesses, assign
from crawler.parser.tables.labels import OTHER, RESULTS, ROWS, group_of, nearest, printed_number, prints_as
from crawler.parser.tables.lines import Line, Mark
from crawler.parser.tables.unlabelled import Gap, find_gaps
from crawler.report.forms import APPLICANTS, FORM_2019, FORM_2021, OTHER_HANDLING, cell_keys
from crawler.report.model import DamageKind, Table

KEY = "applications"
_REQUIRED = {form.id: cell_keys(form, KEY) for form in (FORM_2019, FORM_2021)}


class _PrintedRow(NamedTuple):
    """A row with values; `row` is None where its label is unknown or lost, `label` is "" where it is lost."""

    row: str | None
    label: str
    group: str | None  # the group that it stands in
    line: Line
    start: int  # where the values begin
    head: Head
    at: int = -1  # place of the label
    bears_group: bool = False  # its only label is that of its group

    @property
    def is_nameless(self) -> bool:
        """Whether no label of its own can be read: it is lost, or the picture did not show it clearly."""
        if self.row is not None:
            return False
        return not self.label or self.bears_group or self.line.confidence(self.at) is not None


def read_applications(lines: Sequence[Line], disclosure_form: str | None) -> Table | None:
    """The table, None where the lines hold neither its header nor a row of it.

    Its form is "2021" where （六） is printed in three lines, else None: reports on either form print one.
    `disclosure_form` tells which rows the table must have to be complete.
    """
    rows: list[_PrintedRow] = []
    heads: list[Line] = []
    head = UNNAMED
    group: str | None = None
    header_open = True
    head_is_new = False
    evident = False
    for line in lines:
        columns, marks = split_marks(line)
        if columns:
            heads = heads[1 - MAX_HEADER_LINES :] if header_open else []
            heads.append(line._replace(marks=columns))
            header_open = head_is_new = True
            evident = evident or len(columns) > 1
            if not marks:
                continue
        if head_is_new:
            head = _latest_head(heads) or head
            head_is_new = False
        if not marks and _numbers_columns(line):
            continue
        above = group
        for mark in marks:
            group = _group_after(mark, group)
        row = _read_row(line, marks[-1] if marks else None, group, head)
        if row is not None and row.bears_group and (group == above or _is_covered(line, row.at)):
            row = row._replace(label="", bears_group=False)  # the group's label stands in all of its rows
        if row is not None:
            rows.append(row)
            header_open = False
            evident = evident or row.row is not None
    if not evident:
        return None
    builder = TableBuilder(KEY)
    if rows and not all(row.head.sure and None not in row.head.keys for row in rows):
        builder.add_damage(DamageKind.COLUMNS_UNKNOWN, KEY, rows[0].line)
    named = _add_rows(builder, rows)
    split = any(group_of(key) == OTHER for key in named)
    whole = OTHER_HANDLING.key in named
    form = (
        FORM_2021
        if split or (disclosure_form == FORM_2021.id) or not (whole or disclosure_form)
        else FORM_2019
    )
    return builder.build(FORM_2021.id if split else None, _REQUIRED[form.id])


def _latest_head(heads: Sequence[Line]) -> Head | None:
    """The columns that the header names, as far down as it does; None where it does not."""
    for last in range(len(heads), 0, -1):
        head = read_head(heads[:last])
        if head.sure:
            return head
    return None


_NUMBERING = frozenset("甲 乙 栏次 列次 行次 序号 编号".split())  # noqa: SIM905


def _numbers_columns(line: Line) -> bool:
    """Whether a line numbers the columns: 甲 1 2 3 4 5 6 7."""
    texts = [text for _, text in line.cells if text]
    labels = {text for text in texts if text in _NUMBERING}
    figures = [text for text in texts if text not in _NUMBERING]
    return bool(labels) and len(figures) > 1 and figures == [str(at) for at in range(1, len(figures) + 1)]


def _is_covered(line: Line, at: int) -> bool:
    return line.slots[at].origin is not Origin.CELL


def _group_after(mark: Mark, group: str | None) -> str | None:
    reading = mark.reading
    if reading.result_group is not None:
        return reading.result_group
    return group_of(reading.row) if reading.row is not None and not is_column(mark) else group


def _read_row(line: Line, last: Mark | None, group: str | None, head: Head) -> _PrintedRow | None:
    """The row of values that a line prints behind its last label, None where it prints none."""
    start = line.behind(last.at) if last is not None else 0
    row = last.reading.row if last is not None else None
    if last is not None and row is not None and last.reading.result_group is None:
        known = row if _is_in_place(row, last, group) else None
        return _PrintedRow(known, last.text, group, line, start, head, last.at)
    figures = line.has_figure(start)
    unknown = line.unknown_label(start) if figures else None
    if unknown is not None:
        at, text = unknown
        return _PrintedRow(None, text, group, line, line.behind(at), head, at)
    if last is not None:
        cells = figures or (
            row is not None and line.unknown_label(start) is None and len(line.own(start)) >= len(APPLICANTS)
        )
        return (
            _PrintedRow(None, last.text, group, line, start, head, last.at, bears_group=True)
            if cells
            else None
        )
    if not figures:
        return None
    first = next(at for at, text in line.cells if text)
    return _PrintedRow(None, "", group, line, first, head)


def _is_in_place(row: str, mark: Mark, group: str | None) -> bool:
    """Whether 其他 and 总计, which say little by themselves, stand where the form has them."""
    if not is_column(mark):
        return True
    printed, wanted = printed_number(mark.text), printed_number(ROWS[row].label)
    if printed is not None and printed != wanted:
        return False
    own = group_of(row)
    return group == own or (own == RESULTS and (group == OTHER or printed == wanted))


def _add_rows(builder: TableBuilder, rows: Sequence[_PrintedRow]) -> Mapping[str, object]:
    """Take over what the rows hold; the rows of the form that were found, by key."""
    named = _name_rows(rows)
    witnesses = Witnesses([(row.line, row.start) for row in rows], len(APPLICANTS))
    for key, found in named.items():
        builder.add_row(key, [_printing(row, witnesses) for row in found])
        for row in found:
            if row.label != ROWS[key].label and not prints_as(row.label, ROWS[key].label):
                builder.add_altered(key, row.label)
    taken = {id(row) for found in named.values() for row in found}
    rest = [row for row in rows if id(row) not in taken]
    if rest:
        _add_rest(
            builder, rows, rest, {id(row): key for key, found in named.items() for row in found}, witnesses
        )
    return named


def _printing(row: _PrintedRow, witnesses: Witnesses) -> Printing:
    confidence = row.head.confidence
    if row.line.recognised and row.at >= 0:
        confidence = lowest(confidence, row.line.confidence(row.at))
    return Printing(assign(row.line, row.start, row.head, witnesses), row.line, confidence)


def _name_rows(rows: Sequence[_PrintedRow]) -> dict[str, list[_PrintedRow]]:
    """The rows whose labels tell which they are, by key: printed exactly, or as one damaged spelling."""
    named: dict[str, list[_PrintedRow]] = {}
    for row in rows:
        if row.row is not None:
            named.setdefault(row.row, []).append(row)
    exact = frozenset(named)
    for row in rows:
        if row.row is None and row.label and not row.bears_group:
            key = nearest(row.label, "row")
            if key is not None and key not in exact and group_of(key) in (None, RESULTS, row.group):
                named.setdefault(key, []).append(row)
    # （六）其他处理 is a row of its own where no other row stands in that group.
    alone = [row for row in rows if row.row is None and row.bears_group and row.group == OTHER]
    others = [row for row in rows if row.row is None and not row.label and row.group == OTHER]
    if len(alone) == 1 and not others and not any(group_of(key) == OTHER for key in named):
        named.setdefault(OTHER_HANDLING.key, []).extend(alone)
    return named


# --- rows whose labels do not tell which they are


def _add_rest(
    builder: TableBuilder,
    rows: Sequence[_PrintedRow],
    rest: Sequence[_PrintedRow],
    keys: Mapping[int, str],
    witnesses: Witnesses,
) -> None:
    """Take over rows without a readable label: as extra rows, or where their place proves what they are.

    `keys` are those of the rows that are told by their labels, by the identity of the row.
    """
    told_keys = frozenset(keys.values())
    form = FORM_2019 if OTHER_HANDLING.key in told_keys else FORM_2021
    unknown = [row for row in rest if not row.is_nameless]
    own_grids = {row.line.grid for row in rows if id(row) in keys}
    for row in unknown:
        if row.line.grid in own_grids:  # else a table of its own: requests by department, by month
            builder.add_extra(row.label, row.line, row.start)
    if unknown and any(row.key not in told_keys for row in form.applications):
        builder.add_damage(DamageKind.ROW_UNKNOWN, KEY, unknown[0].line)
    # Figures beside the label of a group are a subtotal where other labels tell its rows.
    labelled = {row.group for row in rows if group_of(keys.get(id(row), "")) == row.group}
    labelled -= {row.group for row in rest if row.is_nameless and not row.bears_group}
    subtotals = [row for row in rest if row.bears_group and row.group in labelled]
    for row in subtotals:
        if row.line.has_figure(row.start):
            builder.add_extra(row.label, row.line, row.start)
    aside = {id(row) for row in subtotals}
    order = [row for row in rows if id(row) not in aside]
    told = [keys.get(id(row)) for row in order]
    nameless = [key is None and row.is_nameless for row, key in zip(order, told, strict=True)]
    gaps = find_gaps(told, nameless, [row.group for row in order], form)
    for gap in gaps:
        _add_gap(builder, gap, [order[at] for at in gap.places], witnesses)


def _add_gap(builder: TableBuilder, gap: Gap, rows: Sequence[_PrintedRow], witnesses: Witnesses) -> None:
    """Claim what rows without labels hold where their place tells which they are, or it does not matter."""
    builder.add_damage(DamageKind.LABELS_LOST, gap.where, rows[0].line, gap.expected, gap.found)
    if not gap.keys:
        return
    printings = [_printing(row, witnesses) for row in rows]
    if any(builder.holds_row(printing.values.texts) for printing in printings):
        return  # may be another row once more
    agreed = dict(printings[0].values.texts)
    for printing in printings[1:]:
        agreed = {key: text for key, text in agreed.items() if printing.values.texts.get(key) == text}
    certain = {key: text for key, text in agreed.items() if text}
    for key, printing in zip(gap.keys, printings, strict=True):
        values = Values(certain, places=printing.values.places)
        builder.add_row(key, [printing._replace(values=values)], by_position=True)
