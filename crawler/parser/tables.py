"""Blocks -> the three tables, as cells under the contract's keys.

Labels decide, never places: each line of a grid is told by the labels that it prints, so that tables split
over pages, tables in one another's grid and repeated heads read alike. A number is claimed only where its
row and its column are certain; where a row holds more or fewer numbers than the form, only where every
possible assignment gives the same number. What is not claimed is told as damage.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from crawler.extract.document import Block, Grid, Origin, Paragraph, Picture, Slot
from crawler.parser.chinese import fold
from crawler.parser.labels import (
    ALL_APPLICANTS,
    LITIGATION,
    ORGANISATIONS,
    OTHER,
    RESULTS,
    ROWS,
    Label,
    Part,
    group_of,
    is_variant,
    printed_number,
    prints_as,
    recognise,
)
from crawler.parser.numbers import TEN_THOUSAND_YUAN, looks_numeric, numbers_in, parse_number
from crawler.report.forms import (
    APPLICANTS,
    DECIMAL_COLUMNS,
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    FORM_2019,
    FORM_2021,
    FORMS,
    OTHER_HANDLING,
    SIGNED_COLUMNS,
    Column,
    Form,
    Row,
    cell_keys,
)
from crawler.report.model import AlteredLabel, Cell, Damage, DamageKind, ExtraRow, Number, Table, TableState

TABLES = ("disclosure", "applications", "disputes")


def read_tables(blocks: Sequence[Block]) -> dict[str, Table]:
    """The three tables of a report, from all blocks of its body in reading order.

    Every table is in the answer: with its cells and damages where it was recognised, else as missing, as a
    picture, or as damaged where figures without any known label stand under its heading.
    """
    lines = _lines(blocks)
    by_table: dict[str, list[_Line]] = {key: [] for key in TABLES}
    for key, line in _dispatch(lines):
        by_table[key].append(line)
    disclosure = _read_disclosure(by_table["disclosure"])
    tables = {
        "disclosure": disclosure,
        "applications": _read_applications(
            by_table["applications"], disclosure.form if disclosure is not None else None
        ),
        "disputes": _read_disputes(by_table["disputes"]),
    }
    return {key: table or _unrecognised(key, blocks) for key, table in tables.items()}


# --- lines -----------------------------------------------------------------------------------------------


class _Mark(NamedTuple):
    """A label at its place in a line."""

    at: int
    labels: tuple[Label, ...]
    text: str

    def has(self, part: Part) -> str | None:
        """The key of the label's reading as `part`."""
        return next((label.key for label in self.labels if label.part is part), None)

    @property
    def table(self) -> str | None:
        """The table that the label belongs to, None for words that several tables use."""
        tables = {label.table for label in self.labels}
        return tables.pop() if len(tables) == 1 else None


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a grid: its slots, the labels recognised in them, and what is known of the grid."""

    grid: int
    rectangular: bool
    slots: tuple[Slot, ...]
    marks: tuple[_Mark, ...]
    merged: frozenset[int] = frozenset()  # places whose cell goes on in the line below
    section: str | None = None  # the section heading last seen above

    def quote(self) -> str:
        """What the line prints, cells separated by a bar."""
        return " | ".join(
            " ".join(slot.text.split())
            for slot in self.slots
            if slot.origin is Origin.CELL and slot.text.strip()
        )[:_QUOTE]


_QUOTE = 120

_PLACEHOLDERS = frozenset(
    {"无", "零", "空", "若干", "持平", "暂无", "没有", "不适用", "不涉及", "na", "nan", "null"}
)
_LETTER = re.compile(r"[^\W\d_]")


def _is_wordy(text: str) -> bool:
    """Whether a cell prints words, as labels do, and neither a number nor a stand-in for one."""
    return (
        _LETTER.search(text) is not None
        and not looks_numeric(text)
        and re.sub(r"\W", "", text.lower()) not in _PLACEHOLDERS
    )


def _lines(blocks: Sequence[Block]) -> list[_Line]:
    found: list[_Line] = []
    section: str | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            section = _headed_section(block.text) or section
            article = tuple(label for label in recognise(block.text) if label.part is Part.ARTICLE)
            if article:
                slot = Slot(block.text)
                found.append(_Line(index, False, (slot,), (_Mark(0, article, block.text),), section=section))
        elif isinstance(block, Grid):
            found.extend(_grid_lines(index, block, section))
    return found


def _grid_lines(index: int, grid: Grid, section: str | None) -> Iterator[_Line]:
    for at, slots in enumerate(grid.rows):
        marks = tuple(_marks(slots))
        if grid.rectangular:
            below = grid.rows[at + 1] if at + 1 < len(grid.rows) else ()
            merged = frozenset(
                place
                for place, slot in enumerate(slots[: len(below)])
                if slot.origin is Origin.CELL and below[place].origin is Origin.FROM_ABOVE
            )
            yield _Line(index, True, slots, marks, merged, section)
        else:
            for low, high in _row_ranges(slots, marks):
                own = tuple(mark._replace(at=mark.at - low) for mark in marks if low <= mark.at < high)
                yield _Line(index, False, slots[low:high], own, section=section)


def _marks(slots: Sequence[Slot]) -> Iterator[_Mark]:
    for at, slot in enumerate(slots):
        if slot.origin is Origin.FROM_LEFT or len(slot.text) < 2:
            continue
        labels = recognise(slot.text)
        if labels:
            yield _Mark(at, labels, slot.text.strip())


def _row_ranges(slots: Sequence[Slot], marks: Sequence[_Mark]) -> list[tuple[int, int]]:
    """Where the rows of one printed line begin and end.

    Renderings that lost the ends of rows run them together: a label behind a value begins a new row.
    """
    known = {mark.at for mark in marks}
    starts = [0]
    valued = False
    for at, slot in enumerate(slots):
        if at in known:
            if valued:
                starts.append(at)
            valued = False
        elif slot.text.strip() and not _is_wordy(slot.text):
            valued = True
    return list(zip(starts, [*starts[1:], len(slots)], strict=True))


def _dispatch(lines: Sequence[_Line]) -> Iterator[tuple[str, _Line]]:
    """Each line with the table that it belongs to; lines of other grids are left out."""
    labelled = {line.grid for line in lines if any(mark.table for mark in line.marks)}
    foreign = {
        line.grid
        for line in lines
        if line.grid not in labelled and any(_is_wordy(slot.text) for slot in line.slots)
    }
    current: str | None = None
    section: str | None = None
    for line in lines:
        if line.grid in foreign:
            continue
        if line.section != section:
            section = line.section
            if line.grid not in labelled and section != current:
                current = None
        named = [mark.table for mark in line.marks if mark.table]
        if named:
            current = named[-1]
        if current is not None:
            yield current, line


# --- section headings, as far as tables need them --------------------------------------------------------

_LONGEST_HEADING = 45
_SENTENCE = re.compile(r"[。；，！？;,!?]")
_HEADED = (
    ("disputes", re.compile(r"复议.*诉讼.*情况|诉讼.*复议.*情况")),
    ("applications", re.compile(r"(?:收到|受理|处理).*申请.*情况|依申请公开.*情况")),
    ("disclosure", re.compile(r"主动公开.*情况")),
    ("problems", re.compile(r"(?:主要|存在的?)问题")),
    ("other_matters", re.compile(r"其[他它](?:需要)?.{0,3}事项|需要.{0,3}(?:报告|说明)的?事项")),
    ("overview", re.compile(r"总体情况|概述|基本情况")),
)
_SUBHEADING = re.compile(r"[(（][一二三四五六七八九十]+[)）]|[0-9]+[.、．]")


def _headed_section(text: str) -> str | None:
    """The section that a paragraph heads, None where it is no heading."""
    if len(text) > _LONGEST_HEADING or _SENTENCE.search(text) or _SUBHEADING.match(text):
        return None
    folded = fold(text)
    return next((key for key, pattern in _HEADED if pattern.search(folded)), None)


def _unrecognised(key: str, blocks: Sequence[Block]) -> Table:
    """The state of a table of which no label was found: lost labels, a picture, or nothing."""
    inside = pictured = False
    for block in blocks:
        if isinstance(block, Paragraph):
            headed = _headed_section(block.text)
            inside = headed == key if headed is not None else inside
        elif not inside:
            continue
        elif isinstance(block, Picture):
            pictured = True
        elif any(looks_numeric(slot.text) for row in block.rows for slot in row):
            figures = [slot.text.strip() for row in block.rows for slot in row if slot.text.strip()]
            damage = Damage(DamageKind.LABELS_LOST, key, " | ".join(figures)[:_QUOTE], found=len(figures))
            return Table(key, TableState.DAMAGED, damages=(damage,))
    return Table(key, TableState.IMAGE if pictured else TableState.MISSING)


# --- columns ---------------------------------------------------------------------------------------------

Keys = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """The columns that a header names, in reading order; None for a column that the form does not have.

    `places` tells where each stands in a rectangular grid `width` wide, where the header shows it.
    `sure` is False where the header does not name the form's columns and their order is only the form's.
    """

    keys: Keys
    places: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    ignored: frozenset[int] = frozenset()  # places of columns that the form does not have
    width: int = 0
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Values:
    """What one row holds for each column: None where no value may be claimed."""

    texts: Mapping[str, str]
    damage: DamageKind | None = None
    expected: int = 0
    found: int = 0


def _own(line: _Line, start: int) -> list[tuple[int, str]]:
    return [
        (at, slot.text.strip())
        for at, slot in enumerate(line.slots[start:], start)
        if slot.origin is Origin.CELL
    ]


def _assign(line: _Line, start: int, head: _Head, paddings: Mapping[tuple[int, int], int]) -> _Values:
    """Assign the cells from `start` on to the columns of `head`."""
    own = _own(line, start)
    count = len(head.keys)
    filled = [text for _, text in own if text]
    misfit = _Values({}, DamageKind.TOO_FEW_CELLS, count, len(filled))
    merged = any(at in line.merged for at, _ in own) or any(
        slot.origin is Origin.FROM_ABOVE for slot in line.slots[start:]
    )
    if merged:
        return misfit
    if not head.sure:
        texts = [text for _, text in own]
        same = len(set(filled)) == 1 and len(filled) in (count, len(own))
        found = (
            _Values(dict.fromkeys(_named(head.keys), filled[0])) if same and len(filled) >= count else None
        )
        return replace(
            found or _Values({}), damage=DamageKind.COLUMNS_UNKNOWN, expected=count, found=len(texts)
        )
    by_place = _by_place(line, own, head)
    if by_place is not None:
        return _Values(by_place)
    texts = [text for _, text in own]
    offsets = _offsets(texts, count)
    if line.rectangular and len(offsets) == 1 and "" in texts[offsets[0] : offsets[0] + count]:
        # The head shows no such places and a cell is blank: only a row as long as the others is certain.
        if len(texts) != count or len(line.slots) != head.width:
            offsets = []
    if len(offsets) > 1:
        known = paddings.get((start, len(line.slots)))
        offsets = [known] if known in offsets else offsets
    if len(offsets) == 1:
        return _Values(_zip(head.keys, texts[offsets[0] : offsets[0] + count]))
    if offsets:
        windows = [_zip(head.keys, texts[offset : offset + count]) for offset in offsets]
        agreed = {k: v for k, v in windows[0].items() if all(window[k] == v for window in windows)}
        return (
            replace(misfit, texts={} if any(agreed.values()) and len(filled) < 2 else agreed)
            if (len(agreed) < len(windows[0]))
            else _Values(agreed)
        )
    if len(filled) <= count:
        return misfit
    agreed = _agreed(head.keys, _trimmed(texts))
    return _Values(agreed, DamageKind.TOO_MANY_CELLS, count, len(filled))


def _by_place(line: _Line, own: Sequence[tuple[int, str]], head: _Head) -> dict[str, str] | None:
    """The cells under the header's columns, where the row has a cell for each and nothing elsewhere."""
    if not line.rectangular or len(head.places) != len(_named(head.keys)):
        return None
    cells = dict(own)
    if any(place not in cells for place in head.places.values()):
        return None
    taken = {*head.places.values(), *head.ignored}
    if any(text and at not in taken for at, text in own):
        return None
    return {key: cells[place] for key, place in head.places.items()}


