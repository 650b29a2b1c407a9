"""Reports that the generator wrote, printed to PDF by reportlab and by LibreOffice: the same cells back."""

from __future__ import annotations

import pytest

from bench.writers import docx, office, pdf
from crawler.demo.printing import LAYOUTS, Printed, plain
from crawler.demo.writer import compose
from crawler.extract import extract
from crawler.parser import Page, parse
from crawler.report.model import Kind

ORGAN = "长河市林业局"


def _printed(layout: str, seed: int, year: int) -> Printed:
    return LAYOUTS[layout](compose(ORGAN, Kind.DEPARTMENT, year, seed=seed))


def _assert_reads_as(printed: Printed, content: bytes) -> None:
    report = parse(extract(content), Page())
    assert (report.organ, report.year) == (ORGAN, printed.spec.year)
    assert sorted(report.sections) == sorted(printed.spec.section_keys)
    read = {key: cell.value for key, cell in report.cells.items()}
    assert {key: read.get(key) for key in printed.readable} == printed.readable
    assert all(read.get(key) is None for key in printed.numberless)


@pytest.mark.parametrize(
    ("layout", "seed", "year"),
    [
        ("plain", 0, 2020),
        ("plain", 0, 2023),
        ("plain", 5, 2023),  # landscape
        ("plain", 12, 2023),  # a header cut by the end of a page
        ("plain", 22, 2023),  # a row cut and open there
        ("plain", 31, 2023),  # rows cut in two tables
        ("split-with-header", 6, 2020),
        ("stand-ins", 26, 2023),
        ("narrow-labels", 13, 2020),
    ],
)
def test_reportlab(layout: str, seed: int, year: int) -> None:
    printed = _printed(layout, seed, year)
    _assert_reads_as(printed, pdf.write(printed, seed=seed))


def test_libreoffice() -> None:
    reports = [
        plain(compose(ORGAN, Kind.DEPARTMENT, year, seed=seed)) for seed, year in ((0, 2020), (1, 2023))
    ]
    files = [("report.docx", docx.write(report, seed=seed)) for seed, report in enumerate(reports)]
    for report, content in zip(reports, office.convert(files, "pdf"), strict=True):
        _assert_reads_as(report, content)
