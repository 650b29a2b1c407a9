"""Recall of every rule, and what fires beyond its defect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.rules.defect import Defect
from bench.rules.defects import DEFECTS
from bench.rules.road import faultless, found, injected, is_outside, outcome
from bench.rules.sample import draw, sound
from crawler.validator.finding import Verdict
from crawler.validator.registry import RULES

GRAVE = frozenset({"critical", "error"})


@dataclass(slots=True)
class Score:
    """One rule: how often its defect was planted, found, and what was found beyond it."""

    rule: str
    runs: int = 0
    fired: int = 0
    beyond: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Found every time, and nothing beyond."""
        return self.runs > 0 and self.fired == self.runs and not self.beyond and not self.notes


def without_defect(rules: Collection[str]) -> list[str]:
    """Rules that no defect is known for; the bench cannot pass with one."""
    return [rule for rule in rules if rule not in DEFECTS and not is_outside(rule)]


def score(rule: str, runs: int, seed: int) -> Score:
    """`rule` against `runs` reports with its defects in turn, the same each time."""
    result = Score(rule)
    rng = Random(f"{seed}|{rule}")
    if is_outside(rule):
        for _ in range(runs):
            _never_passes(result, rng)
        return result
    defects = DEFECTS.get(rule, ())
    for number in range(runs if defects else 0):
        _plant(result, defects[number % len(defects)], rng)
    return result


def _never_passes(result: Score, rng: Random) -> None:
    result.runs += 1
    verdict = outcome(sound(draw(rng))).verdicts[result.rule]
    if verdict is Verdict.NOT_APPLICABLE:
        result.fired += 1
    else:
        result.notes.append(f"{result.rule}: {verdict.value}, though it has no data")


def _plant(result: Score, defect: Defect, rng: Random) -> None:
    result.runs += 1
    sample = draw(rng, years=defect.years, kinds=defect.kinds, layouts=defect.layouts)
    case = injected(sample, defect)
    every = list(found(case, defect))
    failed = [finding for finding in every if finding.verdict == Verdict.FAIL.value]
    if any(finding.rule == result.rule and finding.verdict == defect.verdict.value for finding in every):
        result.fired += 1
    else:
        result.notes.append(f"{result.rule}: not found in {sample}{_said(result.rule, case, defect)}")
    if defect.assessed is None and result.rule in outcome(faultless(sample, defect)).rules(defect.verdict):
        result.notes.append(f"{result.rule}: fires without its defect in {sample}")
    for finding in failed:
        if finding.severity in GRAVE and finding.rule not in (result.rule, *defect.beyond):
            result.beyond += 1
            result.notes.append(
                f"{result.rule}: beyond it {finding.rule} {finding.where}: {finding.message} in {sample}"
            )


def _said(rule: str, case: object, defect: Defect) -> str:
    """What the rule said instead."""
    if defect.assessed is not None:
        return ""
    told = outcome(case, defect)  # type: ignore[arg-type]
    reason = told.reasons.get(rule)
    said = [finding.message.zh for finding in told.findings if finding.rule == rule]
    return f": {told.verdicts[rule].value} {reason.zh if reason else ''}{'; '.join(said)}"


def table(scores: Sequence[Score]) -> Iterator[str]:
    """A line a rule."""
    width = max(len(result.rule) for result in scores)
    yield f"{'rule':{width}}  runs  fired  beyond"
    for result in scores:
        mark = "" if result.holds else "  <--"
        yield f"{result.rule:{width}}  {result.runs:4}  {result.fired:5}  {result.beyond:6}{mark}"


def rules_to_measure(chosen: Sequence[str]) -> Mapping[str, None]:
    """The ids in the order of the registry."""
    return dict.fromkeys(rule for rule in RULES if not chosen or rule in chosen)
