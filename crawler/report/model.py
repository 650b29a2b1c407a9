"""The values of one annual report, as read. Frozen, without I/O, clock or settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from crawler.report.narrative import Narrative

Number = int | Decimal


class Bilingual(NamedTuple):
    """One sentence in both languages that people read here; Chinese comes first."""

    zh: str
    en: str

    def pick(self, lang: str) -> str:
        """The sentence in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


class BilingualError(Exception):
    """Something that a person is told in one line, in either language; str() is the English one."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en

    def pick(self, lang: str) -> str:
        """The line in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


class Kind(StrEnum):
    """Kind of body; decides when it must file."""

    DEPARTMENT = "department"
    GOVERNMENT = "government"
    GOVERNMENT_OFFICE = "government_office"
    TOWNSHIP = "township"
    STREET = "street"
    ZONE = "zone"
    AUTHORISED = "authorised"


class TableState(StrEnum):
    """How far a table could be read; the contract defines each word."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    DAMAGED = "damaged"
    MISSING = "missing"
    IMAGE = "image"


class DateSource(StrEnum):
    """Where a publication date was found; only META, LABEL, DATA and FLAG are stated by the publisher."""

    META = "meta"
    LABEL = "label"
    DATA = "data"
    URL = "url"
    SIGNATURE = "signature"
    FLAG = "flag"


class ShownDate(NamedTuple):
    """A day that a page shows as that of publication, or that its address bears, and where."""

    day: date
    source: DateSource


class DamageKind(StrEnum):
    """What is wrong with the structure of a table, as far as reading could tell."""

    LABELS_LOST = "labels_lost"  # rows hold numbers but their labels are gone
    TOO_MANY_CELLS = "too_many_cells"  # a row holds more numbers than the form has columns
    TOO_FEW_CELLS = "too_few_cells"
    NUMBERS_RUN_TOGETHER = "numbers_run_together"  # several numbers in one cell
    ROW_UNKNOWN = "row_unknown"  # a label that no form knows
    ROW_REPEATED = "row_repeated"  # the same row twice with different numbers
    COLUMNS_UNKNOWN = "columns_unknown"  # the header does not name the form's columns


class ExtraRow(NamedTuple):
    """A row that the form does not have."""

    label: str
    raw: tuple[str, ...]


class AlteredLabel(NamedTuple):
    """A row that was recognised although its label differs from the form's."""

    row: str  # "applications.denied_prohibited_by_law"
    printed: str


class Cell(NamedTuple):
    """One cell: the number it prints, or None with the text it holds instead ("", "/", "无")."""

    value: Number | None
    raw: str
    confidence: float | None = None  # 0 to 1 where it was recognised from a picture, else None
    by_position: bool = False  # its row was told by its place alone, its label being lost or unknown


@dataclass(frozen=True, slots=True)
class Damage:
    """One structural defect of a table.

    `where` is a cell-key prefix ("applications.other_misc", "applications.denied") or the table's key;
    `quote` is what the source prints there, shortened to 120 characters.
    """

    kind: DamageKind
    where: str
    quote: str = ""
    expected: int | None = None  # numbers that the form has there
    found: int | None = None  # numbers that the source prints there


@dataclass(frozen=True, slots=True)
class Table:
    """One of the three tables: its state, its cells under contract keys, and what is wrong with it.

    `cells` holds only what is certain, in a damaged table too: a number stands there where every way to
    assign the printed numbers to rows and columns gives it.
    """

    key: str  # disclosure, applications, disputes
    state: TableState
    form: str | None = None  # "2019", "2021": the form whose labels it prints, None if it cannot be told
    cells: Mapping[str, Cell] = field(default_factory=lambda: MappingProxyType({}))
    damages: tuple[Damage, ...] = ()
    extra_rows: tuple[ExtraRow, ...] = ()
    altered_labels: tuple[AlteredLabel, ...] = ()
    headings_of_money: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # the line printed above a cell that holds an amount, by the cell's key


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections that stands in the report."""

    key: str
    heading: str  # as printed, spaces folded
    numbered: bool  # its number (一、 …) is printed
    variant: bool  # wording differs from the form's
    text: str  # what stands below the heading, tables left out
    empty: bool  # nothing stands below the heading, neither text nor table nor picture
    order: int  # position among the headings found, from 0


class PeriodBound(NamedTuple):
    """One end of the statistical period as printed; the parts that are not printed or no number are None."""

    year: int | None
    month: int | None
    day: int | None

    def as_date(self) -> date | None:
        """The calendar date, or None where the parts do not name one."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Period:
    """The statistical period that the report states."""

    start: PeriodBound
    end: PeriodBound
    quote: str


@dataclass(frozen=True, slots=True)
class Report:
    """One annual report as read. Nothing in it is a guess: what could not be read is None."""

    title: str | None  # printed title, lines joined
    organ: str | None  # as the title prints it
    year: int | None  # the reported year
    year_from: str | None  # "title", "period", "body", "page", "name", "given"
    form: str | None  # "2019", "2021", "legacy", or None
    published: date | None
    published_from: DateSource | None
    signed: date | None  # the date under the text
    period: Period | None
    sections: Mapping[str, Section]  # only those found; keys of forms.SECTIONS
    extra_headings: tuple[str, ...]  # numbered top-level headings that belong to none of the six
    tables: Mapping[str, Table]  # always disclosure, applications, disputes
    text: str  # the report's own prose, paragraphs separated by "\n", tables left out
    narrative: Narrative = field(default_factory=Narrative)
    contradicting_dates: tuple[date, ...] = ()  # other dates of publication that the page states
    others_below: bool = False  # the document holds another report besides, which was not read
    headings_in_tables: frozenset[str] = (
        frozenset()
    )  # sections whose numbered heading stands in a table's cell
    recognised: bool = False  # some of its text, tables aside, was recognised from a picture
    organ_recognised: str | None = None  # the body's name as recognised from a picture, true or not
    organ_from: str | None = None  # "title", "page", "body", "breadcrumb", "signature", "name", "given",
    # "roster": the name recognised from a picture is that of a body that is known to file there
    shown_dates: tuple[ShownDate, ...] = ()  # all dates of publication of its page, one a day and source
    unread_date: str = ""  # a line that labels a date of publication, where none could be read

    @property
    def cells(self) -> dict[str, Cell]:
        """All cells of the three tables under their contract keys."""
        return {key: cell for table in self.tables.values() for key, cell in table.cells.items()}