def _offsets(texts: Sequence[str], count: int) -> list[int]:
    """Where `count` neighbouring cells may begin so that nothing but blanks is left outside."""
    filled = [at for at, text in enumerate(texts) if text]
    if len(texts) < count:
        return []
    if not filled:
        return list(range(len(texts) - count + 1))
    low = max(filled[-1] - count + 1, 0)
    return list(range(low, min(filled[0], len(texts) - count) + 1))


def _trimmed(texts: Sequence[str]) -> list[str]:
    filled = [at for at, text in enumerate(texts) if text]
    return list(texts[filled[0] : filled[-1] + 1]) if filled else []


def _agreed(keys: Keys, texts: Sequence[str]) -> dict[str, str]:
    """The columns whose value is the same whichever of the surplus cells do not count."""
    surplus = len(texts) - len(keys)
    if not 0 < surplus < len(keys):
        return {}
    agreed = {}
    for at, key in enumerate(keys):
        possible = set(texts[at : at + surplus + 1])
        if key is not None and len(possible) == 1 and "" not in possible:
            agreed[key] = texts[at]
    return agreed


def _zip(keys: Keys, texts: Sequence[str]) -> dict[str, str]:
    return {key: text for key, text in zip(keys, texts, strict=True) if key is not None}


def _named(keys: Keys) -> list[str]:
    return [key for key in keys if key is not None]


