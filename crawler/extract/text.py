"""Plain text -> Document: finds the renderings that converters leave of a table.

Three are known: one cell a line behind a tab, a row being closed by a blank line; one row a line, cells
separated by tabs; and pipes, one row a line or, with a single pipe at the end, one cell a line. Merged cells
leave blank cells, repeat their text, or leave nothing at all: a grid is rectangular only where all rows of a
table have the same number of cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from crawler.extract.document import Block, Document, Format, Grid, Paragraph, Slot, Unreadable

MAX_LINES = 200_000
MAX_CELLS = 200_000
"""Far above any report: both cost time for each, whatever they hold."""

_NEWLINE = re.compile(r"\r\n?|[\n\x0b\x0c\u2028\u2029]")
_INNER_TAB = re.compile(r"[^\s]\s*\t")
_RULE = re.compile(r"^[\s|:+-]*-{2,}[\s|:+-]*$")
_DIGITS_ONLY = re.compile(r"[\d\s.,]*")
_LONGEST_LABEL = 60

_Row = list[str]


def extract_text(text: str, notes: tuple[str, ...] = ()) -> Document:
    """Read plain text; lines outside tables become one paragraph each.

    Raises Unreadable where it has more than MAX_LINES lines or MAX_CELLS cells.
    """
    lines = _NEWLINE.split(text)
    cells = text.count("\t") + text.count("|")
    if len(lines) > MAX_LINES or cells > MAX_CELLS:
        raise Unreadable(
            f"文字过多：{len(lines)} 行，{cells} 个单元格",
            f"too much text: {len(lines)} lines, {cells} cells",
        )
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if "\t" in line:
            at = _take(lines, at, blocks, _is_tabbed, _tabbed_blocks)
        elif "|" in line:
            at = _take(lines, at, blocks, _is_piped, _piped_blocks)
        else:
            _add_paragraph(blocks, line)
            at += 1
    return Document(Format.TEXT, tuple(blocks), notes=notes)


def _is_tabbed(line: str) -> bool:
    return "\t" in line


def _is_piped(line: str) -> bool:
    return "|" in line


def _take(
    lines: Sequence[str],
    start: int,
    blocks: list[Block],
    belongs: Callable[[str], bool],
    read: Callable[[Sequence[str]], list[Block]],
) -> int:
    """Read the run of lines from `start` that may be one table; returns where it ends.

    Blank lines may stand within. A line that does not belong but follows one that does, without a blank line
    between, may be the second line of a broken cell and is left to `read`.
    """
    end = start
    at = start
    while at < len(lines):
        if belongs(lines[at]):
            end = at + 1
        elif lines[at].strip() and (at != end or not _continues(lines, at, belongs)):
            break
        elif lines[at].strip():
            end = at + 1
        at += 1
    blocks.extend(read(lines[start:end]))
    return end


def _continues(lines: Sequence[str], at: int, belongs: Callable[[str], bool]) -> bool:
    """Whether line `at` may go on a cell: table before it, table behind it, and no number is being ended.

    Narrow cells go on for several lines, none of them blank.
    """
    before = lines[at - 1].replace("|", " ")
    if _DIGITS_ONLY.fullmatch(before):
        return False
    behind, length = at, 0
    while behind < len(lines) and lines[behind].strip() and not belongs(lines[behind]):
        length += len(lines[behind].strip())
        if length > _LONGEST_LABEL:
            return False
        behind += 1
    while behind < len(lines) and not lines[behind].strip():
        behind += 1
    return behind < len(lines) and belongs(lines[behind])


def _add_paragraph(blocks: list[Block], line: str) -> None:
    folded = " ".join(line.split())
    if folded:
        blocks.append(Paragraph(folded))


def _tabbed_blocks(lines: Sequence[str]) -> list[Block]:
    if any(_INNER_TAB.search(line) for line in lines):
        return _row_a_line(lines, _is_tabbed, lambda line: line.split("\t"))
    return _cell_a_line(lines, _is_tabbed, lambda line: line.partition("\t")[2])


def _piped_blocks(lines: Sequence[str]) -> list[Block]:
    tables = [line.strip() for line in lines if "|" in line]
    if len(tables) < 2:
        blocks: list[Block] = []
        for line in lines:
            _add_paragraph(blocks, line)
        return blocks
    if all(line.count("|") == 1 and line.endswith("|") for line in tables):
        return _cell_a_line(lines, _is_piped, lambda line: line.rpartition("|")[0])
    return _row_a_line(lines, _is_piped, _split_pipes)


def _split_pipes(line: str) -> _Row:
    cells = line.strip().split("|")
    if len(cells) > 1 and not cells[0].strip() and line.lstrip().startswith("|"):
        cells = cells[1:]
    if len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _row_a_line(
    lines: Sequence[str], belongs: Callable[[str], bool], split: Callable[[str], _Row]
) -> list[Block]:
    blocks: list[Block] = []
    rows: list[_Row] = []
    for line in lines:
        if belongs(line):
            if not _RULE.match(line):
                rows.append(split(line))
        elif line.strip():
            _close(blocks, rows)
            _add_paragraph(blocks, line)
    _close(blocks, rows)
    return blocks


def _cell_a_line(
    lines: Sequence[str], belongs: Callable[[str], bool], cell: Callable[[str], str]
) -> list[Block]:
    rows: list[_Row] = [[]]
    for line in lines:
        if belongs(line):
            rows[-1].append(cell(line))
        elif not line.strip():
            if rows[-1]:
                rows.append([])
        else:
            rows[-1][-1] += "\n" + line.strip()
    blocks: list[Block] = []
    filled = [row for row in rows if row]
    cells = [text.strip() for row in filled for text in row]
    if not any(_DIGITS_ONLY.fullmatch(text) for text in cells) and any(
        len(text) > _LONGEST_LABEL for text in cells
    ):  # prose that was indented with tabs
        for line in lines:
            _add_paragraph(blocks, line)
        return blocks
    _close(blocks, filled)
    return blocks


def _close(blocks: list[Block], rows: list[_Row]) -> None:
    if rows:
        # all merged cells were filled, or there are none: rows of one length are rows of one grid
        whole = len(rows) > 1 and len({len(row) for row in rows}) == 1
        blocks.append(Grid(tuple(tuple(Slot(text) for text in row) for row in rows), rectangular=whole))
        rows.clear()
