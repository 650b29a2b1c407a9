"""What extraction gives, whatever the format: blocks in reading order, and what the page says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Format(StrEnum):
    """File formats, by the contract's names."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    DOC = "doc"
    WPS = "wps"
    PDF = "pdf"
    XLSX = "xlsx"
    XLS = "xls"
    ET = "et"
    OFD = "ofd"
    IMAGE = "image"
    ZIP = "zip"  # holds files of other formats; never the format of a Document


class Unreadable(Exception):
    """The bytes cannot be read as any format that is supported. One line in each language, told as it is."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.zh

    def pick(self, lang: str) -> str:
        """The line in `lang` ("zh" or "en")."""
        return self.en if lang == "en" else self.zh


class Origin(StrEnum):
    """Whether a slot of a grid is a cell of its own or covered by a merged neighbour."""

    CELL = "cell"
    FROM_LEFT = "from_left"  # covered by the colspan of the cell at its left
    FROM_ABOVE = "from_above"  # covered by the rowspan of a cell above (also when it spans columns too)


class Slot(NamedTuple):
    """One place of a grid. A covered slot repeats the text of the cell that covers it."""

    text: str  # inner lines kept as "\n", other white space as printed, ends not stripped
    origin: Origin = Origin.CELL
    confidence: float | None = None  # 0 to 1 where the text was recognised from a picture, else None


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. In a `rectangular` grid merged cells are expanded, so that slots at one index share a
    column; a row whose source has too few cells ends early. Other grids come from plain text, where merged
    cells leave blanks or nothing at all.
    """

    rows: tuple[tuple[Slot, ...], ...]
    rectangular: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line or paragraph of text outside tables, white space folded, never blank."""

    text: str
    confidence: float | None = None  # 0 to 1 where the text was recognised from a picture, else None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image in the text; its content was not read.

    `unread` where it stands for text of the document, such as a scanned page or table: what seems to lack in
    the document may stand there.
    """

    source: str
    alt: str = ""
    unread: bool = False


Block = Paragraph | Grid | Picture


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the page links to, by its link text."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file or page as extracted.

    `meta` holds (name, content) pairs of meta tags in source order, names as printed; `data` those that the
    object says in which an article was found as data (ArticleTitle, PubDate, ContentSource).
    `page_title` is the <title>; `headings` are h1 to h3 texts outside the body container.
    `around` is text of the page outside the body (breadcrumb, date line, footer), in reading order;
    it may tell the date and the column but is no part of the report. Its last `apart` lines stand below the
    article and speak of other things: further articles, comments, the site.
    `continuations` are addresses, as printed, of further pages of the same article, in order; a pager that
    links every page gives that of the first one too.
    """

    format: Format
    blocks: tuple[Block, ...]
    page_title: str = ""
    headings: tuple[str, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    around: tuple[str, ...] = ()
    apart: int = 0
    attachments: tuple[Attachment, ...] = ()
    continuations: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(
        default=()
    )  # what extraction had to bound or repair, in English, for operators
