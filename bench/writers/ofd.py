"""What is printed -> OFD, set and packed here as the exports of office programs are: every character has its
step, tables are paths, pages are parts of their own.

The seed chooses how lines are drawn (strokes, rectangles, thin bars), whether steps are spelled out or
counted, and whether objects have coordinates of their own size.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from itertools import groupby
from random import Random
from typing import NamedTuple
from xml.sax.saxutils import escape

from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Cover, Sheet, places, split

_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 20.0
_TEXT_WIDTH = _WIDTH - 2 * _MARGIN
_LEADING = 1.5
_SIZES = {Role.TITLE: 7.0, Role.HEADING: 5.6, Role.TEXT: 5.0, Role.SIGNATURE: 5.0}
_TABLE_SIZE = 3.2
_PADDING = 0.8
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CLOSING = "，。；：、）！？"  # never begin a line


def write(printed: Printed, *, seed: int = 0) -> bytes:
    """The file that reads as `printed`."""
    rng = Random(seed)
    setter = _Setter(
        lines=rng.choice(("strokes", "rectangles", "bars")) if seed else "strokes",
        counted=bool(seed) and rng.random() < 0.5,
        scaled=bool(seed) and rng.random() < 0.5,
    )
    for block in printed.blocks:
        if isinstance(block, Line):
            setter.paragraph(block)
        else:
            setter.table(block)
    return _packed(setter.pages)


class _Text(NamedTuple):
    text: str
    x: float
    baseline: float
    size: float


class _Setter:
    """Sets lines and tables on pages, each a list of XML objects."""

    def __init__(self, *, lines: str, counted: bool, scaled: bool) -> None:
        self.pages: list[list[str]] = [[]]
        self._lines, self._counted, self._scaled = lines, counted, scaled
        self._y = _MARGIN
        self._identity = 100

    def paragraph(self, line: Line) -> None:
        size = _SIZES[line.role]
        first = "" if line.role in (Role.TITLE, Role.SIGNATURE) else "\u3000\u3000"
        for part in line.text.split("\n"):
            for text in _wrapped(first + part, size, _TEXT_WIDTH):
                self._room(size * _LEADING)
                left = _TEXT_WIDTH - _advance(text, size)
                shift = {Role.TITLE: left / 2, Role.SIGNATURE: left}.get(line.role, 0.0)
                self._text(_Text(text, _MARGIN + shift, self._y + size, size))
                self._y += size * _LEADING

    def table(self, sheet: Sheet) -> None:
        widths = _widths(sheet)
        rest: Sheet | None = sheet
        while rest is not None:
            heights = _heights(rest, widths)
            free = _HEIGHT - _MARGIN - self._y
            fit = 0
            while fit < len(heights) and sum(heights[: fit + 1]) <= free:
                fit += 1
            if fit == 0 and self._y > _MARGIN:
                self._break()
                continue
            fit = max(fit, 1)
            if fit < len(heights):
                upper, lower = split(rest, fit)
                self._rows(upper, widths)
                self._break()
                rest = lower
            else:
                self._rows(rest, widths)
                rest = None
        self._y += 3

    def _rows(self, sheet: Sheet, widths: list[float]) -> None:
        heights = _heights(sheet, widths)
        grid = places(sheet)
        for down, row in enumerate(grid):
            for right, place in enumerate(row):
                if place.cover is not Cover.CELL:
                    continue
                x, y = _MARGIN + sum(widths[:right]), self._y + sum(heights[:down])
                width = sum(widths[right : right + place.cell.colspan])
                height = sum(heights[down : down + place.cell.rowspan])
                self._frame(x, y, width, height)
                lines = _cell_lines(place.cell.text, width)
                top = y + (height - len(lines) * _TABLE_SIZE * _LEADING) / 2
                for at, text in enumerate(lines):
                    left = (width - _advance(text, _TABLE_SIZE)) / 2
                    baseline = top + at * _TABLE_SIZE * _LEADING + _TABLE_SIZE * 1.1
                    self._text(_Text(text, x + left, baseline, _TABLE_SIZE))
        self._y += sum(heights)

    def _room(self, height: float) -> None:
        if self._y + height > _HEIGHT - _MARGIN:
            self._break()

    def _break(self) -> None:
        self.pages.append([])
        self._y = _MARGIN

    def _text(self, text: _Text) -> None:
        if not text.text:
            return
        top, width = text.baseline - text.size, _advance(text.text, text.size)
        scale = 0.3527 if self._scaled else 1.0
        steps = [f"{_advance(character, text.size) / scale:.4f}" for character in text.text[:-1]]
        deltas = f' DeltaX="{self._steps(steps)}"' if steps else ""
        matrix = f' CTM="{scale} 0 0 {scale} 0 0"' if self._scaled else ""
        self._object(
            f'<ofd:TextObject ID="{{}}" Boundary="{text.x:.4f} {top:.4f} {width:.4f} {text.size * 1.2:.4f}"'
            f'{matrix} Font="3" Size="{text.size / scale:.4f}"><ofd:FillColor Value="0 0 0"/>'
            f'<ofd:TextCode X="0" Y="{text.size / scale:.4f}"{deltas}>{escape(text.text)}</ofd:TextCode>'
            "</ofd:TextObject>"
        )

    def _steps(self, steps: list[str]) -> str:
        if not self._counted:
            return " ".join(steps)
        runs = ((step, len(list(run))) for step, run in groupby(steps))
        return " ".join(
            f"g {count} {step}" if count > 2 else " ".join([step] * count) for step, count in runs
        )

    def _frame(self, x: float, y: float, width: float, height: float) -> None:
        if self._lines == "rectangles":
            self._path(
                x, y, width, height, f"M 0 0 L {width:.3f} 0 L {width:.3f} {height:.3f} L 0 {height:.3f} C"
            )
        elif self._lines == "strokes":
            self._path(x, y, width, 0.2, f"M 0 0 L {width:.3f} 0")
            self._path(x, y + height, width, 0.2, f"M 0 0 L {width:.3f} 0")
            self._path(x, y, 0.2, height, f"M 0 0 L 0 {height:.3f}")
            self._path(x + width, y, 0.2, height, f"M 0 0 L 0 {height:.3f}")
        else:
            for left, top, across, down in (
                (x, y, width, 0.2),
                (x, y + height, width, 0.2),
                (x, y, 0.2, height),
                (x + width, y, 0.2, height),
            ):
                self._path(
                    *(left, top, across, down),
                    f"M 0 0 L {across:.3f} 0 L {across:.3f} {down:.3f} L 0 {down:.3f} L 0 0 C",
                    'Stroke="false" Fill="true"',
                )

    def _path(self, x: float, y: float, width: float, height: float, data: str, how: str = "") -> None:
        self._object(
            f'<ofd:PathObject ID="{{}}" Boundary="{x:.4f} {y:.4f} {width:.4f} {height:.4f}" '
            f'LineWidth="0.2" {how}>'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _object(self, xml: str) -> None:
        self._identity += 1
        self.pages[-1].append(xml.replace("{}", str(self._identity), 1))


def _advance(text: str, size: float) -> float:
    return sum(size if unicodedata.east_asian_width(character) in "WFA" else size / 2 for character in text)


def _wrapped(text: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    for character in text:
        if line and _advance(line + character, size) > width and character not in _CLOSING:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


def _cell_lines(text: str, width: float) -> list[str]:
    return [line for part in text.split("\n") for line in _wrapped(part, _TABLE_SIZE, width - 2 * _PADDING)]


def _widths(sheet: Sheet) -> list[float]:
    """Widths of the columns: by the longest text that a column has alone, as an office would pull them."""
    weights = [2.0] * sheet.width
    for row in places(sheet):
        for column, place in enumerate(row):
            if place.cover is Cover.CELL and place.cell.colspan == 1:
                longest = max(len(part) for part in place.cell.text.split("\n"))
                weights[column] = max(weights[column], min(longest, 12))
    return [_TEXT_WIDTH * weight / sum(weights) for weight in weights]


def _heights(sheet: Sheet, widths: list[float]) -> list[float]:
    heights = [_TABLE_SIZE * _LEADING + 2 * _PADDING] * len(sheet.rows)
    grid = places(sheet)
    for tall in (False, True):
        for down, row in enumerate(grid):
            for right, place in enumerate(row):
                if place.cover is not Cover.CELL or (place.cell.rowspan > 1) is not tall:
                    continue
                lines = _cell_lines(place.cell.text, sum(widths[right : right + place.cell.colspan]))
                needed = len(lines) * _TABLE_SIZE * _LEADING + 2 * _PADDING
                last = down + place.cell.rowspan
                heights[last - 1] += max(0.0, needed - sum(heights[down:last]))
    return heights


def _packed(pages: list[list[str]]) -> bytes:
    listed = "".join(
        f'<ofd:Page ID="{number + 10}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(len(pages))
    )
    parts = {
        "OFD.xml": f'<ofd:OFD {_NAMESPACE} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo>'
        "<ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NAMESPACE}><ofd:CommonData>"
        "<ofd:MaxUnitID>99999</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>0 0 {_WIDTH} {_HEIGHT}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {_NAMESPACE} BaseLoc="Res"><ofd:Fonts>'
        '<ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>',
    }
    for number, objects in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {_NAMESPACE}><ofd:Content><ofd:Layer ID="{number + 50}">'
            + "".join(objects)
            + "</ofd:Layer></ofd:Content></ofd:Page>"
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in parts.items():
            package.writestr(zipfile.ZipInfo(name), _HEAD + xml, compress_type=zipfile.ZIP_DEFLATED)
    return stream.getvalue()
