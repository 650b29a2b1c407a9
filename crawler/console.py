"""What goes to the screen: the answer to stdout, everything else to stderr, hostile text made harmless."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TextIO

from rich import box
from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

# Control characters could move the cursor or recolour the terminal, bidirectional marks could reorder a
# line; both come from pages that anyone may have written.
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")

SEVERITY_STYLE = {"critical": "bold red", "error": "red", "warning": "yellow", "info": "cyan"}
"""Colours of the severities on a terminal."""


def harmless(text: str) -> str:
    """`text` on one line, without anything that a terminal would obey; its spaces stay."""
    # lone surrogates come from file names that are no UTF-8; no stream could write them
    return _HARMFUL.sub(" ", text).encode("utf-8", "replace").decode()


def clean(text: object) -> str:
    """`text` on one line, harmless, every stretch of white space one space."""
    return " ".join(harmless(str(text)).split())


_UNBREAKABLE = re.compile(
    r"[“‘（《【〔(\[]*(?:[\x21-\x27\x2a-\x5a\x5c\x5e-\x7e]+|.)[，。；：！？、”’）》】〕)\]…]*"
)
"""A Chinese character or a word in ASCII, with the marks that may not begin or end a line without it."""


def _broken(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells; no line begins with a closing mark or cuts an ASCII word."""
    lines = [""]
    room = width
    for unit in _UNBREAKABLE.findall(text):
        for part in [unit] if cell_len(unit) <= width else chop_cells(unit, width):
            cells = cell_len(part)
            if cells > room:
                lines.append("")
                room = width
            lines[-1] += part
            room -= cells
    return [line.rstrip() for line in lines]


_NARROWEST = 20
"""Cells that a line of text gets however far it is indented."""

_WRAPPED = 24
"""Width that a column of sentences keeps on a terminal, however wide the others are."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, and how a terminal shows it."""

    heading: str
    align: Literal["left", "right"] = "left"
    style: str = ""
    styles: Mapping[str, str] = field(default_factory=dict)  # style of a cell by its text
    wrap: bool = False  # may be broken into lines on a terminal; a pipe always gets one record a line


@dataclass(slots=True)
class Screen:
    """The two streams of one call, and the language of the person at them."""

    lang: str = "zh"
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    @property
    def terminal(self) -> bool:
        """Whether a person looks at the answer as it is printed."""
        return self.out.isatty()

    @property
    def answers(self) -> Console:
        """Rich console for stdout."""
        return Console(
            file=self.out, force_terminal=self.terminal, highlight=False, markup=False, emoji=False
        )

    @property
    def notes(self) -> Console:
        """Rich console for stderr."""
        return Console(
            file=self.err, force_terminal=self.err.isatty(), highlight=False, markup=False, emoji=False
        )

    def pick(self, zh: str, en: str) -> str:
        """The text in the person's language."""
        return en if self.lang == "en" else zh

    def say(self, zh: str, en: str) -> None:
        """One line beside the answer, to stderr."""
        print(harmless(self.pick(zh, en)), file=self.err, flush=True)

    def line(self, text: str = "", style: str = "") -> None:
        """One line of the answer. On a terminal an indented one is wrapped below its own beginning."""
        text = harmless(text)
        if self.terminal:
            said = text.lstrip(" ")
            indent = len(text) - len(said)
            console = self.answers
            if indent and self.lang != "en":  # Chinese has no spaces to break at
                said = "\n".join(_broken(said, max(console.width - indent, _NARROWEST)))
            block = Padding(Text(said, style=style), (0, 0, 0, indent)) if indent else Text(said, style=style)
            console.print(block, soft_wrap=not indent)
        else:
            print(text, file=self.out)

    def item(self, lead: str, text: str, note: str = "", style: str = "") -> None:
        """One entry of a list: `lead` in `style`, `text` hanging below its beginning, a faint `note` after.

        In a pipe it is one line.
        """
        lead, text, note = harmless(lead), clean(text), clean(note)
        if not self.terminal:
            print(f"{lead}{text}" + (f"  [{note}]" if note else ""), file=self.out)
            return
        console = self.answers
        indent = cell_len(lead)
        lines = _broken(text, max(console.width - indent, _NARROWEST))
        said = Text(lead, style=style)
        said.append(f"\n{' ' * indent}".join(lines), style="")
        if note:
            room = console.width - indent - cell_len(lines[-1]) - 2
            below = f"\n{' ' * indent}"
            said.append("  " if cell_len(note) <= room else below)
            said.append(below.join(_broken(note, max(console.width - indent, _NARROWEST))), style="dim")
        console.print(said, soft_wrap=True)

    def raw(self, text: str) -> None:
        """A machine-readable answer, as it is."""
        self.out.write(text if text.endswith("\n") else f"{text}\n")

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], title: str = "") -> None:
        """A table: drawn on a terminal; one aligned line for each record in a pipe."""
        cells = [[clean(cell) for cell in row] for row in rows]
        if self.terminal:
            self._drawn(columns, cells, title)
        else:
            self._aligned(columns, cells)

    def _drawn(self, columns: Sequence[Column], rows: list[list[str]], title: str) -> None:
        table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
        for column in columns:
            table.add_column(
                column.heading,
                justify=column.align,
                style=column.style,
                no_wrap=not column.wrap,
                min_width=_WRAPPED if column.wrap else None,
                overflow="fold" if column.wrap else "ellipsis",
            )
        for row in rows:
            table.add_row(
                *(Text(cell, column.styles.get(cell, "")) for column, cell in zip(columns, row, strict=True))
            )
        self.answers.print(table)

    def _aligned(self, columns: Sequence[Column], rows: list[list[str]]) -> None:
        lines = [[column.heading for column in columns], *rows]
        widths = [max(cell_len(line[index]) for line in lines) for index in range(len(columns))]
        for line in lines:
            padded = []
            for column, cell, width in zip(columns, line, widths, strict=True):
                gap = " " * (width - cell_len(cell))
                padded.append(gap + cell if column.align == "right" else cell + gap)
            print("  ".join(padded).rstrip(), file=self.out)
