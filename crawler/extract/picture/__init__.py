"""Pictures of pages -> pages as read: ruled lines give the cells, each cell is recognised by itself.

`extract_picture` reads a file, `read_picture` one page that somebody else decoded. Both need numpy and
Pillow, which are no part of a plain installation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extract.document import Document, Format, Unreadable
from crawler.extract.geometry import ReadPage, read_pages
from crawler.extract.outside import Outside

if TYPE_CHECKING:
    import numpy

__all__ = ["extract_picture", "read_picture"]


def extract_picture(content: bytes, outside: Outside | None = None) -> Document:
    """Read a PNG, JPEG, TIFF, BMP, GIF or WEBP file; several frames are several pages.

    Raises Unreadable where the bytes are damaged or declare too many pixels, and where a program or library
    is not installed.
    """
    if outside is None:
        raise _no_recognition()
    try:
        from crawler.extract.picture.decode import MAX_FRAMES, decode
        from crawler.extract.picture.page import read_page
    except ImportError as error:
        raise _not_installed() from error
    decoded = decode(content)
    reading = read_pages(read_page(frame.image, frame.dpi, outside) for frame in decoded.frames)
    notes = (f"only the first {MAX_FRAMES} frames were read",) if decoded.cut else ()
    return Document(Format.IMAGE, reading.blocks, around=reading.around, notes=notes)


def read_picture(
    image: numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint8]], dpi: int, outside: Outside | None
) -> ReadPage:
    """One page, for geometry.read_pages; `image` is grey, height x width, 0 is black, at about `dpi`
    pixels an inch.

    A cell is a number only where two ways of recognising it and the shapes of its ink agree; else its digits
    are UNREADABLE. A table whose lines make no grid comes as a Picture. Raises Unreadable.
    """
    if outside is None:
        raise _no_recognition()
    try:
        from crawler.extract.picture.page import read_page
    except ImportError as error:
        raise _not_installed() from error
    return read_page(image, dpi, outside)


def _no_recognition() -> Unreadable:
    return Unreadable(
        "读取图片需要文字识别程序 tesseract", "pictures need tesseract, which recognises characters"
    )


def _not_installed() -> Unreadable:
    return Unreadable(
        "读取图片需要 numpy 和 Pillow：pip install 'nianbao[ocr]'",
        "pictures need numpy and Pillow: pip install 'nianbao[ocr]'",
    )
