"""Bytes -> Document: blocks of text and grids of cells, whatever the format. Knows nothing of reports."""

from __future__ import annotations

from crawler.extract.document import Document, Format
from crawler.extract.html import extract_html
from crawler.extract.sniff import decode, refuse_binary, text_format
from crawler.extract.text import extract_text

__all__ = ["extract"]


def extract(content: bytes, *, content_type: str | None = None) -> Document:
    """Read `content`, a file or the body of an HTTP answer.

    `content_type` is the HTTP header; only its charset is used, as a hint. Raises Unreadable, with one line
    for the person, where the bytes are empty, too many, no text, or a format that is not supported.
    """
    refuse_binary(content)
    decoded = decode(content, content_type)
    notes = (f"{decoded.lost} characters could not be decoded as {decoded.charset}",) if decoded.lost else ()
    if text_format(decoded.text) is Format.HTML:
        return extract_html(decoded.text, notes)
    return extract_text(decoded.text, notes)
