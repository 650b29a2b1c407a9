"""Reads rendered tables with the standard library alone, so that nothing is compared with our own reader."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from crawler.demo.writer import ReportSpec, compose_years
from crawler.report.model import Kind


class _Cells(HTMLParser):
    """Texts of all innermost cells, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self._open: list[list[str]] = []
        self._nested: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self._nested = [True] * len(self._nested)
            self._open.append([])
            self._nested.append(False)
        elif tag in ("br", "p") and self._open and self._open[-1]:
            self._open[-1].append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            text = "".join(self._open.pop())
            if not self._nested.pop():
                self.cells.append("\n".join(line.strip() for line in text.split("\n")).strip())

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].append(data)


@pytest.fixture
def cells_of_html() -> Callable[[str], list[str]]:
    """Texts of the cells of a page, in reading order; cells that only lay out other tables left out."""

    def read(html: str) -> list[str]:
        reader = _Cells()
        reader.feed(html)
        return reader.cells

    return read


@pytest.fixture(scope="session")
def three_years() -> tuple[ReportSpec, ...]:
    """Reports of one invented department for 2021 to 2023, without any defect."""
    return compose_years("棠港区水务局", Kind.DEPARTMENT, range(2021, 2024), seed=7)
