"""The bench that measures the rules: neither a rule without a defect nor a blind one satisfies it."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

from bench.mutation.mutants import mutants, mutated
from bench.rules import faultless, measure
from bench.rules.defect import Defect, added
from bench.rules.defects import DEFECTS
from bench.rules.road import is_outside
from bench.rules.sample import DEFECTIVE_LAYOUTS, DEFECTIVE_ON_2021, draw, sound_layouts
from crawler.demo.printing import LAYOUTS
from crawler.validator import RULES


def test_every_rule_has_a_defect_and_every_defect_a_rule() -> None:
    assert measure.without_defect(RULES) == []
    assert set(DEFECTS) == {rule for rule in RULES if not is_outside(rule)}
    for defects in DEFECTS.values():
        for defect in defects:
            assert set(defect.beyond) <= set(RULES) - {defect.rule}
            assert all(defect.beyond.values())


def test_a_rule_without_a_defect_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {rule: defects for rule, defects in DEFECTS.items() if rule != "period-missing"}
    monkeypatch.setattr(measure, "DEFECTS", known)
    assert measure.without_defect(RULES) == ["period-missing"]
    assert not measure.score("period-missing", 2, seed=1).holds


@pytest.mark.parametrize("rule", ["period-missing", "disputes-total", "filing-missing"])
def test_a_defect_is_found(rule: str) -> None:
    result = measure.score(rule, 2, seed=5)
    assert (result.runs, result.fired, result.beyond, result.notes) == (2, 2, 0, [])
    assert result.holds


def test_what_is_no_defect_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = Defect(rule="text-placeholder", spec=added("problems", "栏目更新还可以再快一些。"))
    monkeypatch.setattr(measure, "DEFECTS", {"text-placeholder": (harmless,)})
    result = measure.score("text-placeholder", 2, seed=5)
    assert (result.runs, result.fired, result.holds) == (2, 0, False)
    assert len(result.notes) == 2


def test_what_fires_beyond_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Defect(
        rule="text-placeholder", spec=added("problems", "20XX年发布的身份证号码11010519491231002X。")
    )
    monkeypatch.setattr(measure, "DEFECTS", {"text-placeholder": (both,)})
    result = measure.score("text-placeholder", 1, seed=5)
    assert (result.fired, result.beyond, result.holds) == (1, 1, False)
    assert "text-personal-data" in result.notes[0]


def test_a_rule_that_fires_without_its_defect_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    hinting = Defect(
        rule="cell-fullwidth-or-separator",
        spec=added("problems", "栏目更新还可以再快一些。"),
        layouts=("full-width-figures",),
    )
    monkeypatch.setattr(measure, "DEFECTS", {hinting.rule: (hinting,)})
    result = measure.score(hinting.rule, 1, seed=5)
    assert result.fired == 1
    assert "fires without its defect" in result.notes[0]


def test_samples_are_drawn_from_all_sound_layouts() -> None:
    assert set(sound_layouts(2023)) == set(LAYOUTS) - {*DEFECTIVE_LAYOUTS, *DEFECTIVE_ON_2021}
    assert set(sound_layouts(2020)) == set(LAYOUTS) - set(DEFECTIVE_LAYOUTS)
    rng = Random(1)
    drawn = [draw(rng) for _ in range(400)]
    assert {sample.year for sample in drawn} == set(range(2019, 2026))
    assert {sample.layout for sample in drawn} == set(sound_layouts(2020))


def test_a_faultless_report_is_accused_of_nothing() -> None:
    sums = faultless.tally(map(faultless.inspected, [(3, number) for number in range(6)]))
    assert sums.accused == []


SOURCE = '''
def least(values: list[int], floor: int = 2) -> int | None:
    """The least of them."""
    if not values:
        return
    low = [value for value in values if value < floor and value > -1]
    return min(low) + 1
'''


def test_mutants_by_hand(tmp_path: Path) -> None:
    (tmp_path / "least.py").write_text(SOURCE, encoding="utf-8")
    found = list(mutants(tmp_path, "least.py"))
    assert {mutant.told for mutant in found} == {
        "not values  ->  values",
        "return  ->  pass",
        "value < floor  ->  value <= floor",
        "value < floor  ->  value >= floor",
        "value > -1  ->  value >= -1",
        "value > -1  ->  value <= -1",
        "value < floor and value > -1  ->  value < floor or value > -1",
        "value < floor and value > -1  ->  not (value < floor and value > -1)",
        "-1  ->  1",
        "min(low) + 1  ->  min(low) - 1",
        "return min(low) + 1  ->  return None",
        "1  ->  2",
        "2  ->  3",
    }
    for mutant in found:
        tree = mutated(tmp_path, mutant)
        assert ast.unparse(tree) != ast.unparse(ast.parse(SOURCE))
        compile(tree, "least.py", "exec")
