"""Table four: reviews and litigation, printed as one row of fifteen figures or one row a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crawler.extract.document import Origin
from crawler.parser.tables.builder import Printing, TableBuilder, lowest
from crawler.parser.tables.columns import Head, Keys, Values, Witnesses, assign
from crawler.parser.tables.labels import LITIGATION, Reading, nearest
from crawler.parser.tables.lines import Line, Mark, is_wordy
from crawler.report.forms import DISPUTE_COLUMNS, DISPUTE_GROUPS, FORM_2021, cell_keys
from crawler.report.model import Table

KEY = "disputes"
MAX_HEADER_LINES = 8
_GROUPS = tuple(group.key for group in DISPUTE_GROUPS)
_RESULTS = tuple(column.key for column in DISPUTE_COLUMNS)
_SORTED_RESULTS = sorted(_RESULTS)
_CELLS = cell_keys(FORM_2021, KEY)  # both forms print the same table
_LONGEST_LABEL = 20


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
    for printed in lines:
        line = _with_variants(printed)
        groups = [mark for mark in line.marks if mark.reading.dispute_group not in (None, LITIGATION)]
        columns = any(mark.reading.dispute_column for mark in line.marks)
        labels_row = len(groups) == 1 and not columns and line.has_figure()
        if line.marks and not labels_row:
            heads = heads[1 - MAX_HEADER_LINES :] if header_open else []
            heads.append(line)
            header_open = True
            evident = evident or columns
        start = line.behind(line.marks[-1].at) if line.marks else 0
        if not line.has_figure(start) and not _holds_no_figure(line, heads):
            continue
        unknown = line.unknown_label(start)
        start = line.behind(unknown[0]) if unknown is not None else start
        head = _read_head(heads, groups[0].reading.dispute_group if labels_row else None)
        if labels_row and line.recognised:
            head = head._replace(confidence=lowest(head.confidence, line.confidence(groups[0].at)))
        rows.append(_PrintedRow(line, start, head))
        header_open = False
    if not evident:
        return None
    builder = TableBuilder(KEY)
    _add_rows(builder, rows)
    return builder.build(None, _CELLS)


def _with_variants(line: Line) -> Line:
    """The line with labels that are printed a little otherwise, unless others stand before figures."""
    if line.marks and line.last_figure >= 0:
        return line
    known = {mark.at for mark in line.marks}
    found: list[Mark] = []
    for at, text in line.cells:
        if at in known or len(text) > _LONGEST_LABEL or not is_wordy(text):
            continue
        group, column = nearest(text, "dispute_group"), nearest(text, "dispute_column")
        if group or column:
            found.append(Mark(at, Reading(KEY, dispute_group=group, dispute_column=column), text))
    if not found:
        return line
    return line._replace(marks=sorted([*line.marks, *found], key=lambda mark: mark.at))


def _holds_no_figure(line: Line, heads: Sequence[Line]) -> bool:
    """Whether a line is the row of figures left blank, or filled with no plain figures ("18（注）")."""
    own = line.cells
    return (
        bool(heads)
        and not line.marks
        and len(own) >= len(_CELLS)
        and all(not text or any(map(str.isdigit, text)) for _, text in own)
    )


class _Placed(NamedTuple):
    """A label of the header: where it begins, where the columns behind it begin, and what it names."""

    at: int
    end: int
    key: str


def _read_head(lines: Sequence[Line], group: str | None) -> Head:
    """The columns of a header, or its first five for a row that bears the label of `group`."""
    placed_groups: list[_Placed] = []
    placed_results: list[_Placed] = []
    for line in lines:
        for mark in line.marks:
            if line.slots[mark.at].origin is not Origin.CELL:
                continue
            key = mark.reading.dispute_group
            if key is not None and key != LITIGATION:
                _add(placed_groups, _Placed(mark.at, line.behind(mark.at), key), line.rectangular)
            elif (key := mark.reading.dispute_column) is not None:
                _add(placed_results, _Placed(mark.at, line.behind(mark.at), key), line.rectangular)
    drawn = bool(lines) and all(line.rectangular for line in lines)
    if drawn:  # where a label stands tells its column, not which row it is in
        placed_groups.sort()
        placed_results.sort()
    groups = [placed.key for placed in placed_groups]
    results = [placed.key for placed in placed_results]
    size = len(_RESULTS)
    if group is not None:
        groups, results = [group], results[:size]
    fives = [results[at : at + size] for at in range(0, len(results), size)]
    # Groups in any other order than the form's are a header that was torn apart.
    sure = (
        0 < len(groups) == len(fives)
        and groups == [key for key in _GROUPS if key in groups]
        and all(sorted(five) == _SORTED_RESULTS for five in fives)
    )
    if not sure:
        groups = [group] if group is not None else list(_GROUPS)
        fives = [list(_RESULTS)] * len(groups)
    keys: Keys = tuple(f"{g}.{key}" for g, five in zip(groups, fives, strict=True) for key in five)
    if not sure:
        return Head(keys, sure=False)
    confidence = None
    if any(line.recognised for line in lines):
        confidence = lowest(*(line.confidence(mark.at) for line in lines for mark in line.marks))
    width = max(len(line.slots) for line in lines)
    places = {key: placed.at for key, placed in zip(keys, placed_results, strict=False) if key is not None}
    if not drawn or len(set(places.values())) != len(keys):
        return Head(keys, width=width, confidence=confidence)
    return Head(keys, places, grid=lines[-1].grid, width=width, confidence=confidence)


def _add(placed: list[_Placed], label: _Placed, rectangular: bool) -> None:
    """Add a label unless converters repeated it: below itself, or a merged one beside itself."""
    if rectangular and any(known.at == label.at and known.key == label.key for known in placed):
        return
    if label.key in _GROUPS and placed and (placed[-1].end, placed[-1].key) == (label.at, label.key):
        placed[-1] = placed[-1]._replace(end=label.end)
        return
    placed.append(label)


def _add_rows(builder: TableBuilder, rows: Sequence[_PrintedRow]) -> None:
    filled = [row for row in rows if row.line.has_figure(row.start)] or list(rows)
    printings: dict[str, list[Printing]] = {}
    for row in filled:
        witnesses = Witnesses((), len(row.head.keys))
        values = assign(row.line, row.start, row.head, witnesses)
        named = set(row.head.named)
        groups = [group for group in _GROUPS if f"{group}.{_RESULTS[0]}" in named]
        if values.damage is not None:
            where = KEY if len(groups) > 1 else f"{KEY}.{groups[0]}"
            builder.add_damage(values.damage, where, row.line, values.expected, values.found)
        for group in groups:
            own = {
                key.rpartition(".")[2]: text
                for key, text in values.texts.items()
                if key.startswith(group) and key[len(group)] == "."
            }
            places = {}
            if row.line.recognised:
                places = {
                    key.rpartition(".")[2]: values.places[key]
                    for key in values.texts
                    if key.startswith(f"{group}.")
                }
            printing = Printing(Values(own, places=places), row.line, row.head.confidence)
            printings.setdefault(group, []).append(printing)
    for group, found in printings.items():
        builder.add_row(group, found)
