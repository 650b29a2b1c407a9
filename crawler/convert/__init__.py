"""Programs outside, as child processes with limits: LibreOffice for old formats, tesseract for pictures."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.convert.office import to_docx
from crawler.convert.tesseract import recognise
from crawler.extract.document import Format
from crawler.extract.outside import Recognised, Snippet

__all__ = ["INSTALLED", "Installed"]


class Installed:
    """The programs that stand on this machine; one that is missing makes its formats unreadable."""

    def to_docx(self, content: bytes, source: Format) -> bytes:
        """See crawler.extract.outside.Outside."""
        return to_docx(content, source)

    def recognise(self, snippets: Sequence[Snippet]) -> list[Recognised]:
        """See crawler.extract.outside.Outside."""
        return recognise(snippets)


INSTALLED = Installed()
