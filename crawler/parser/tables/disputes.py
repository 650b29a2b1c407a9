"""Table four: reviews and litigation, printed as one row of fifteen figures or one row a group."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from crawler.extract.document import Origin
from crawler.parser.tables.builder import TableBuilder
from crawler.parser.tables.columns import Head, Keys, Values, assign
from crawler.parser.tables.labels import LITIGATION, Part
from crawler.parser.tables.lines import Line
from crawler.report.forms import DISPUTE_COLUMNS, DISPUTE_GROUPS, FORM_2021, cell_keys
from crawler.report.model import Table

KEY = "disputes"
_GROUPS = tuple(group.key for group in DISPUTE_GROUPS)
_RESULTS = tuple(column.key for column in DISPUTE_COLUMNS)
_CELLS = cell_keys(FORM_2021, KEY)  # both forms print the same table


class _PrintedRow(NamedTuple):
    line: Line
    start: int  # where the values begin
    head: Head


def read_disputes(lines: Sequence[Line]) -> Table | None:
    """The table, None where the lines hold none of its columns."""
    rows: list[_PrintedRow] = []
    heads: list[Line] = []
    header_open = True
    evident = False
    for line in lines:
        groups = [
            key for mark in line.marks if (key := mark.reads_as(Part.DISPUTE_GROUP)) not in (None, LITIGATION)
        ]
        columns = any(mark.reads_as(Part.DISPUTE_COLUMN) for mark in line.marks)
        labels_row = len(groups) == 1 and not columns and line.has_figure()
        if line.marks and not labels_row:
            heads = [*heads, line] if header_open else [line]
            header_open = True
            evident = evident or columns
        start = line.behind(line.marks[-1].at) if line.marks else 0
        if not line.has_figure(start) and not _is_blank_row(line, heads):
            continue
        unknown = line.unknown_label(start)
        start = line.behind(unknown.at) if unknown is not None else start
        rows.append(_PrintedRow(line, start, _read_head(heads, groups[0] if labels_row else None)))
        header_open = False
    if not evident:
        return None
    builder = TableBuilder(KEY)
    _add_rows(builder, rows)
    return builder.build(None, _CELLS)


def _is_blank_row(line: Line, heads: Sequence[Line]) -> bool:
    """Whether a line is the row of figures left blank, not a blank line of the header."""
    own = line.own()
    return bool(heads) and not line.marks and len(own) >= len(_CELLS) and not any(text for _, text in own)


def _read_head(lines: Sequence[Line], group: str | None) -> Head:
    """The columns of a header, or its first five for a row that bears the label of `group`."""
    placed_groups: list[tuple[int, str]] = []
    placed_results: list[tuple[int, str]] = []
    for line in lines:
        for mark in line.marks:
            if line.slots[mark.at].origin is not Origin.CELL:
                continue
            key = mark.reads_as(Part.DISPUTE_GROUP)
            if key is not None and key != LITIGATION:
                placed_groups.append((mark.at, key))
            elif (key := mark.reads_as(Part.DISPUTE_COLUMN)) is not None:
                placed_results.append((mark.at, key))
    if all(
        line.rectangular for line in lines
    ):  # where a label stands tells its column, not which row it is in
        placed_groups.sort(key=itemgetter(0))
        placed_results.sort(key=itemgetter(0))
    groups = [key for _, key in placed_groups]
    results = [key for _, key in placed_results]
    size = len(_RESULTS)
    if group is not None:
        groups, results = [group], results[:size]
    fives = [results[at : at + size] for at in range(0, len(results), size)]
    # Groups in any other order than the form's are a header that was torn apart.
    sure = (
        0 < len(groups) == len(fives)
        and groups == [key for key in _GROUPS if key in groups]
        and all(sorted(five) == sorted(_RESULTS) for five in fives)
    )
    if not sure:
        groups = [group] if group is not None else list(_GROUPS)
        fives = [list(_RESULTS)] * len(groups)
    keys: Keys = tuple(f"{g}.{key}" for g, five in zip(groups, fives, strict=True) for key in five)
    return Head(keys, sure=sure)


def _add_rows(builder: TableBuilder, rows: Sequence[_PrintedRow]) -> None:
    filled = [row for row in rows if row.line.has_figure(row.start)] or list(rows)
    readings: dict[str, list[tuple[Values, Line]]] = {}
    for row in filled:
        values = assign(row.line, row.start, row.head, {})
        groups = list(dict.fromkeys(key.partition(".")[0] for key in row.head.named))
        if values.damage is not None:
            where = KEY if len(groups) > 1 else f"{KEY}.{groups[0]}"
            builder.add_damage(values.damage, where, row.line, values.expected, values.found)
        for group in groups:
            own = {
                key.partition(".")[2]: text
                for key, text in values.texts.items()
                if key.partition(".")[0] == group
            }
            readings.setdefault(group, []).append((Values(own), row.line))
    for group, found in readings.items():
        builder.add_row(group, found)
