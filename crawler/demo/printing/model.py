"""What stands on the paper, and which of it can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from crawler.demo.sheets import Sheet
from crawler.demo.writer import ReportSpec
from crawler.report.model import Number


class Role(Enum):
    """What a line is to its reader."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    SIGNATURE = "signature"


class Line(NamedTuple):
    """A paragraph; inner line breaks are "\\n"."""

    text: str
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the paper. `spec` tells every number that the tables print, under its cell key.

    Of these keys, `numberless` are printed as no number ("/", blank) or so that the paper contradicts itself:
    a reading that claims one of them is wrong. `doubtful` are printed, but their row or column is lost: a
    reading may leave them out, and must give them as printed where it claims them.
    """

    spec: ReportSpec
    blocks: tuple[Line | Sheet, ...]
    numberless: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()

    @property
    def readable(self) -> dict[str, Number]:
        """The cells whose row, column and number stand on the paper."""
        lost = self.numberless | self.doubtful
        return {key: number for key, number in self.spec.cells.items() if key not in lost}

    def with_sheets(self, change: Callable[[Sheet], Sheet]) -> Printed:
        """The same paper, each table changed."""
        return replace(
            self, blocks=tuple(change(block) if isinstance(block, Sheet) else block for block in self.blocks)
        )

    def with_cells(self, cells: Mapping[str, Number]) -> Printed:
        """The same paper, saying that it prints `cells`."""
        return replace(self, spec=replace(self.spec, cells=cells))