def _paddings(rows: Iterable[tuple[_Line, int]], count: int) -> dict[tuple[int, int], int]:
    """Where values begin behind the label, for rows of one shape, as far as full rows agree on it."""
    seen: dict[tuple[int, int], set[int]] = {}
    for line, start in rows:
        texts = [text for _, text in _own(line, start)]
        if sum(map(bool, texts)) == count:
            offsets = _offsets(texts, count)
            if len(offsets) == 1:
                seen.setdefault((start, len(line.slots)), set()).add(offsets[0])
    return {shape: offsets.pop() for shape, offsets in seen.items() if len(offsets) == 1}


def _by_elimination(keys: Keys, canonical: Sequence[Column]) -> Keys:
    """`keys` with unrecognised columns named, where all others stand in the form's own order."""
    names = tuple(column.key for column in canonical)
    unknown = sum(key is None for key in keys)
    if len(keys) != len(names) or not 0 < unknown <= len(names) // 3:
        return keys
    fits = all(key in (None, name) for key, name in zip(keys, names, strict=True))
    return names if fits else keys


# --- building a table ------------------------------------------------------------------------------------


class _Builder:
    """Collects cells, damages and odd rows of one table."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.cells: dict[str, Cell] = {}
        self.damages: list[Damage] = []
        self.extra: list[ExtraRow] = []
        self.altered: list[AlteredLabel] = []

    def damage(self, kind: DamageKind, where: str, line: _Line, values: _Values | None = None) -> None:
        """Record a defect once for each kind and place."""
        if any(known.kind is kind and known.where == where for known in self.damages):
            return
        expected, found = (values.expected, values.found) if values and values.expected else (None, None)
        self.damages.append(Damage(kind, where, line.quote(), expected, found))

    def row(self, row: str, values: _Values, line: _Line) -> None:
        """Take over what a row holds."""
        where = f"{self.key}.{row}"
        if values.damage is not None:
            kind = values.damage
            if kind is DamageKind.TOO_FEW_CELLS and any(
                looks_numeric(slot.text) and numbers_in(slot.text) > 1 for slot in line.slots
            ):
                kind = DamageKind.NUMBERS_RUN_TOGETHER
            self.damage(kind, where, line, values)
        for column, text in values.texts.items():
            cell = _cell(column, text)
            if cell.value is None and looks_numeric(text) and numbers_in(text) > 1:
                self.damage(DamageKind.NUMBERS_RUN_TOGETHER, where, line)
            self.cells[f"{where}.{column}"] = cell

    def rows(self, row: str, readings: Sequence[tuple[_Values, _Line]]) -> None:
        """Take over a row that is printed once, or several times alike."""
        first, line = readings[0]
        if all(values == first for values, _ in readings):
            self.row(row, first, line)
        else:
            self.damage(DamageKind.ROW_REPEATED, f"{self.key}.{row}", readings[1][1])

    def unknown(self, label: str, line: _Line, start: int) -> None:
        """Keep a row that the form does not have."""
        self.extra.append(ExtraRow(label, tuple(text for _, text in _own(line, start))))

    def build(self, form: str | None, required: Iterable[str]) -> Table:
        """The table, its state told by `required` cell keys and by the damages."""
        keys = list(required)
        if self.damages:
            state = TableState.DAMAGED
        elif keys and all(key in self.cells and self.cells[key].value is not None for key in keys):
            state = TableState.COMPLETE
        else:
            state = TableState.PARTIAL
        return Table(
            self.key,
            state,
            form,
            MappingProxyType(self.cells),
            tuple(self.damages),
            tuple(self.extra),
            tuple(self.altered),
        )


def _cell(column: str, text: str) -> Cell:
    unit = TEN_THOUSAND_YUAN if column in _IN_TEN_THOUSANDS else None
    value: Number | None = parse_number(text, signed=column in SIGNED_COLUMNS, unit=unit)
    if (
        column in DECIMAL_COLUMNS
        and unit is None
        and value is not None
        and parse_number(text, unit="") is None
    ):
        value = None  # a sum of money with a unit of counting
    return Cell(value, text)


_IN_TEN_THOUSANDS = frozenset({"amount_10k_cny"})


def _row_start(line: _Line, at: int) -> int:
    """Where the values begin behind the label at `at`, past the columns that the label spans."""
    start = at + 1
    while start < len(line.slots) and line.slots[start].origin is Origin.FROM_LEFT:
        start += 1
    return start


def _has_figure(line: _Line, start: int) -> bool:
    return any(looks_numeric(text) for _, text in _own(line, start))


def _unknown_label(line: _Line, start: int) -> tuple[str, int] | None:
    """The last wordy cell before the first figure, from `start` on: (text, place)."""
    found = None
    for at, text in _own(line, start):
        if looks_numeric(text):
            break
        if text and _is_wordy(text):
            found = (text, at)
    return found


# --- table two: disclosure -------------------------------------------------------------------------------


class _ItemRow(NamedTuple):
    item: str
    mark: _Mark
    line: _Line
    start: int
    head: _Head | None
    heading: str  # what the header prints


def _read_disclosure(lines: Sequence[_Line]) -> Table | None:
    rows: list[_ItemRow] = []
    unknown: list[tuple[str, _Line, int]] = []
    head: _Head | None = None
    heading = ""
    evident = False
    for line in lines:
        items = [mark for mark in line.marks if mark.has(Part.ITEM)]
        measures = [mark for mark in line.marks if mark.has(Part.MEASURE)]
        evident = evident or bool(measures) or any(mark.has(Part.ARTICLE) for mark in line.marks)
        if measures:
            last = items[-1].at if items and items[-1].at > measures[0].at else len(line.slots)
            head, heading = _measure_head(line, measures, last), line.quote()
        if items and (not measures or items[-1].at > measures[-1].at):
            mark = items[-1]
            start = _row_start(line, mark.at)
            evident = evident or _has_figure(line, start)
            rows.append(_ItemRow(mark.has(Part.ITEM) or "", mark, line, start, head, heading))
        elif not measures and not line.marks and (label := _unknown_label(line, 0)):
            if _has_figure(line, label[1] + 1):
                unknown.append((label[0], line, label[1] + 1))
    if not evident:
        return None
    votes = Counter(form.id for row in rows for form in FORMS.values() if _fits(row, form))
    ranking = votes.most_common()
    settled = len(ranking) == 1 or (len(ranking) > 1 and ranking[0][1] > ranking[1][1])
    form = FORMS[ranking[0][0]] if settled else None
    builder = _Builder("disclosure")
    readings: dict[str, list[tuple[_Values, _Line]]] = {}
    for row in rows:
        _read_item(builder, row, form, rows, readings)
    for item, found in readings.items():
        builder.rows(item, found)
    for label, line, start in unknown:
        builder.unknown(label, line, start)
    required = cell_keys(form, "disclosure") if form else ()
    if form and unknown and any(key not in builder.cells for key in required) and not builder.damages:
        builder.damage(DamageKind.ROW_UNKNOWN, "disclosure", unknown[0][1])
    if not settled and rows and not builder.damages:
        builder.damage(DamageKind.COLUMNS_UNKNOWN, "disclosure", rows[0].line)
    return builder.build(form.id if form else None, required)


def _measure_head(line: _Line, measures: Sequence[_Mark], last: int) -> _Head:
    by_place = {mark.at: mark for mark in measures}
    keys: list[str | None] = []
    places: dict[str, int] = {}
    ignored: set[int] = set()
    for at, text in _own(line, 0):
        if at >= last:
            break
        mark = by_place.get(at)
        if mark is not None:
            key = mark.has(Part.MEASURE) or ""
            if key in places:
                keys.append(None)
            else:
                keys.append(key)
                places[key] = at
        elif keys and text and _is_wordy(text):
            keys.append(None)
            ignored.add(at)
    return _Head(tuple(keys), places, frozenset(ignored), len(line.slots))


def _columns(form: Form, item: str) -> tuple[Column, ...]:
    return next((block.columns for block in form.disclosure for row in block.rows if row.key == item), ())


def _item(form: Form, item: str) -> Row | None:
    return next((row for block in form.disclosure for row in block.rows if row.key == item), None)


def _fits(row: _ItemRow, form: Form) -> bool:
    columns = _columns(form, row.item)
    if row.head is None or not columns:
        return False
    named = _named(_by_elimination(row.head.keys, columns))
    return sorted(named) == sorted(column.key for column in columns)


def _read_item(
    builder: _Builder,
    row: _ItemRow,
    form: Form | None,
    rows: Sequence[_ItemRow],
    readings: dict[str, list[tuple[_Values, _Line]]],
) -> None:
    own = form if form is not None else next((f for f in FORMS.values() if _fits(row, f)), None)
    expected = _item(own, row.item) if own else None
    if own is None or expected is None:
        builder.unknown(row.mark.text, row.line, row.start)
        return
    columns = _columns(own, row.item)
    if row.head is not None and _fits(row, own):
        keys = _by_elimination(row.head.keys, columns)
        head = replace(row.head, keys=keys)
    else:
        other = next((f for f in FORMS.values() if f is not own and _fits(row, f)), None)
        if other is not None:  # this part of the table is printed on the other form
            builder.damage(DamageKind.COLUMNS_UNKNOWN, f"disclosure.{row.item}", row.line)
            builder.unknown(row.mark.text, row.line, row.start)
            return
        head = _Head(tuple(column.key for column in columns), sure=False)
    paddings = _paddings(((r.line, r.start) for r in rows if r.head is row.head), len(head.keys))
    values = _assign(row.line, row.start, head, paddings)
    if _is_in_yuan(row.heading) and any(text.strip("0.０．") for text in values.texts.values()):
        wrong = [key for key in values.texts if key in _IN_TEN_THOUSANDS]
        if wrong:
            texts = {key: text for key, text in values.texts.items() if key not in wrong}
            values = _Values(texts, DamageKind.COLUMNS_UNKNOWN)
    readings.setdefault(row.item, []).append((values, row.line))
    if not prints_as(row.mark.text, expected.label):
        altered = AlteredLabel(f"disclosure.{row.item}", row.mark.text)
        if altered not in builder.altered:
            builder.altered.append(altered)


def _is_in_yuan(heading: str) -> bool:
    """Whether a header names the yuan, not ten thousand of them, as its unit."""
    return "元" in heading and TEN_THOUSAND_YUAN not in fold(heading)


# --- table three: applications ---------------------------------------------------------------------------


class _ResultRow(NamedTuple):
    """A row of table three with figures; `row` None where its label is unknown or lost."""

    row: str | None
    printed: str
    group: str | None
    line: _Line
    start: int
    head: _Head
    groups_own: bool  # its last label is that of its group


_FORM_HEAD = _Head(tuple(column.key for column in APPLICANTS), sure=False)


def _read_applications(lines: Sequence[_Line], disclosure_form: str | None) -> Table | None:
    rows: list[_ResultRow] = []
    heads: list[_Line] = []
    head = _FORM_HEAD
    group: str | None = None
    after_rows = False
    evident = False
    for line in lines:
        body, applicants = _split_marks(line)
        if applicants:
            if after_rows:
                heads, after_rows = [], False
            heads.append(replace(line, marks=applicants))
            read = _applicant_head(heads)
            head = read if read.sure or not head.sure else head
            evident = evident or len(applicants) > 1
        last: _Mark | None = None
        for mark in body:
            result_group = mark.has(Part.RESULT_GROUP)
            row = mark.has(Part.ROW)
            if result_group is not None:
                group = result_group
            elif row is not None and len(mark.labels) == 1:
                group = group_of(row) or None
            last = mark
        if not body and (applicants or line.marks):
            continue
        start = _row_start(line, last.at) if last is not None else 0
        found = _result_row(line, last, start, group, head)
        if found is None:
            continue
        evident = evident or found.row is not None
        after_rows = True
        rows.append(found)
    if not evident:
        return None
    builder = _Builder("applications")
    paddings = _paddings(((row.line, row.start) for row in rows), len(APPLICANTS))
    _place_rows(builder, rows, paddings)
    return _finish_applications(builder, disclosure_form)


def _split_marks(line: _Line) -> tuple[list[_Mark], tuple[_Mark, ...]]:
    """The labels of rows and the labels of columns that a line prints."""
    rows = [
        mark
        for mark in line.marks
        if mark.has(Part.RESULT_GROUP) or (mark.has(Part.ROW) and not mark.has(Part.APPLICANT))
    ]
    first = rows[0].at if rows else len(line.slots)
    heads = tuple(
        mark
        for mark in line.marks
        if mark.at < first and (mark.has(Part.APPLICANT) or mark.has(Part.APPLICANT_GROUP))
    )
    sure = any(not mark.has(Part.ROW) for mark in heads)
    if not sure and heads:
        # 其他 or 总计 alone: a row where figures follow, else the rest of a broken header
        if any(_has_figure(line, _row_start(line, mark.at)) for mark in heads[-1:]):
            return [heads[-1], *rows], ()
        return rows, heads
    if not heads or not sure:
        ambiguous = [m for m in line.marks if m.has(Part.ROW) and m.has(Part.APPLICANT) and m.at > first]
        return sorted([*rows, *ambiguous]), ()
    ambiguous = [m for m in line.marks if m.has(Part.ROW) and m.has(Part.APPLICANT) and m.at > first]
    return sorted([*rows, *ambiguous]), heads


def _result_row(
    line: _Line, last: _Mark | None, start: int, group: str | None, head: _Head
) -> _ResultRow | None:
    unknown = _unknown_label(line, start)
    row = last.has(Part.ROW) if last is not None else None
    if last is not None and row is not None and not last.has(Part.RESULT_GROUP):
        if not _is_in_place(row, last, group):
            return _ResultRow(None, last.text, group, line, start, head, False)
        return _ResultRow(row, last.text, group, line, start, head, False)
    figures = _has_figure(line, start)
    if unknown is not None:
        behind = _row_start(line, unknown[1])
        return _ResultRow(None, unknown[0], group, line, behind, head, False) if figures else None
    if last is not None:
        blank = row is not None and any(True for _ in _own(line, start))
        if figures or blank:
            return _ResultRow(None, last.text if row else "", group, line, start, head, True)
        return None
    if not figures:
        return None
    first = next(at for at, text in _own(line, 0) if text)
    return _ResultRow(None, "", group, line, first, head, False)


def _is_in_place(row: str, mark: _Mark, group: str | None) -> bool:
    """Whether 其他 and 总计, which are no label by themselves, stand where the form has them."""
    if len(mark.labels) == 1:
        return True
    own = group_of(row)
    numbered = printed_number(mark.text)
    wanted = printed_number(ROWS[row].label)
    if numbered is not None and numbered != wanted:
        return False
    return group == own or (own == RESULTS and (group == OTHER or numbered == wanted))


def _applicant_head(lines: Sequence[_Line]) -> _Head:
    keys = _applicant_order(lines)
    names = [column.key for column in APPLICANTS]
    keys = _by_elimination(keys, APPLICANTS)
    if sorted(_named(keys)) != sorted(names):
        return _FORM_HEAD
    places: dict[str, int] = {}
    if lines[-1].rectangular:
        for line in lines:
            for mark in line.marks:
                key = mark.has(Part.APPLICANT)
                if key is not None:
                    places[key] = mark.at
    return _Head(keys, places, width=max(len(line.slots) for line in lines))


def _applicant_order(lines: Sequence[_Line]) -> Keys:
    """The columns from left to right: what stands under a merged head takes its place."""
    order: list[str] = []
    for line in lines:
        row: list[str] = []
        for mark in line.marks:
            if line.slots[mark.at].origin is Origin.CELL:
                row.append(mark.has(Part.APPLICANT_GROUP) or mark.has(Part.APPLICANT) or "")
        if ORGANISATIONS in row and len(row) > row.index(ORGANISATIONS) + 2:
            row = _unfold(row)
        for merged in (ORGANISATIONS, ALL_APPLICANTS):
            if merged in order and row:
                at = order.index(merged)
                order[at : at + 1] = row
                row = []
        order.extend(row)
    return tuple(_unfold(order))


_ORGANISATION_KINDS = tuple(column.key for column in APPLICANTS[1:-1])


def _unfold(order: list[str]) -> list[str]:
    """A header that lost its lines: 法人或其他组织 gives its place to the kinds printed behind it."""
    if ORGANISATIONS in order and set(_ORGANISATION_KINDS) <= set(order):
        kinds = [key for key in order if key in _ORGANISATION_KINDS]
        rest = [key for key in order if key not in _ORGANISATION_KINDS]
        at = rest.index(ORGANISATIONS)
        order = [*rest[:at], *kinds, *rest[at + 1 :]]
    return [key for key in order if key not in (ALL_APPLICANTS, ORGANISATIONS)]


def _place_rows(
    builder: _Builder, rows: Sequence[_ResultRow], paddings: Mapping[tuple[int, int], int]
) -> None:
    """Find each row of the form among the rows printed, and take over what it holds."""
    named: dict[str, list[_ResultRow]] = {}
    rest: list[_ResultRow] = []
    for row in rows:
        if row.row is not None:
            named.setdefault(row.row, []).append(row)
        else:
            rest.append(row)
    for row in [r for r in rest if r.printed and not r.groups_own]:
        key = _nearest(row, named)
        if key is not None:
            named.setdefault(key, []).append(row)
            rest.remove(row)
    split = any(group_of(key) == OTHER for key in named)
    lonely = [row for row in rest if row.group == OTHER]
    if not split and len(lonely) == 1 and lonely[0].groups_own:
        named[OTHER_HANDLING.key] = lonely
        rest.remove(lonely[0])
    for key, found in named.items():
        builder.rows(key, [(_assign(row.line, row.start, row.head, paddings), row.line) for row in found])
        for row in found:
            altered = AlteredLabel(f"applications.{key}", row.printed)
            if not prints_as(row.printed, ROWS[key].label) and altered not in builder.altered:
                builder.altered.append(altered)
    lost: dict[str | None, list[_ResultRow]] = {}
    for row in rest:
        if row.printed and not row.groups_own:
            builder.unknown(row.printed, row.line, row.start)
        else:
            lost.setdefault(row.group, []).append(row)
    missing = _missing_rows(named)
    for group, nameless in lost.items():
        _place_by_count(builder, group, nameless, missing.get(group, []), paddings)
    unclear = [row for row in rest if row.printed and not row.groups_own and missing]
    if unclear:
        builder.damage(DamageKind.ROW_UNKNOWN, "applications", unclear[0].line)


def _missing_rows(named: Mapping[str, object]) -> dict[str | None, list[str]]:
    """The rows of the form that were not found, by group; （六） counts as one row or as three."""
    missing: dict[str | None, list[str]] = {}
    for row in FORM_2021.applications:
        if row.key not in named and not (group_of(row.key) == OTHER and OTHER_HANDLING.key in named):
            missing.setdefault(group_of(row.key), []).append(row.key)
    return missing


def _nearest(row: _ResultRow, named: Mapping[str, object]) -> str | None:
    """The one row of the form that a label is a damaged or altered print of."""
    near = [key for key, form_row in ROWS.items() if is_variant(row.printed, form_row.label)]
    if len(near) != 1 or near[0] in named:
        return None
    key = near[0]
    number = printed_number(row.printed)
    if number is not None and number != printed_number(ROWS[key].label):
        return None
    group = group_of(key)
    return key if group in (None, RESULTS) or group == row.group else None


def _place_by_count(
    builder: _Builder,
    group: str | None,
    nameless: Sequence[_ResultRow],
    missing: Sequence[str],
    paddings: Mapping[tuple[int, int], int],
) -> None:
    """Rows of one group that lost their labels.

    Where just as many rows of the group are missing, a value stands if all of them hold it, so that it does
    not matter which is which.
    """
    first = nameless[0]
    if not missing and all(row.groups_own for row in nameless):
        for row in nameless:  # a subtotal beside the group's own label
            builder.unknown(_last_label(row.line), row.line, row.start)
        return
    where = f"applications.{group}" if group not in (None, RESULTS) else "applications"
    builder.damages.append(
        Damage(DamageKind.LABELS_LOST, where, first.line.quote(), len(missing) or None, len(nameless))
    )
    if group in (None, RESULTS) or len(nameless) != len(missing):
        return
    readings = [_assign(row.line, row.start, row.head, paddings).texts for row in nameless]
    for column in APPLICANTS:
        texts = {reading.get(column.key) for reading in readings}
        text = texts.pop() if len(texts) == 1 else None
        if text:
            for key in missing:
                builder.cells[f"applications.{key}.{column.key}"] = _cell(column.key, text)


def _last_label(line: _Line) -> str:
    return line.marks[-1].text if line.marks else ""


def _finish_applications(builder: _Builder, disclosure_form: str | None) -> Table:
    printed = {key.split(".")[1] for key in builder.cells} | {
        damage.where.partition(".")[2] for damage in builder.damages
    }
    split = any(row in ROWS and group_of(row) == OTHER for row in printed)
    whole = OTHER_HANDLING.key in printed
    if split and whole:  # a subtotal above its own lines
        kept = [builder.cells.pop(f"applications.{OTHER_HANDLING.key}.{c.key}", None) for c in APPLICANTS]
        raw = tuple(cell.raw for cell in kept if cell is not None)
        builder.extra.append(ExtraRow(OTHER_HANDLING.label, raw))
    form = FORM_2021.id if split else None
    if split or (disclosure_form == FORM_2021.id):
        required = FORM_2021
    else:
        required = FORM_2019
    if not split and not whole and disclosure_form is None:
        required = FORM_2021
    return builder.build(form, cell_keys(required, "applications"))


# --- table four: disputes --------------------------------------------------------------------------------

_DISPUTE_KEYS = tuple(column.key for column in DISPUTE_COLUMNS)
_ALL_DISPUTES = tuple(f"{group.key}.{key}" for group in DISPUTE_GROUPS for key in _DISPUTE_KEYS)


def _read_disputes(lines: Sequence[_Line]) -> Table | None:
    builder = _Builder("disputes")
    heads: list[_Line] = []
    readings: list[tuple[_Head, _Line, int]] = []
    after_rows = False
    evident = False
    for line in lines:
        groups = [m.has(Part.DISPUTE_GROUP) for m in line.marks if m.has(Part.DISPUTE_GROUP)]
        columns = [mark for mark in line.marks if mark.has(Part.DISPUTE_COLUMN)]
        last = line.marks[-1].at if line.marks else -1
        start = _row_start(line, last) if last >= 0 else 0
        figures = _has_figure(line, start)
        if groups and not columns and figures and len(groups) <= 2:
            # One group a row: its label stands before its own five figures.
            head = _dispute_head(heads, (groups[-1] or "",))
            evident = True
            readings.append((head, line, start))
            after_rows = True
            continue
        if groups or columns:
            if after_rows:
                heads, after_rows = [], False
            heads.append(line)
            evident = evident or bool(columns)
            if not figures:
                continue
        if not figures:
            own = _own(line, 0)
            blank = not any(text for _, text in own) and not line.marks
            if not blank or not heads or len(own) < len(_ALL_DISPUTES):
                continue
        unknown = _unknown_label(line, start)
        start = _row_start(line, unknown[1]) if unknown else start
        readings.append((_dispute_head(heads, None), line, start))
        after_rows = True
    if not evident:
        return None
    _place_disputes(builder, readings)
    return builder.build(None, (f"disputes.{key}" for key in _ALL_DISPUTES))


def _dispute_head(heads: Sequence[_Line], group: tuple[str, ...] | None) -> _Head:
    """The columns of the header above; with `group`, those of its five columns."""
    groups: list[str] = []
    columns: list[str] = []
    for line in heads:
        for mark in line.marks:
            if line.slots[mark.at].origin is not Origin.CELL:
                continue
            key = mark.has(Part.DISPUTE_GROUP)
            if key is not None and key != LITIGATION:
                groups.append(key)
            elif mark.has(Part.DISPUTE_COLUMN):
                columns.append(mark.has(Part.DISPUTE_COLUMN) or "")
    if group is not None:
        groups = list(group)
        columns = columns[: len(_DISPUTE_KEYS)]
    size = len(_DISPUTE_KEYS)
    fives = [columns[at : at + size] for at in range(0, len(columns), size)]
    known = [column.key for column in DISPUTE_GROUPS]
    ordered = [key for key in groups if key in known]
    if (
        not ordered
        or len(set(ordered)) != len(ordered)
        or len(fives) != len(ordered)
        or any(sorted(five) != sorted(_DISPUTE_KEYS) for five in fives)
    ):
        scope = ordered if group is not None and ordered else known
        return _Head(tuple(f"{g}.{key}" for g in scope for key in _DISPUTE_KEYS), sure=False)
    keys = tuple(f"{g}.{key}" for g, five in zip(ordered, fives, strict=True) for key in five)
    return _Head(keys, width=max(len(line.slots) for line in heads))


def _place_disputes(builder: _Builder, readings: Sequence[tuple[_Head, _Line, int]]) -> None:
    filled = [r for r in readings if _has_figure(r[1], r[2])] or list(readings)
    by_keys: dict[Keys, list[tuple[_Values, _Line]]] = {}
    for head, line, start in filled:
        values = _assign(line, start, head, {})
        by_keys.setdefault(tuple(sorted(_named(head.keys))), []).append((values, line))
    for keys, found in by_keys.items():
        groups = sorted({(key or "").partition(".")[0] for key in keys})
        first, line = found[0]
        where = f"disputes.{groups[0]}" if len(groups) == 1 else "disputes"
        if any(values != first for values, _ in found):
            builder.damage(DamageKind.ROW_REPEATED, where, found[1][1])
            continue
        if first.damage is not None:
            builder.damage(first.damage, where, line, first)
        for group in groups:
            texts = {
                key.partition(".")[2]: text
                for key, text in first.texts.items()
                if key.partition(".")[0] == group
            }
            builder.row(group, _Values(texts), line)
