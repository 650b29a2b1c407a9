"""The lines of all grids of a report, with the labels that each prints and the table that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler.extract.document import Block, Grid, Origin, Paragraph, Slot
from crawler.parser.chinese import fold
from crawler.parser.numbers import looks_numeric
from crawler.parser.tables.labels import Label, Part, recognise

QUOTE = 120
"""Characters kept of what a source prints."""


class Mark(NamedTuple):
    """A label at its place in a line."""

    at: int
    labels: tuple[Label, ...]
    text: str

    def reads_as(self, part: Part) -> str | None:
        """The key of the label where it can be read as `part`."""
        for label in self.labels:
            if label.part is part:
                return label.key
        return None

    @property
    def table(self) -> str | None:
        """The table that the label belongs to, None for words that several tables use."""
        tables = {label.table for label in self.labels}
        return tables.pop() if len(tables) == 1 else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a grid. In a rectangular grid, slots at one index of one grid share a column."""

    grid: int  # which grid, counted in the document
    rectangular: bool
    slots: tuple[Slot, ...]
    cells: tuple[tuple[int, str], ...]  # place and text of each cell that begins in this line
    marks: tuple[Mark, ...]
    merged: frozenset[int] = frozenset()  # places whose cell goes on in the line below
    section: str | None = None  # the table section whose heading was last seen above

    def own(self, start: int = 0) -> Sequence[tuple[int, str]]:
        """(place, text) of the cells that begin in this line, from place `start` on."""
        return [cell for cell in self.cells if cell[0] >= start] if start else self.cells

    def behind(self, place: int) -> int:
        """The first place behind the cell at `place`, with the columns that it spans."""
        place += 1
        while place < len(self.slots) and self.slots[place].origin is Origin.FROM_LEFT:
            place += 1
        return place

    def has_figure(self, start: int = 0) -> bool:
        """Whether a cell from `start` on prints a figure."""
        return any(looks_numeric(text) for _, text in self.own(start))

    def unknown_label(self, start: int = 0) -> Mark | None:
        """The last cell of words before the first figure, from `start` on."""
        found = None
        for at, text in self.own(start):
            if looks_numeric(text):
                break
            if is_wordy(text):
                found = Mark(at, (), text)
        return found

    def quote(self) -> str:
        """What the line prints, cells separated by bars, shortened."""
        return " | ".join(" ".join(text.split()) for _, text in self.own() if text)[:QUOTE]


_COMMON_WORDS = frozenset(("其他",))
_LETTER = re.compile(r"[^\W\d_]")
_NOT_WORD = re.compile(r"\W+")
_STAND_INS = frozenset("无 零 空 若干 持平 暂无 没有 不适用 不涉及 na nan null".split())  # noqa: SIM905


def is_wordy(text: str) -> bool:
    """Whether a cell prints words, as labels do, and neither a number nor a stand-in for one."""
    return (
        _LETTER.search(text) is not None
        and not looks_numeric(text)
        and _NOT_WORD.sub("", text.lower()) not in _STAND_INS
    )


def lines_by_table(blocks: Sequence[Block]) -> dict[str, list[Line]]:
    """The lines of each table, by its key, in reading order; lines of other grids are left out.

    A line without a label of its own belongs to the table before it, unless its grid prints words and none
    of them is a label, or another section's heading stands between.
    """
    lines = list(_lines(blocks))
    labelled = {line.grid for line in lines if any(_tells(mark) for mark in line.marks)}
    foreign = {
        line.grid
        for line in lines
        if line.grid not in labelled and any(is_wordy(slot.text) for slot in line.slots)
    }
    found: dict[str, list[Line]] = {}
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
            found.setdefault(current, []).append(line)
    return found


def _tells(mark: Mark) -> bool:
    """Whether a label tells the table: 其他 without its number stands in tables of all kinds."""
    return mark.table is not None and fold(mark.text) not in _COMMON_WORDS


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    section: str | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            section = headed_section(block.text) or section
            article = tuple(label for label in recognise(block.text) if label.part is Part.ARTICLE)
            if article:  # printed above its table instead of in it
                marks = (Mark(0, article, block.text),)
                yield Line(index, False, (Slot(block.text),), ((0, block.text),), marks, section=section)
        elif isinstance(block, Grid):
            yield from _grid_lines(index, block, section)


def _grid_lines(index: int, grid: Grid, section: str | None) -> Iterator[Line]:
    for at, slots in enumerate(grid.rows):
        marks = tuple(_marks(slots))
        if grid.rectangular:
            below = grid.rows[at + 1] if at + 1 < len(grid.rows) else ()
            merged = frozenset(
                place
                for place, (slot, under) in enumerate(zip(slots, below, strict=False))
                if under.origin is Origin.FROM_ABOVE and slot.origin is Origin.CELL
            )
            yield Line(index, True, slots, _cells(slots), marks, merged, section)
        else:
            for low, high in _row_ranges(slots, marks):
                row = slots[low:high]
                own = tuple(mark._replace(at=mark.at - low) for mark in marks if low <= mark.at < high)
                yield Line(index, False, row, _cells(row), own, section=section)


def _cells(slots: Sequence[Slot]) -> tuple[tuple[int, str], ...]:
    return tuple((at, slot.text.strip()) for at, slot in enumerate(slots) if slot.origin is Origin.CELL)


def _marks(slots: Sequence[Slot]) -> Iterator[Mark]:
    for at, slot in enumerate(slots):
        if slot.origin is Origin.FROM_LEFT or len(slot.text) < 2:
            continue
        labels = recognise(slot.text)
        if labels:
            yield Mark(at, labels, slot.text.strip())


def _row_ranges(slots: Sequence[Slot], marks: Sequence[Mark]) -> list[tuple[int, int]]:
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
        elif slot.text.strip() and not is_wordy(slot.text):
            valued = True
    return list(zip(starts, [*starts[1:], len(slots)], strict=True))


_LONGEST_HEADING = 45
_SENTENCE = re.compile(r"[。；，！？;,!?]")
_SUBHEADING = re.compile(r"[(（][一二三四五六七八九十]+[)）]|[0-9]+[.、．]")
_HEADED = (
    ("disputes", re.compile(r"复议.*诉讼.*情况|诉讼.*复议.*情况")),
    ("applications", re.compile(r"(?:收到|受理|处理).*申请.*情况|依申请公开.*情况")),
    ("disclosure", re.compile(r"主动公开.*情况")),
    ("problems", re.compile(r"(?:主要|存在的?)问题")),
    ("other_matters", re.compile(r"其[他它](?:需要)?.{0,3}事项|需要.{0,3}(?:报告|说明)的?事项")),
    ("overview", re.compile(r"总体情况|概述|基本情况")),
)


def headed_section(text: str) -> str | None:
    """The section that a paragraph heads, as far as it matters for where a table must stand; else None."""
    if len(text) > _LONGEST_HEADING or _SENTENCE.search(text) or _SUBHEADING.match(text):
        return None
    folded = fold(text)
    return next((key for key, pattern in _HEADED if pattern.search(folded)), None)
