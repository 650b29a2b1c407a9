"""How fast DOCX files are read, as python-docx and as LibreOffice write them: bytes -> text and cells."""

from __future__ import annotations

import io

import docx

from bench.speed.harness import Contest, Contestant, Rival
from bench.writers import docx as writer
from bench.writers import office
from crawler.demo.printing import plain
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.report.model import Kind

ORGANS = ("云溪县水务局", "云溪县教育局", "青杉市民政局")
YEAR = 2023
TARGET = 5.0


def read_document(content: bytes) -> object:
    """Text and tables, merged cells expanded, numbers of lists told, hidden text left out."""
    return extract(content)


def python_docx_cells(content: bytes) -> object:
    """The text of every paragraph, and of every cell of every row, merged ones repeated."""
    document = docx.Document(io.BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraph.text for paragraph in document.paragraphs], tables


def contests() -> list[Contest]:
    """Against python-docx, for the same report as two programs write it."""
    written = [
        writer.write(plain(compose(organ, Kind.DEPARTMENT, YEAR)), seed=seed)
        for seed, organ in enumerate(ORGANS)
    ]
    converted = office.convert([("report.docx", content) for content in written], "docx")
    return [
        Contest(
            title,
            Contestant("extract", read_document),
            (Rival(Contestant("python-docx, cells and paragraphs", python_docx_cells), TARGET),),
            tuple(files),
        )
        for title, files in (
            ("Reports written by python-docx", written),
            ("Reports written by LibreOffice", converted),
        )
    ]
