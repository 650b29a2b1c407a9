"""What is printed -> a ZIP archive, as offices attach it: the report and the letter that it was sent with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from bench.writers import docx, html, sheet
from crawler.demo.printing import Printed

_INSIDE: tuple[tuple[str, Callable[..., bytes]], ...] = (
    ("docx", docx.write),
    ("html", html.write),
    ("xlsx", sheet.write),
)


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The archive whose report reads as `printed`; the seed chooses its format and where it lies."""
    spec = printed.spec
    suffix, inner = _INSIDE[seed % len(_INSIDE)]
    folder = f"{spec.year}年年报/" if seed % 2 else ""
    letter = (
        f"关于报送{spec.title}的函\n\n县人民政府办公室：\n\n现将{spec.title}报上，请审阅。\n\n{spec.organ}\n"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}报送函.txt", letter)
        archive.writestr(f"{folder}年报.{suffix}", inner(printed, seed=seed))
    return out.getvalue()
