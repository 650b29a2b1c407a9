"""Image files -> grey pages of bounded size."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from crawler.extract.document import Unreadable
from crawler.extract.picture.ink import Grey

MAX_PIXELS = 60_000_000
"""Most pixels of a frame: A4 at 600 dpi has 35 million."""
MAX_ALL_PIXELS = 400_000_000
MAX_FRAMES = 60
_MIN_SIDE = 16  # pixels; nothing smaller holds a character
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
_ANIMATED = frozenset({"GIF", "WEBP", "PNG"})  # their further frames are a film, no pages
_SHORT_SIDE_OF_A4 = 8.27  # inches
_DPI = (60, 600)  # what scanners and screens give
_CANNOT_OPEN = (
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    EOFError,
    MemoryError,
    ArithmeticError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class Frame(NamedTuple):
    """One page; `dpi` is an estimate."""

    image: Grey
    dpi: int


class Decoded(NamedTuple):
    """The pages of a file; `cut` where it holds more than were decoded."""

    frames: tuple[Frame, ...]
    cut: bool


def decode(content: bytes) -> Decoded:
    """The pages of an image file, upright and grey. Raises Unreadable before decoding what is too large."""
    frames: list[Frame] = []
    pixels = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                for at, frame in enumerate(ImageSequence.Iterator(image)):
                    if at and image.format in _ANIMATED:
                        break
                    if at == MAX_FRAMES:
                        return Decoded(tuple(frames), cut=True)
                    pixels += frame.width * frame.height
                    if frame.width * frame.height > MAX_PIXELS or pixels > MAX_ALL_PIXELS:
                        raise Unreadable(
                            f"图片过大：{frame.width}×{frame.height}",
                            f"the picture is too large: {frame.width} x {frame.height}",
                        )
                    frames.append(_frame(frame))
    except _CANNOT_OPEN as error:
        raise Unreadable("图片已损坏，无法读取", "the picture is damaged") from error
    if not frames:
        raise Unreadable("图片已损坏，无法读取", "the picture is damaged")
    return Decoded(tuple(frames), cut=False)


def _frame(image: Image.Image) -> Frame:
    upright = ImageOps.exif_transpose(image)
    if min(upright.size) < _MIN_SIDE:
        raise Unreadable("图片太小，没有文字", "the picture is too small to hold text")
    grey = _grey(upright)
    low, high = _DPI
    dpi = round(min(grey.shape) / _SHORT_SIDE_OF_A4)  # what files state of themselves is often wrong
    return Frame(grey, max(low, min(high, dpi)))


def _grey(image: Image.Image) -> Grey:
    """Transparent parts are white, 16 bits become 8."""
    if image.mode.startswith(("I", "F")):
        deep = np.asarray(image, dtype=np.float64)
        top = 65535.0 if deep.max(initial=0) > 255 else 255.0
        return np.clip(deep * (255.0 / top), 0, 255).astype(np.uint8)
    if "A" in image.getbands() or "transparency" in image.info:
        coloured = image.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        image = Image.alpha_composite(paper, coloured)
    return np.asarray(image.convert("L"), dtype=np.uint8)
