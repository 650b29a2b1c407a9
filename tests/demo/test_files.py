"""Reports as files that the demo writes by itself read back as they were written."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from crawler.demo.docx import docx_file
from crawler.demo.pdf import pdf_file
from crawler.demo.printing import Printed, plain
from crawler.demo.writer import compose
from crawler.extract.document import Format
from crawler.inspection import Given, inspect
from crawler.report.model import Kind


@pytest.mark.parametrize("year", [2019, 2023])
@pytest.mark.parametrize(("write", "format_"), [(docx_file, Format.DOCX), (pdf_file, Format.PDF)])
def test_every_number_is_read_as_it_was_written(
    write: Callable[[Printed], bytes], format_: Format, year: int
) -> None:
    spec = compose("棠港市水务局", Kind.DEPARTMENT, year)
    content = write(plain(spec))
    assert content == write(plain(spec))
    inspection = inspect(content, Given(name="1.bin"))
    report = inspection.report
    assert (inspection.format, report.title, report.organ, report.year) == (
        format_,
        spec.title,
        "棠港市水务局",
        year,
    )
    assert {key: cell.value for key, cell in report.cells.items()} == dict(spec.cells)


def test_a_pdf_says_where_its_objects_stand() -> None:
    content = pdf_file(plain(compose("棠港市水务局", Kind.DEPARTMENT, 2023)))
    start = int(re.findall(rb"startxref\n(\d+)\n", content)[-1])
    offsets = [int(line[:10]) for line in content[start:].splitlines()[3:] if line.endswith(b" n ")]
    assert offsets
    for number, offset in enumerate(offsets, 1):
        assert content[offset:].startswith(b"%d 0 obj" % number)
