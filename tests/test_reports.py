"""Whole reports, and what an official would read in them: pages written by hand after what portals really
serve, and files that office programs and libraries wrote.

Each `reports/<name>.<format>` stands beside `<name>.yml` with what must be read and found; of an archive,
`member` names the file in it that is meant. Every kind of expectation is demanded of at least one report, so
that none can fall silent.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.extract import members
from crawler.inspection import Given, Inspection, NotAReport, Unreadable, inspect
from crawler.validator.finding import Fault, Verdict

REPORTS = Path(__file__).parent / "reports"
PAGES = sorted(path for path in REPORTS.iterdir() if path.suffix != ".yml")
EXPECTATIONS = frozenset(
    "member title organ year form published sections tables cells unread "  # noqa: SIM905
    "must_fail uncertain refused must_not_fail".split()
)
ACCUSED_OF_NOTHING_ELSE = "others"
PROSE_KEPT_SHORT = {"narrative-silent", "contact-missing"}
"""That the prose does not speak of what tables show, or of whom to ask, is true of nearly all pages here."""


def _expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
    return found


@cache
def _read(path: Path) -> Inspection:
    """The report, read once for all tests."""
    member = _expected(path).get("member")
    if member is None:
        return inspect(path.read_bytes(), Given(name=path.name))
    contents = {found.name: found.content for found in members(path.read_bytes())}
    return inspect(contents[member] or b"", Given(name=member))


def _pages_with(key: str) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in PAGES if key in _expected(path)]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PAGES])
def test_the_page_reads_as_its_reader_would(path: Path) -> None:
    expected = _expected(path)
    assert set(expected) <= EXPECTATIONS
    if "refused" in expected:
        with pytest.raises((NotAReport, Unreadable), match=expected["refused"]):
            _read(path)
        return
    report = _read(path).report
    for key in ("title", "organ", "year", "form"):
        if key in expected:
            assert getattr(report, key) == expected[key]
    if "published" in expected:
        stated: date | None = expected["published"]
        assert report.published == stated
    if "sections" in expected:
        assert sorted(report.sections) == sorted(expected["sections"])
    for key, state in expected.get("tables", {}).items():
        assert (key, report.tables[key].state.value) == (key, state)


@pytest.mark.parametrize("path", _pages_with("cells"))
def test_numbers_stand_in_their_cells(path: Path) -> None:
    cells = _read(path).report.cells
    wanted = {key: Decimal(str(value)) for key, value in _expected(path)["cells"].items()}
    assert {key: cells[key].value if key in cells else "no cell" for key in wanted} == wanted


@pytest.mark.parametrize("path", _pages_with("unread"))
def test_what_is_not_certain_is_no_number(path: Path) -> None:
    """`unread` holds cell keys or the beginnings of some."""
    claimed = {key: cell.value for key, cell in _read(path).report.cells.items() if cell.value is not None}
    unread = tuple(_expected(path)["unread"])
    assert {key: value for key, value in claimed.items() if key.startswith(unread)} == {}


@pytest.mark.parametrize("path", _pages_with("must_fail"))
def test_defects_are_found(path: Path) -> None:
    assert set(_expected(path)["must_fail"]) <= set(_read(path).outcome.rules(Verdict.FAIL))


@pytest.mark.parametrize("path", _pages_with("uncertain"))
def test_doubts_are_told(path: Path) -> None:
    assert set(_expected(path)["uncertain"]) <= set(_read(path).outcome.rules(Verdict.UNCERTAIN))


@pytest.mark.parametrize("path", _pages_with("must_not_fail"))
def test_nobody_is_accused_of_what_he_did_not_do(path: Path) -> None:
    """`others`: the publisher is told of no defect but those that the page must fail for."""
    expected = _expected(path)
    accused = {
        finding.rule
        for finding in _read(path).outcome.findings
        if finding.verdict is Verdict.FAIL and finding.fault is Fault.PUBLISHER
    }
    if expected["must_not_fail"] == ACCUSED_OF_NOTHING_ELSE:
        assert accused - PROSE_KEPT_SHORT - set(expected.get("must_fail", ())) == set()
    else:
        assert accused.isdisjoint(expected["must_not_fail"])


def test_every_kind_of_expectation_is_used() -> None:
    assert {key for path in PAGES for key in _expected(path)} == EXPECTATIONS


def test_every_page_has_its_expectation_and_every_expectation_its_page() -> None:
    assert {path.stem for path in REPORTS.glob("*.yml")} == {path.stem for path in PAGES}
