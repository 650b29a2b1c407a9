"""What is printed -> pictures of its pages, as scanners make them, and a PDF of such pictures.

LibreOffice sets the pages; pdfium draws them; what a scanner adds is drawn from the seed.
"""

from __future__ import annotations

import io
from html import escape
from random import Random
from typing import NamedTuple

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from bench.writers.office import convert
from crawler.demo.markup import clean
from crawler.demo.printing import Line, Printed, Role

_FONTS = ("Noto Serif CJK SC", "DejaVu Sans", "DejaVu Serif", "Noto Sans CJK SC", "DejaVu Sans Condensed")
_SIZES = (10.5, 9, 12)  # points
_TITLE_SIZE = 18
_POINTS_PER_INCH = 72


class Scanner(NamedTuple):
    """What a scanner makes of a page."""

    dpi: int = 300
    angle: float = 0.0  # degrees, to the left
    noise: float = 0.0  # standard deviation of grey, of 255
    blur: float = 0.0  # inches / 1000
    shade: float = 0.0  # how much darker, of 1, one edge of the paper is
    specks: int = 0  # of dirt, to a page
    quality: int = 90  # of JPEG
    cut: int | None = None  # black and white alone: what is lighter than this grey is white


CLEAN = Scanner()


def pages(printed: Printed, *, seed: int = 0) -> list[Image.Image]:
    """The pages as they are printed, in grey at 600 dpi; the seed chooses the type."""
    return [_drawn(page, 600) for page in pypdfium2.PdfDocument(_pdf(printed, seed))]


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """A PDF of scanned pages; seed 0 is straight and clean at 300 dpi."""
    rng = Random(seed)
    scanner = CLEAN if seed == 0 else scanner_of(rng)
    return as_pdf(scans(_pdf(printed, seed), scanner, seed=seed), scanner)


def scanner_of(rng: Random) -> Scanner:
    """Any scanner that an office may own."""
    return Scanner(
        dpi=rng.choice((150, 200, 300)),
        angle=rng.uniform(-2, 2),
        noise=rng.uniform(0, 12),
        blur=rng.uniform(0, 2.5),
        shade=rng.uniform(0, 0.2),
        specks=rng.randrange(80),
        quality=rng.randrange(55, 95),
    )


def scans(pdf: bytes, scanner: Scanner, *, seed: int = 0) -> list[Image.Image]:
    """Each page of `pdf` as `scanner` gives it, grey."""
    rng = np.random.default_rng(seed)
    return [scanned(_drawn(page, scanner.dpi), scanner, rng) for page in pypdfium2.PdfDocument(pdf)]


def scanned(page: Image.Image, scanner: Scanner, rng: np.random.Generator) -> Image.Image:
    """`page`, drawn at the scanner's resolution, as the scanner gives it."""
    if scanner.angle:
        page = page.rotate(scanner.angle, Image.Resampling.BICUBIC, fillcolor=255)
    if scanner.blur:
        page = page.filter(ImageFilter.GaussianBlur(scanner.blur * scanner.dpi / 1000))
    grey = np.asarray(page, dtype=np.float32)
    height, width = grey.shape
    if scanner.specks:
        grey = grey.copy()
        for x, y, side in zip(
            rng.integers(0, width, scanner.specks),
            rng.integers(0, height, scanner.specks),
            rng.integers(1, max(2, scanner.dpi // 100) + 1, scanner.specks),
            strict=True,
        ):
            grey[y : y + side, x : x + side] = rng.integers(0, 160)
    if scanner.shade:
        grey = grey * (1 - scanner.shade * np.linspace(0, 1, width, dtype=np.float32))
    if scanner.noise:
        grey = grey + rng.normal(0, scanner.noise, grey.shape).astype(np.float32)
    image = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    if scanner.cut is not None:
        return Image.fromarray(np.where(np.asarray(image) > scanner.cut, 255, 0).astype(np.uint8))
    return Image.open(io.BytesIO(encoded(image, "JPEG", quality=scanner.quality)))


def encoded(image: Image.Image, format_: str, **options: int | bool) -> bytes:
    """`image` as a file of `format_` ("PNG", "JPEG", "TIFF" ...)."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def as_pdf(images: list[Image.Image], scanner: Scanner) -> bytes:
    """A PDF with one picture a page and no text."""
    file = io.BytesIO()
    first, *others = images
    first.save(
        file,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=scanner.dpi,
        quality=scanner.quality,
    )
    return file.getvalue()


def _pdf(printed: Printed, seed: int) -> bytes:
    rng = Random(seed)
    font = _FONTS[0] if seed == 0 else rng.choice(_FONTS)
    size = _SIZES[0] if seed == 0 else rng.choice(_SIZES)
    style = (
        f"body, td, p {{font-family: '{font}'; font-size: {size}pt}} td {{text-align: center}} "
        f"h1 {{font-family: '{font}'; font-size: {_TITLE_SIZE}pt; text-align: center}}"
    )
    titles = [block for block in printed.blocks if isinstance(block, Line) and block.role is Role.TITLE]
    title = "".join(f"<h1>{escape(line.text).replace(chr(10), '<br>')}</h1>" for line in titles)
    page = (
        f"<html><head><meta charset='utf-8'><style>{style}</style></head>"
        f"<body>{title}{clean(printed)}</body></html>"
    )
    return convert([("report.html", page.encode())], "pdf")[0]


def _drawn(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    return page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True).to_pil().convert("L")
