"""Faultless reports: none of them may be accused of anything that is worth a warning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from bench.rules.defect import Found
from bench.rules.road import of_outcome, outcome
from bench.rules.sample import draw, sound

ACCUSING = frozenset({"critical", "error", "warning"})


class Inspected(NamedTuple):
    """One report, and all that was found in it."""

    name: str
    found: tuple[Found, ...]


@dataclass(slots=True)
class Tally:
    """Accusations of many faultless reports, and how often each rule hinted or could not tell."""

    accused: list[str] = field(default_factory=list)
    uncertain: Counter[str] = field(default_factory=Counter)
    hints: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


def inspected(job: tuple[int, int]) -> Inspected:
    """The report of that seed and number, with its page and last year's report."""
    seed, number = job
    sample = draw(Random(f"faultless|{seed}|{number}"))
    return Inspected(str(sample), tuple(of_outcome(outcome(sound(sample)))))


def tally(answers: Iterable[Inspected]) -> Tally:
    """The sums over all reports."""
    sums = Tally()
    for answer in answers:
        for finding in answer.found:
            told = f"{finding.where}: {finding.message} in {answer.name}"
            if finding.verdict == "uncertain":
                sums.uncertain[finding.rule] += 1
                sums.examples.setdefault(f"{finding.rule} uncertain", told)
            elif finding.severity in ACCUSING:
                sums.accused.append(f"{finding.severity} {finding.rule} {told}")
            else:
                sums.hints[finding.rule] += 1
                sums.examples.setdefault(f"{finding.rule} info", told)
    return sums


def table(sums: Tally) -> Iterator[str]:
    """Accusations as a number, the others by rule with an example each."""
    yield f"findings of severity warning or above: {len(sums.accused)}"
    for name, counts in (("uncertain", sums.uncertain), ("info", sums.hints)):
        yield f"{name}: {sum(counts.values())}"
        for rule, count in counts.most_common():
            yield f"  {count:5}  {rule}  {sums.examples[f'{rule} {name}']}"
