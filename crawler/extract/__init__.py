"""Bytes -> Document: blocks of text and grids of cells, whatever the format. Knows nothing of reports."""

from __future__ import annotations

from dataclasses import replace

from crawler.extract.archive import Member, members
from crawler.extract.document import Document, Format, Unreadable
from crawler.extract.html import extract_answer, extract_html
from crawler.extract.mime import archived_page
from crawler.extract.ofd import extract_ofd
from crawler.extract.outside import Outside
from crawler.extract.pdf import extract_pdf
from crawler.extract.picture import extract_picture
from crawler.extract.sheet import extract_sheet
from crawler.extract.sniff import binary_format, decode, text_format
from crawler.extract.text import extract_text
from crawler.extract.word import extract_doc, extract_docx

__all__ = ["Member", "extract", "members"]


def extract(
    content: bytes,
    *,
    content_type: str | None = None,
    name: str | None = None,
    outside: Outside | None = None,
) -> Document:
    """Read `content`, a file or the body of an HTTP answer.

    `content_type` is the HTTP header; only its charset is used, as a hint. `name` is a file name or an
    address; it only tells formats apart that share their bytes. `outside` runs the programs that old formats
    and pictures need; without it, such a file cannot be read.
    Raises Unreadable, with one line for the person, where the bytes are empty, too many, a format that is
    not supported, or damaged beyond reading; and where they hold several files (`members` gives them).
    """
    match binary_format(content, name):
        case Format.DOCX:
            return extract_docx(content)
        case (Format.DOC | Format.WPS) as source:
            return extract_doc(content, source, outside)
        case (Format.XLSX | Format.XLS | Format.ET) as source:
            return replace(extract_sheet(content), format=source)
        case Format.PDF:
            return extract_pdf(content, outside)
        case Format.OFD:
            return extract_ofd(content)
        case Format.IMAGE:
            return extract_picture(content, outside)
        case Format.ZIP:
            raise Unreadable("压缩包内有多个文件，需逐个读取", "an archive; its files are read one by one")
        case _:
            page = archived_page(content)
            if page is not None:
                return _extract_characters(page.content, page.content_type)
            return _extract_characters(content, content_type)


def _extract_characters(content: bytes, content_type: str | None) -> Document:
    decoded = decode(content, content_type)
    notes = (f"{decoded.lost} characters could not be decoded as {decoded.charset}",) if decoded.lost else ()
    answer = extract_answer(decoded.text, notes)
    if answer is not None:
        return answer
    if text_format(decoded.text) is Format.HTML:
        return extract_html(decoded.text, notes)
    return extract_text(decoded.text, notes)
