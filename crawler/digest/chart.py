"""A small bar chart of what stood open, as a PNG. Pure; it holds digits alone, the words stand beside it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from crawler.digest.contents import Standing

WIDTH, HEIGHT = 544, 150
"""Pixels at which it is shown; it is drawn twice as large."""
COLOURS = {"critical": "#8e1b12", "error": "#d9480f", "warning": "#e8a33d", "info": "#6f9bd1"}
"""Of the bars by severity, the worst at the bottom; the words for them stand beside swatches of the same."""

_SCALE = 2
_PAPER, _INK, _QUIET, _LINE = "#ffffff", "#1f2329", "#646a73", "#c9cdd4"
_LOWER, _UPPER = 28, 26  # rows for days and for numbers
_BAR = 0.52  # of the room that it has
_LEAST = 2.0  # pixels of a bar that is not nothing


def chart(course: Sequence[Standing]) -> bytes:
    """The picture of at least one day. The same course gives the same bytes."""
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), _PAPER)
    draw = ImageDraw.Draw(image)
    numbers = ImageFont.load_default(16 * _SCALE)
    days = ImageFont.load_default(13 * _SCALE)
    base = (HEIGHT - _LOWER) * _SCALE
    room = WIDTH * _SCALE / len(course)
    most = max(max(standing.number for standing in course), 1)
    tall = (HEIGHT - _LOWER - _UPPER) * _SCALE / most
    draw.line((0, base, WIDTH * _SCALE, base), fill=_LINE, width=_SCALE)
    for at, standing in enumerate(course):
        left = room * (at + (1 - _BAR) / 2)
        middle, top = room * (at + 0.5), float(base)
        for severity, number in standing.open:
            height = max(number * tall, _LEAST * _SCALE)
            draw.rectangle(
                (left, top - height, left + room * _BAR, top), fill=COLOURS.get(severity, COLOURS["info"])
            )
            top -= height
        draw.text((middle, top - 4 * _SCALE), f"{standing.number:,}", _INK, numbers, anchor="mb")
        day = f"{standing.day.month}-{standing.day.day}"
        draw.text((middle, base + 7 * _SCALE), day, _QUIET, days, anchor="mt")
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
