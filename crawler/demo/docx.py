"""What is printed -> DOCX, with nothing but what the format asks for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from html import escape

from crawler.demo.printing import Line, Printed, Role
from crawler.demo.sheets import Cover, Place, Sheet, places

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SAVED = (2024, 1, 1, 0, 0, 0)
"""The same report gives the same bytes whenever it is written."""

_CONTENT_TYPES = f"""{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{_TYPE}"/>
</Types>"""
_RELATIONSHIPS = f"""{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>
</Relationships>"""


def docx_file(printed: Printed) -> bytes:
    """The file that reads as `printed`."""
    blocks = "".join(
        _table(block) if isinstance(block, Sheet) else _paragraph(block) for block in printed.blocks
    )
    document = (
        f'{_DECLARATION}<w:document xmlns:w="{_MAIN}"><w:body>{blocks}<w:sectPr/></w:body></w:document>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (
            ("[Content_Types].xml", _CONTENT_TYPES),
            ("_rels/.rels", _RELATIONSHIPS),
            ("word/document.xml", document),
        ):
            package.writestr(zipfile.ZipInfo(name, _SAVED), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_ALIGNED = {Role.TITLE: "center", Role.SIGNATURE: "right"}


def _paragraph(line: Line) -> str:
    aligned = _ALIGNED.get(line.role)
    properties = f'<w:pPr><w:jc w:val="{aligned}"/></w:pPr>' if aligned else ""
    return f"<w:p>{properties}{_run(line.text)}</w:p>"


def _run(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(part, quote=False)}</w:t>' for part in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _table(sheet: Sheet) -> str:
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = '<w:gridCol w:w="900"/>' * sheet.width
    rows = "".join(f"<w:tr>{''.join(_cells(row))}</w:tr>" for row in places(sheet))
    properties = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>"
    return f"<w:tbl>{properties}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"


def _cells(row: list[Place]) -> Iterator[str]:
    """The cells of a row; one that began in a row above goes on as an empty one of the same width."""
    at = 0
    while at < len(row):
        cell, cover = row[at]
        text = "" if cover is Cover.ABOVE else cell.text
        across = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        begins = ' w:val="restart"' if cover is Cover.CELL else ""
        down = f"<w:vMerge{begins}/>" if cell.rowspan > 1 else ""
        yield f"<w:tc><w:tcPr>{across}{down}</w:tcPr><w:p>{_run(text) if text else ''}</w:p></w:tc>"
        at += cell.colspan
