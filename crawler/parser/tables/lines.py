"""The lines of all grids of a report, with the labels that each prints and the table that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from crawler.extract.document import Block, Grid, Origin, Paragraph, Slot
from crawler.parser.chinese import fold
from crawler.parser.numbers import holds_several, looks_numeric
from crawler.parser.tables.labels import LONGEST_LABEL, ROWS, Reading, printed_number, recognise

QUOTE = 120
"""Characters kept of what a source prints."""


class Mark(NamedTuple):
    """A label at its place in a line."""

    at: int
    reading: Reading
    text: str


class Line(NamedTuple):
    """One line of a grid. In a rectangular grid, slots at one index of one grid share a column."""

    grid: int  # which grid, counted in the document
    rectangular: bool
    slots: tuple[Slot, ...]
    cells: Sequence[tuple[int, str]]  # place and text of each cell that begins in this line
    marks: Sequence[Mark]
    last_figure: int  # place of the last cell that prints a figure, -1 where none does
    covered: Sequence[int] = ()  # places that a cell of a line above covers
    merged: Sequence[int] = ()  # places whose cell goes on in the line below
    section: str | None = None  # the section whose heading was last seen above
    recognised: bool = False  # some of its text was recognised from a picture
    run_together: bool = False  # a cell prints several numbers

    def own(self, start: int = 0) -> Sequence[tuple[int, str]]:
        """(place, text) of the cells that begin in this line, from place `start` on."""
        return [cell for cell in self.cells if cell[0] >= start] if start else self.cells

    def behind(self, place: int) -> int:
        """The first place behind the cell at `place`, with the columns that it spans."""
        place += 1
        slots = self.slots
        while place < len(slots) and slots[place].origin is Origin.FROM_LEFT:
            place += 1
        return place

    def has_figure(self, start: int = 0) -> bool:
        """Whether a cell from `start` on prints a figure."""
        return self.last_figure >= start

    def unknown_label(self, start: int = 0) -> tuple[int, str] | None:
        """Place and text of the last cell of words before the first figure, from `start` on."""
        found = None
        for at, text in self.own(start):
            if looks_numeric(text):
                break
            if is_wordy(text):
                found = at, text
        return found

    def confidence(self, at: int) -> float | None:
        """How sure the text at place `at` is; None where it was not recognised from a picture."""
        return self.slots[at].confidence

    def quote(self) -> str:
        """What the line prints, cells separated by bars, shortened."""
        return " | ".join(" ".join(text.split()) for _, text in self.own() if text)[:QUOTE]


_LETTER = re.compile(r"[^\W\d_]")
_NOT_WORD = re.compile(r"\W+")
_STAND_INS = frozenset("无 零 空 一 若干 持平 暂无 没有 不适用 不涉及 na nan null".split())  # noqa: SIM905
_MISREAD_FIGURE = re.compile(r"[0-9OoQDIilSZB|.,]{1,9}")


def is_wordy(text: str) -> bool:
    """Whether a cell prints words, as labels do, and neither a number nor a stand-in for one."""
    return _is_wordy(text) if len(text) <= LONGEST_LABEL else _is_wordy.__wrapped__(text)


@lru_cache(maxsize=4096)
def _is_wordy(text: str) -> bool:
    return (
        _LETTER.search(text) is not None
        and not looks_numeric(text)
        and _NOT_WORD.sub("", text.lower()) not in _STAND_INS
        and _MISREAD_FIGURE.fullmatch(text.strip()) is None
    )


def lines_by_table(blocks: Sequence[Block]) -> dict[str, list[Line]]:
    """The lines of each table, by its key, in reading order; lines of other grids are left out.

    A line without a label of its own belongs to the table before it, unless its grid prints words and none
    of them is a label, or another section's heading stands between.
    """
    lines = list(_lines(blocks))
    labelled = {line.grid for line in lines if any(map(_tells, line.marks))}
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
        if line.marks:
            for mark in line.marks:
                current = mark.reading.table or current
        elif line.last_figure < 0 and current is not None:
            headed = _heading(line)
            if headed is not None:
                if headed != current:
                    current = None
                continue
        if current is not None:
            found.setdefault(current, []).append(line)
    return found


def _heading(line: Line) -> str | None:
    """The section that a line of a grid heads, as in spreadsheets, where headings stand in the grid."""
    printed = [text for _, text in line.cells if text]
    return headed_section(printed[0]) if len(printed) == 1 else None


_COMMON_WORDS = frozenset(("其他", "其它"))


def _tells(mark: Mark) -> bool:
    """Whether a label tells the table: 其他 and 总计 without their numbers stand in tables of all kinds."""
    reading = mark.reading
    if reading.table is None:
        return reading.row is not None and printed_number(mark.text) == printed_number(
            ROWS[reading.row].label
        )
    return reading.applicant is None or reading.row is None or fold(mark.text) not in _COMMON_WORDS


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    section: str | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            text = block.text
            if len(text) > LONGEST_LABEL:
                continue
            section = headed_section(text) or section
            reading = recognise(text) if "项" in text else None
            if reading is not None and reading.article:  # printed above its table instead of in it
                slots = (Slot(text, confidence=block.confidence),)
                marks = (Mark(0, Reading(reading.table, article=reading.article), text),)
                yield Line(index, False, slots, ((0, text),), marks, -1, section=section)
        elif isinstance(block, Grid):
            if block.rectangular:
                yield from _rectangular_lines(index, block, section)
            else:
                yield from _ragged_lines(index, block, section)


def _rectangular_lines(index: int, grid: Grid, section: str | None) -> Iterator[Line]:
    lines: list[Line] = []
    covered: Sequence[int] = ()
    for slots in reversed(grid.rows):
        line = _line(index, True, slots, section, covered)
        covered = line.covered
        lines.append(line)
    return reversed(lines)


def _ragged_lines(index: int, grid: Grid, section: str | None) -> Iterator[Line]:
    for slots in grid.rows:
        line = _line(index, False, slots, section)
        ranges = _row_ranges(line)
        if len(ranges) == 1:
            yield line
        else:
            for low, high in ranges:
                yield _line(index, False, slots[low:high], section)


def _line(
    index: int, rectangular: bool, slots: tuple[Slot, ...], section: str | None, below: Sequence[int] = ()
) -> Line:
    """A line of a grid; `below` are the places of the next line that a cell above covers."""
    cells: list[tuple[int, str]] = []
    marks: list[Mark] = []
    covered: list[int] = []
    run_together = False
    last = -1
    for at, (text, origin, _) in enumerate(slots):
        if origin is _FROM_LEFT:
            continue
        if origin is _CELL and text.isdigit() and text.isascii():
            cells.append((at, text))
            last = at
            continue
        text = text.strip()
        if origin is _CELL:
            cells.append((at, text))
        else:
            covered.append(at)
        if not text:
            continue
        if len(text) > 1 and (reading := recognise(text)) is not None:
            marks.append(Mark(at, reading, text))
        elif origin is _CELL and looks_numeric(text):
            last = at
            run_together = run_together or holds_several(text)
    return Line(
        index,
        rectangular,
        slots,
        cells,
        marks,
        last,
        covered,
        [at for at in below if at < len(slots) and slots[at].origin is _CELL] if below else (),
        section=section,
        recognised=[slot[2] for slot in slots].count(None) < len(slots),
        run_together=run_together,
    )


_CELL = Origin.CELL
_FROM_LEFT = Origin.FROM_LEFT


def _row_ranges(line: Line) -> list[tuple[int, int]]:
    """Where the rows of one printed line begin and end.

    Renderings that lost the ends of rows run them together: a label behind a value begins a new row.
    """
    known = {mark.at for mark in line.marks}
    starts = [0]
    if len(known) > 1 or (known and line.cells and line.cells[0][0] not in known):
        valued = begun = False
        for at, text in line.cells:
            if at in known:
                if valued:
                    starts.append(at)
                valued = False
            elif text and not is_wordy(text):
                valued = begun or not _NUMERAL.fullmatch(text)
            begun = begun or bool(text)
    return list(zip(starts, [*starts[1:], len(line.slots)], strict=True))


_NUMERAL = re.compile(r"[一二三四五六七八九十]{1,2}")  # alone in the first cell: the number of a label
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
