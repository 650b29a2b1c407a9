"""What extraction needs of programs outside: converting old formats, recognising characters in pictures.

Extraction itself starts nothing; who calls it passes an implementation (crawler.convert), or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from crawler.extract.document import Format


class Script(Enum):
    """What a picture of text is expected to hold."""

    FIGURES = "figures"  # one line: digits and what goes with them
    LINE = "line"  # one line of Chinese text
    RAW_LINE = "raw line"  # the same; the picture is that line from edge to edge, nothing is looked for
    PAGE = "page"  # a page or a part of one without tables


class Snippet(NamedTuple):
    """A picture of text, cut from a page."""

    png: bytes
    script: Script


class Recognised(NamedTuple):
    """The text of a snippet, lines separated by "\\n"; `confidence`, 0 to 1, is that of its worst word."""

    text: str
    confidence: float


class Outside(Protocol):
    """Programs outside. Both methods bound time and memory, and raise Unreadable where they fail."""

    def to_docx(self, content: bytes, source: Format) -> bytes:
        """`content`, a document of format `source`, as DOCX."""
        ...

    def recognise(self, snippets: Sequence[Snippet]) -> list[Recognised]:
        """The text of each snippet, in the same order."""
        ...
