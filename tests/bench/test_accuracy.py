"""The bench that measures reading: its truth is told by hand here, its floors cannot be lowered by it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from bench.accuracy import floors, report
from bench.accuracy.cases import CUT, Case, cases, paper
from bench.accuracy.damage import DAMAGES, RAGGED
from bench.accuracy.floors import ALL_LAYOUTS, Floor
from bench.accuracy.formats import FORMATS
from bench.accuracy.score import Score, score
from bench.writers import html
from crawler.demo.printing import LAYOUTS, Printed, plain
from crawler.demo.sheets import Sheet, places
from crawler.demo.writer import compose
from crawler.report.model import Kind

SPEC = compose("棠港区民政局", Kind.DEPARTMENT, 2023, seed=3)
CASE = Case("html", "plain", 2023, 1)


def applications(printed: Printed) -> Sheet:
    return next(b for b in printed.blocks if isinstance(b, Sheet) and b.key == "applications")


def cells(printed: Printed) -> dict[str, str]:
    return {
        cell.key: cell.text
        for block in printed.blocks
        if isinstance(block, Sheet)
        for row in block.rows
        for cell in row
        if cell.key
    }


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("seed", range(8))
def test_what_a_damage_calls_readable_is_printed(name: str, seed: int) -> None:
    printed = DAMAGES[name](plain(SPEC), Random(seed))
    drawn = cells(printed)
    assert {key: drawn[key] for key in printed.readable} == {
        key: str(number) for key, number in printed.readable.items()
    }
    assert applications(printed) != applications(plain(SPEC))
    assert len(printed.readable) >= 200 - 26
    for block in printed.blocks:
        if isinstance(block, Sheet) and name not in RAGGED:
            places(block)


def test_damages_by_hand() -> None:
    whole = cells(plain(SPEC))
    swapped = DAMAGES["swapped-numbers"](plain(SPEC), Random(1))
    assert sorted(cells(swapped).values()) == sorted(whole.values())
    dropped = DAMAGES["dropped-cell"](plain(SPEC), Random(1))
    assert len(dropped.numberless) == 1
    assert len(dropped.doubtful) == 6
    assert cells(dropped).keys() == whole.keys() - dropped.numberless
    twice = DAMAGES["contradicting-row"](plain(SPEC), Random(1))
    assert len(twice.numberless) == 7
    assert len(applications(twice).rows) == len(applications(plain(SPEC)).rows) + 1
    gone = DAMAGES["missing-row"](plain(SPEC), Random(1))
    assert cells(gone).keys() == whole.keys() - gone.numberless
    assert len(gone.numberless) == 7


def test_a_wrong_number_is_counted() -> None:
    """The page prints one figure, the truth is made to say another."""
    printed = plain(SPEC)
    key = "applications.new_received.total"
    lying = printed.with_cells({**SPEC.cells, key: SPEC.cells[key] + 1})
    sound = score(CASE, printed, html.write(printed), "report.html")
    assert (sound.cells, sound.exact, sound.wrong, sound.identity) == (200, 200, 0, 1)
    found = score(CASE, lying, html.write(printed), "report.html")
    assert (found.cells, found.exact, found.unread, found.wrong) == (200, 199, 1, 1)
    assert any("WRONG applications.new_received.total" in note for note in found.notes)


def test_a_refused_file_has_read_nothing() -> None:
    found = score(CASE, plain(SPEC), b"<p>404</p>", "report.html")
    assert (found.refused, found.cells, found.exact, found.identity) == (1, 200, 0, 0)


def test_the_sample_holds_every_format_layout_and_damage() -> None:
    chosen = list(cases(full=False))
    assert len(set(chosen)) == len(chosen)
    assert {case.format for case in chosen} == set(FORMATS)
    pages = [case for case in chosen if case.format == "html"]
    assert {case.layout for case in pages} == set(LAYOUTS)
    assert {case.damage for case in pages} == {"", *DAMAGES, CUT}
    assert {case.year for case in pages} == {2020, 2023}
    recognised = [case for case in chosen if FORMATS[case.format].recognised]
    assert len(recognised) == 1
    assert len(set(cases(full=True))) > 3 * len(chosen)


def test_a_case_is_the_same_each_time() -> None:
    case = Case("html", "total-first", 2020, 5, "lost-label")
    assert paper(case) == paper(case)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "floors.json"
    monkeypatch.setattr(floors, "FILE", path)
    return path


def test_floors_are_raised_and_never_lowered(file: Path) -> None:
    row = ("html", "plain")
    assert floors.raise_to({row: Score(reports=4, cells=1000, exact=997, identifiable=4, identity=4)}) == []
    assert floors.load() == {row: Floor(0.997, 1.0)}
    worse = Score(reports=4, cells=1000, exact=996, identifiable=4, identity=3)
    assert floors.raise_to({row: worse}) == [
        "html, plain: cells 0.9960, the floor is 0.9970",
        "html, plain: identity 0.7500, the floor is 1.0000",
    ]
    assert floors.load() == {row: Floor(0.997, 1.0)}
    assert floors.raise_to({row: Score(reports=1, cells=1000, exact=1000, identifiable=1, identity=1)}) == []
    assert floors.load() == {row: Floor(1.0, 1.0)}


def test_a_wrong_number_and_too_few_cells_are_breaches() -> None:
    assert floors.breaches({("html", "plain"): Score(cells=10, exact=10, wrong=1)}, {}) == [
        "html, plain: 1 numbers are wrong"
    ]
    assert floors.breaches({("html", ALL_LAYOUTS): Score(cells=1000, exact=994)}, {}) == [
        "html, all: 0.9940 of the readable cells are read, must be 0.995"
    ]
    assert floors.breaches({("scan", ALL_LAYOUTS): Score(cells=1000, exact=900)}, {}) == []


def test_every_format_has_its_floors() -> None:
    """And none of them is below what every format must reach."""
    told = json.loads(floors.FILE.read_text(encoding="utf-8"))
    assert set(told) == set(FORMATS)
    for format_, rows in told.items():
        assert rows[ALL_LAYOUTS]["cells"] >= floors.least(format_)


def test_the_document_holds_the_table_of_every_format(tmp_path: Path) -> None:
    table = report.with_sums({("html", "plain"): Score(reports=1, cells=200, exact=199)})
    assert report.markdown(table).splitlines()[2] == "| html | all | 1 | 200 | 99.50% | 1 | 0 | – |"
    document = report.DOCUMENT.read_text(encoding="utf-8")
    between = document.partition(report.BEGIN)[2].partition(report.END)[0]
    assert [name for name in FORMATS if f"| {name} | {ALL_LAYOUTS} |" not in between] == []
