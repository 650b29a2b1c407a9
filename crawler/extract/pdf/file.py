"""A PDF file in pdfium: opened, its pages one at a time. pdfium serves one thread at a time."""

from __future__ import annotations

import math
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from crawler.extract.document import Unreadable
from crawler.extract.pdf.content import read_content
from crawler.extract.pdf.model import Content, Work

if TYPE_CHECKING:
    import numpy

RENDER_DPI = 300
MAX_PIXELS = 20_000_000
"""Most pixels of a rendered page: A4 at 300 dpi has 9 million."""

MAX_ANNOTATIONS = 5_000
"""Most annotations of a page that are looked at for what is filled in."""

_FILLED_IN = frozenset((pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP))
_POINTS_AN_INCH = 72
_LOCK = Lock()


class File:
    """An open file; usable by one thread, while others use their own."""

    def __init__(self, content: bytes) -> None:
        """Raises Unreadable where it is locked or damaged."""
        with _LOCK:
            try:
                self._file = pypdfium2.PdfDocument(content)
            except pypdfium2.PdfiumError as error:
                if error.err_code == pdfium.FPDF_ERR_PASSWORD:
                    raise Unreadable("PDF 已加密，需要密码", "the PDF is locked by a password") from None
                raise Unreadable("PDF 文件已损坏", "the PDF is damaged") from None
            self._pages = len(self._file)
        if not self._pages:
            raise Unreadable("PDF 文件已损坏", "the PDF is damaged")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with _LOCK:
            self._file.close()

    def __len__(self) -> int:
        return self._pages

    def content(self, number: int, work: Work) -> Content | None:
        """What page `number`, counted from 0, shows; None where it cannot be opened. Raises Unreadable."""
        with _LOCK:
            page = pdfium.FPDF_LoadPage(self._file.raw, number)
            if page and _holds_fields(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY):
                pdfium.FPDF_ClosePage(page)
                page = pdfium.FPDF_LoadPage(self._file.raw, number)
            if not page:
                return None
            try:
                text = pdfium.FPDFText_LoadPage(page)
                if not text:
                    return None
                try:
                    return read_content(self._file.raw, page, text, work)
                finally:
                    pdfium.FPDFText_ClosePage(text)
            finally:
                pdfium.FPDF_ClosePage(page)

    def render(self, number: int) -> tuple[numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint8]], int]:
        """Page `number` as a grey image, height x width, and its dots per inch. Raises Unreadable."""
        try:
            import numpy as np
        except ImportError as error:
            raise Unreadable(
                "读取扫描的 PDF 需要 numpy 和 Pillow：pip install 'nianbao[ocr]'",
                "scanned PDF needs numpy and Pillow: pip install 'nianbao[ocr]'",
            ) from error
        with _LOCK:
            try:
                page = self._file[number]
                width, height = page.get_size()
                scale = RENDER_DPI / _POINTS_AN_INCH
                scale = min(scale, math.sqrt(MAX_PIXELS / max(width * height, 1)))
                bitmap = page.render(scale=scale, grayscale=True)
                image = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
                bitmap.close()
                page.close()
            except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
                raise Unreadable("PDF 页面无法显示", "a page of the PDF cannot be shown") from error
        return image, round(scale * _POINTS_AN_INCH)


def _holds_fields(page: Any) -> bool:
    """Whether something is filled in or typed onto a page, which is no part of its own content."""
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in _FILLED_IN:
            return True
    return False
