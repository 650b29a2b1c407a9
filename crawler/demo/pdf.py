"""What is printed -> PDF with its text and its ruled tables, as a word processor saves it.

No font is packed: the file names one that every reader of Chinese PDF knows, with its usual encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Cover, Sheet, places

_WIDTH, _HEIGHT = 595, 842  # A4, in points
_MARGIN = 60
_COLUMN = _WIDTH - 2 * _MARGIN
_SIZES = {Role.TITLE: 18.0}
_TEXT_SIZE = 12.0
_TABLE_SIZE = 7.5
_LEADING = 1.6
_PADDING = 2.0
_LABEL_SHARE = 2.5  # of a column with labels, beside one with figures

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
    b" /DescendantFonts [4 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 0 >> /FontDescriptor 5 0 R >>",
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
    b" /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >>",
)
"""Objects 3 to 5. The first 95 glyphs are those of ASCII, half as wide as a character."""


def pdf_file(printed: Printed) -> bytes:
    """The file that reads as `printed`; a table stands on one page."""
    pages = _Pages()
    for block in printed.blocks:
        if isinstance(block, Sheet):
            pages.add_sheet(block)
        else:
            pages.add_line(block)
    return _file(pages.contents())


class _Pages:
    """Pages while they are filled from top to bottom."""

    def __init__(self) -> None:
        self._pages: list[list[str]] = [[]]
        self._y = float(_HEIGHT - _MARGIN)

    def contents(self) -> list[bytes]:
        return ["\n".join(page).encode("ascii") for page in self._pages]

    def add_line(self, line: Line) -> None:
        size = _SIZES.get(line.role, _TEXT_SIZE)
        indent = 2 * size if line.role in (Role.TEXT, Role.HEADING) else 0.0
        for at, text in enumerate(_broken(line.text, size, _COLUMN, indent)):
            self._room(size * _LEADING)
            self._y -= size * _LEADING
            left = {
                Role.TITLE: (_COLUMN - _width(text, size)) / 2,
                Role.SIGNATURE: _COLUMN - _width(text, size),
            }
            x = _MARGIN + left.get(line.role, 0.0 if at else indent)
            self._pages[-1].append(_shown(text, x, self._y, size))

    def add_sheet(self, sheet: Sheet) -> None:
        grid = places(sheet)
        labels = 3 if sheet.width > 4 and sheet.key == "applications" else 1 if sheet.width <= 4 else 0
        shares = [_LABEL_SHARE if x < labels else 1.0 for x in range(sheet.width)]
        xs = [_MARGIN + _COLUMN * sum(shares[:at]) / sum(shares) for at in range(sheet.width + 1)]
        boxes = [
            _Box(
                x,
                y,
                x + place.cell.colspan,
                y + place.cell.rowspan,
                _cell_lines(place.cell.text, xs, x, place.cell.colspan),
            )
            for y, row in enumerate(grid)
            for x, place in enumerate(row)
            if place.cover is Cover.CELL
        ]
        heights = [_TABLE_SIZE * _LEADING + 2 * _PADDING] * len(grid)
        for box in sorted(boxes, key=lambda box: box.bottom - box.top):
            needed = len(box.lines) * _TABLE_SIZE * _LEADING + 2 * _PADDING
            lacking = needed - sum(heights[box.top : box.bottom])
            if lacking > 0:
                heights[box.bottom - 1] += lacking
        self._room(sum(heights))
        ys = [self._y - sum(heights[:at]) for at in range(len(grid) + 1)]
        for box in boxes:
            self._draw(box, xs, ys)
        self._y = ys[-1] - _TEXT_SIZE

    def _draw(self, box: _Box, xs: Sequence[float], ys: Sequence[float]) -> None:
        left, right, top, bottom = xs[box.left], xs[box.right], ys[box.top], ys[box.bottom]
        page = self._pages[-1]
        page.append(f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re S")
        y = (top + bottom) / 2 + len(box.lines) * _TABLE_SIZE * _LEADING / 2
        for line in box.lines:
            y -= _TABLE_SIZE * _LEADING
            x = (left + right - _width(line, _TABLE_SIZE)) / 2
            page.append(_shown(line, x, y + _TABLE_SIZE * 0.4, _TABLE_SIZE))

    def _room(self, height: float) -> None:
        if self._y - height < _MARGIN and self._pages[-1]:
            self._pages.append([])
            self._y = float(_HEIGHT - _MARGIN)


class _Box(NamedTuple):
    """A cell: the columns and rows it stands between, and its lines."""

    left: int
    top: int
    right: int
    bottom: int
    lines: list[str]


def _cell_lines(text: str, xs: Sequence[float], x: int, span: int) -> list[str]:
    return list(_broken(text, _TABLE_SIZE, xs[x + span] - xs[x] - 2 * _PADDING)) if text else []


def _width(text: str, size: float) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text) * size


def _broken(text: str, size: float, room: float, indent: float = 0.0) -> Iterator[str]:
    """`text` in lines that are no wider than `room`, the first one `indent` less; a number is not broken."""
    for part in text.split("\n"):
        line, used = "", indent
        for word in _words(part):
            if line and used + _width(word, size) > room:
                yield line
                line, used = "", 0.0
            line += word
            used += _width(word, size)
        yield line


def _words(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if word and not (character.isascii() and word[-1].isascii()):
            yield word
            word = ""
        word += character
    yield word


def _shown(text: str, x: float, y: float, size: float) -> str:
    return f"BT /F {size:g} Tf {x:.2f} {y:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _file(contents: Sequence[bytes]) -> bytes:
    first = 3 + len(_FONT)  # 1 is the catalogue, 2 the list of pages
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        *_FONT,
    ]
    for at, content in enumerate(contents):
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {first + 2 * at + 1} 0 R >>"
        )
        objects.append(page.encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
