"""What stands in a workbook, read by nothing of ours."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(content: bytes) -> dict[str, list[list[tuple[str, str]]]]:
    """Of every sheet its rows, each cell as its type and what it holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [
            sheet.get("name") or ""
            for sheet in etree.fromstring(package.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        shared = [
            "".join(text.text or "" for text in entry.iter(f"{MAIN}t"))
            for entry in etree.fromstring(package.read("xl/sharedStrings.xml"))
        ]
        found = {}
        for at, name in enumerate(names, start=1):
            rows = []
            for row in etree.fromstring(package.read(f"xl/worksheets/sheet{at}.xml")).iter(f"{MAIN}row"):
                cells = []
                for cell in row:
                    assert cell.find(f"{MAIN}f") is None, "a formula"
                    value = cell.findtext(f"{MAIN}v") or ""
                    kind = cell.get("t", "n")
                    cells.append((kind, shared[int(value)] if kind == "s" else value))
                rows.append(cells)
            found[name] = rows
        return found
