"""Blocks -> the three tables, as cells under the contract's keys.

Labels decide, never places: each line of a grid is told by the labels that it prints, so that tables split
over pages, tables that share a grid and repeated headers read alike. A number is claimed only where its row
and its column are certain; where a row holds more or fewer numbers than the form, only where every possible
assignment gives the same number. What is not claimed is told as damage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.document import Block, Paragraph, Picture
from crawler.parser.numbers import looks_numeric
from crawler.parser.tables import applications, disclosure, disputes
from crawler.parser.tables.halves import join_halves
from crawler.parser.tables.labels import Reading, recognise
from crawler.parser.tables.lines import QUOTE, headed_section, lines_by_table
from crawler.report.model import Damage, DamageKind, Table, TableState

__all__ = ["read_tables"]

_GAP = re.compile(r"[\s|｜]+")
_LABELS_OF_A_TABLE = 4
_LONGEST_TEXT = 20_000


def read_tables(blocks: Sequence[Block]) -> dict[str, Table]:
    """The tables disclosure, applications and disputes, from all blocks of a body in reading order.

    Every table is in the answer: with its cells and damages where it was recognised; else as damaged where
    figures without any known label stand under its heading or its labels stand in running text; else as a
    picture where one stands under its heading, or anywhere text that was recognised or could not be; or as
    missing.
    A row that a damage names stands in the report, even where it has no cells.
    """
    lines = lines_by_table(blocks)
    second = disclosure.read_disclosure(join_halves(lines.get(disclosure.KEY, [])))
    form = second.form if second is not None else None
    found = {
        disclosure.KEY: second,
        applications.KEY: applications.read_applications(join_halves(lines.get(applications.KEY, [])), form),
        disputes.KEY: disputes.read_disputes(lines.get(disputes.KEY, [])),
    }
    return {key: table or _unrecognised(key, blocks) for key, table in found.items()}


def _unrecognised(key: str, blocks: Sequence[Block]) -> Table:
    inside = False
    pictured = any(map(_is_scanned, blocks))
    for block in blocks:
        if isinstance(block, Paragraph):
            headed = headed_section(block.text)
            inside = headed == key if headed is not None else inside
        elif not inside:
            continue
        elif isinstance(block, Picture):
            pictured = True
        else:
            texts = [slot.text.strip() for row in block.rows for slot in row if slot.text.strip()]
            if any(looks_numeric(text) for text in texts):
                damage = Damage(DamageKind.LABELS_LOST, key, " | ".join(texts)[:QUOTE], found=len(texts))
                return Table(key, TableState.DAMAGED, damages=(damage,))
    printed = _labels_in_text(key, blocks)
    if len(printed) >= _LABELS_OF_A_TABLE:
        damage = Damage(DamageKind.COLUMNS_UNKNOWN, key, " | ".join(printed)[:QUOTE], found=len(printed))
        return Table(key, TableState.DAMAGED, damages=(damage,))
    return Table(key, TableState.IMAGE if pictured else TableState.MISSING)


def _is_scanned(block: Block) -> bool:
    """Whether a block was seen on a picture: beside it, more may stand there than was made out."""
    match block:
        case Paragraph():
            return block.confidence is not None
        case Picture():
            return block.unread
        case _:
            return any(slot.confidence is not None for row in block.rows for slot in row)


def _labels_in_text(key: str, blocks: Sequence[Block]) -> list[str]:
    """The labels of a table that stand in running text, set apart by white space or lines.

    A table drawn with other means than table markup, or typed into preformatted text, is there for the
    reader all the same.
    """
    printed: dict[Reading, str] = {}
    for block in blocks:
        if isinstance(block, Paragraph):
            for piece in _GAP.split(block.text[:_LONGEST_TEXT]):
                reading = recognise(piece)
                if reading is not None and reading.table == key:
                    printed.setdefault(reading, piece)
    return list(printed.values())
