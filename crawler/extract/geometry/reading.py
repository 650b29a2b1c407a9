"""Pages, one by one -> blocks of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.extract.document import Block
from crawler.extract.geometry.breaks import joined
from crawler.extract.geometry.furniture import Edge, furniture, is_page_number
from crawler.extract.geometry.lattice import TooManyLines, lattices
from crawler.extract.geometry.lines import TextLine, text_lines
from crawler.extract.geometry.model import Char, Page, Placed, Reading, Rule
from crawler.extract.geometry.paragraphs import column, goes_on, paragraph
from crawler.extract.geometry.rules import straight_lines
from crawler.extract.geometry.tables import Table, fill

MAX_RULES = 60_000
"""Most ruled lines of a page, as drawn."""
MAX_PLACES_IN_ALL = 60_000
"""Most places of all tables; those of a report have 2,000. Pages beyond it are read as text."""

Item = TextLine | Table | Placed


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page whose lines and tables are read: its items from above, as it is kept until all pages are."""

    width: float
    height: float
    items: tuple[Item, ...]

    @property
    def lines(self) -> list[TextLine]:
        return [item for item in self.items if isinstance(item, TextLine)]


def read_pages(pages: Iterable[Page | ReadPage]) -> Reading:
    """The blocks of all pages, tables and paragraphs joined over page breaks."""
    notes: list[str] = []
    held = []
    left = MAX_PLACES_IN_ALL
    for number, page in enumerate(pages, 1):
        read = page if isinstance(page, ReadPage) else _hold(page, number, notes, left)
        left -= sum((len(item.xs) - 1) * item.height for item in read.items if isinstance(item, Table))
        held.append(read)
    dropped = furniture([Edge(page.height, page.lines) for page in held])
    around = dict.fromkeys(
        line.text
        for page, gone in zip(held, dropped, strict=True)
        for line in page.lines
        if line in gone and not is_page_number(line.text)
    )
    pages_left = [
        replace(page, items=tuple(item for item in page.items if item not in gone))
        for page, gone in zip(held, dropped, strict=True)
    ]
    return Reading(tuple(_blocks(pages_left)), tuple(around), tuple(notes))


def _hold(page: Page, number: int, notes: list[str], places_left: int) -> ReadPage:
    page = _as_read(page)
    free: Sequence[Char] = page.chars
    tables: Sequence[Table] = ()
    try:
        if len(page.rules) > MAX_RULES or places_left <= 0:
            raise TooManyLines
        across, down = straight_lines(page.rules)
        filled = fill(lattices(across, down), page.chars, across)
        free, tables = filled.free, filled.tables
    except TooManyLines:
        notes.append(f"page {number} has too many lines; its tables are read as text")
    return ReadPage(page.width, page.height, from_above([*text_lines(free), *tables, *page.placed]))


def from_above(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items of a page in reading order."""
    return tuple(
        sorted(items, key=lambda item: (item.top, 0.0) if isinstance(item, Table) else (item.y0, item.x0))
    )


def _as_read(page: Page) -> Page:
    """`page` turned so that most of its characters stand upright."""
    turns = Counter(char.turn for char in page.chars)
    turn = max(turns, key=lambda turn: (turns[turn], -turn)) if turns else 0
    if not turn:
        return page

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if turn == 1:  # what reads downwards is turned back to the left
            return y0, page.width - x1, y1, page.width - x0
        if turn == 2:
            return page.width - x1, page.height - y1, page.width - x0, page.height - y0
        return page.height - y1, x0, page.height - y0, x1

    flat = turn == 2
    return Page(
        page.width if flat else page.height,
        page.height if flat else page.width,
        [Char(char.text, *box(*char[1:5]), (char.turn - turn) % 4, char.confidence) for char in page.chars],
        [Rule(*box(*rule)) for rule in page.rules],
        [Placed(placed.blocks, *box(*placed[1:])) for placed in page.placed],
    )


def _blocks(pages: Sequence[ReadPage]) -> Iterable[Block]:
    by_width: dict[int, list[TextLine]] = defaultdict(list)
    for page in pages:
        by_width[round(page.width)].extend(page.lines)
    columns = {width: column(lines, width) for width, lines in by_width.items()}
    lines: list[TextLine] = []
    table: Table | None = None
    for page in pages:
        text = columns[round(page.width)]
        for at, item in enumerate(page.items):
            if isinstance(item, TextLine):
                if lines and not goes_on(lines[-1], item, text, over_break=at == 0):
                    yield paragraph(lines)
                    lines = []
            elif lines:
                yield paragraph(lines)
                lines = []
            whole = joined(table, item) if table is not None and isinstance(item, Table) and at == 0 else None
            if table is not None and whole is None:
                yield table.grid()
                table = None
            if isinstance(item, TextLine):
                lines.append(item)
            elif isinstance(item, Table):
                table = whole or item
            else:
                yield from item.blocks
    if lines:
        yield paragraph(lines)
    if table is not None:
        yield table.grid()
