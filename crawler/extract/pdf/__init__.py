"""PDF -> Document: text by its place, tables by their ruled lines, pages that are pictures by recognition."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.extract.document import Block, Document, Format, Grid, Paragraph, Picture, Unreadable
from crawler.extract.geometry import Page, Placed, ReadPage, read_pages
from crawler.extract.geometry.painted import Box
from crawler.extract.outside import Outside
from crawler.extract.pdf.file import File
from crawler.extract.pdf.hostile import refuse_hostile
from crawler.extract.pdf.model import Content, Work
from crawler.extract.picture import read_picture

MAX_PAGES = 400
"""Most pages of a file; half of a longer one would look like a report without its end."""
MAX_RECOGNISED = 30
"""Most pages of a file whose picture is recognised."""
_TEXT = 100  # characters in a picture on a page of text; with fewer it is a sign or a photo
_POINTS_AN_INCH = 72
SOMEBODYS_CONFIDENCE = 0.5
"""Of text that was laid invisibly over a scan: nobody says by which program, or how sure it was."""


def extract_pdf(content: bytes, outside: Outside | None = None) -> Document:
    """Read one file; `outside` recognises the pages that are pictures.

    A page is a picture where it shows an image or outlines and next to no text, and where its fonts do not
    tell which characters they draw. Without `outside` such a page is a Picture, and what a scanner's own
    recognition left under it are paragraphs of low confidence, never a table.
    Raises Unreadable: locked, damaged, too large, or nothing but pictures and no `outside`.
    """
    refuse_hostile(content)
    reader = _Reader(outside)
    with File(content) as file:
        if len(file) > MAX_PAGES:
            raise Unreadable(
                f"PDF 共 {len(file)} 页，超过 {MAX_PAGES} 页，拒绝读取",
                f"{len(file)} pages; more than {MAX_PAGES} are not read",
            )
        reading = read_pages(reader.pages(file))
    if not reader.has_text:
        raise reader.failure or Unreadable("PDF 中没有文字", "the PDF holds no text")
    return Document(Format.PDF, reading.blocks, around=reading.around, notes=(*reader.notes, *reading.notes))


class _Reader:
    """Turns one file into pages; remembers what could not be read."""

    def __init__(self, outside: Outside | None) -> None:
        self.notes: list[str] = []
        self.failure: Unreadable | None = None
        self.has_text = False
        self._outside = outside
        self._recognised = 0

    def pages(self, file: File) -> Iterator[Page | ReadPage]:
        work = Work()
        for number in range(len(file)):
            content = file.content(number, work)
            if content is None:
                self.notes.append(f"page {number + 1} is damaged")
                yield Page(595, 842, (), placed=[Placed((_unread(number),), 0, 0, 595, 842)])
            elif content.is_picture or content.is_undecipherable:
                yield self._picture(file, number, content)
            else:
                self.has_text = self.has_text or bool(content.chars)
                pictures = [
                    Placed(self._figure(file, number, content, image), *image)
                    for image in content.images
                    if content.is_large(image)
                ]
                yield Page(content.width, content.height, content.chars, content.rules, pictures)

    def _picture(self, file: File, number: int, content: Content) -> ReadPage:
        """What a page says that has to be looked at."""
        why = "is a picture" if content.is_picture else "has fonts that do not tell their characters"
        if self._outside is not None and self._recognised < MAX_RECOGNISED:
            self._recognised += 1
            try:
                image, dpi = file.render(number)
                page = read_picture(image, dpi, self._outside)
            except Unreadable as failure:
                self.failure = failure
                self.notes.append(f"page {number + 1} {why} and was not recognised: {failure.en}")
            else:
                self.has_text = self.has_text or bool(page.items)
                return page
        else:
            self.failure = self.failure or Unreadable(
                "PDF 是扫描图片，读取需要文字识别程序 tesseract",
                "the PDF is scanned; reading it needs tesseract, which recognises characters",
            )
            self.notes.append(f"page {number + 1} {why} and was not recognised")
        blocks = (*self._hidden(content), _unread(number))
        whole = Placed(blocks, 0, 0, content.width, content.height)
        return ReadPage(content.width, content.height, (whole,))

    def _figure(self, file: File, number: int, content: Content, box: Box) -> tuple[Block, ...]:
        """A picture on a page of text, recognised where it holds a table or much text."""
        if content.has_text_on(box):
            return (Picture(f"page {number + 1}"),)  # the paper of the text
        if self._outside is None or self._recognised >= MAX_RECOGNISED:
            self.notes.append(f"page {number + 1} has a picture that was not recognised")
            return (_unread(number),)
        self._recognised += 1
        try:
            image, dpi = file.render(number)
            scale = dpi / _POINTS_AN_INCH
            left, top, right, bottom = (max(0, round(edge * scale)) for edge in box)
            blocks = read_pages([read_picture(image[top:bottom, left:right], dpi, self._outside)]).blocks
        except Unreadable as failure:
            self.notes.append(f"page {number + 1} has a picture that was not recognised: {failure.en}")
            return (_unread(number),)
        has_table = any(
            isinstance(block, Grid) or (isinstance(block, Picture) and block.unread) for block in blocks
        )
        text = sum(len(block.text) for block in blocks if isinstance(block, Paragraph))
        return blocks if has_table or text >= _TEXT else (Picture(f"page {number + 1}"),)

    def _hidden(self, content: Content) -> tuple[Block, ...]:
        """Paragraphs that a scanner's recognition laid over its picture."""
        if content.is_undecipherable:
            return ()
        hidden = [char._replace(confidence=SOMEBODYS_CONFIDENCE) for char in content.hidden]
        blocks = read_pages([Page(content.width, content.height, hidden)]).blocks
        self.has_text = self.has_text or bool(blocks)
        return tuple(block for block in blocks if isinstance(block, Paragraph))


def _unread(number: int) -> Picture:
    return Picture(f"page {number + 1}", unread=True)
