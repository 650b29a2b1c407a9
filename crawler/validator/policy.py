"""What is policy rather than logic: how grave a breach is, for which years it counts, where thresholds lie.

The rules themselves know none of it. The project's table, crawler/rulebook/rules.yml, is read by
crawler.rulebook, together with what the user's settings change in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from crawler.report.deadlines import Deadlines
from crawler.report.model import Kind
from crawler.validator.finding import Severity


class Years(NamedTuple):
    """A span of report years, both ends included; None is open."""

    first: int | None = None
    last: int | None = None

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and (
            (self.first is None or self.first <= year) and (self.last is None or year <= self.last)
        )


class Grade(NamedTuple):
    """A severity under conditions; those that are None do not matter. `until` counts the day itself."""

    severity: Severity
    case: str | None = None  # as the rule names it
    kinds: frozenset[Kind] | None = None
    years: Years | None = None
    until: date | None = None  # a soft start: holds up to this day

    def fits(self, case: str | None, kind: Kind | None, year: int | None, today: date | None) -> bool:
        """Whether the conditions hold; an unknown kind, year or day meets no condition on it."""
        return (
            (self.case is None or self.case == case)
            and (self.kinds is None or kind in self.kinds)
            and (self.years is None or year in self.years)
            and (self.until is None or (today is not None and today <= self.until))
        )


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the table says of one rule. The first grade that fits decides, else `severity`."""

    severity: Severity
    grades: tuple[Grade, ...] = ()
    years: Years | None = None  # report years that it is applied to; None is all
    off: bool = False
    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole table, the due dates, and the day on which they are applied."""

    rulings: Mapping[str, Ruling]
    today: date | None = None
    deadlines: Deadlines = field(default_factory=Deadlines)

    def in_force(self) -> Policy:
        """The same without the day: soft starts that have ended are left out, those that hold have no end."""
        rulings = {
            rule: replace(
                ruling,
                grades=tuple(
                    grade._replace(until=None)
                    for grade in ruling.grades
                    if grade.until is None or (self.today is not None and self.today <= grade.until)
                ),
            )
            for rule, ruling in self.rulings.items()
        }
        return replace(self, rulings=MappingProxyType(rulings), today=None)

    def severity(self, rule: str, case: str | None, kind: Kind | None, year: int | None) -> Severity:
        """How grave a breach of `rule` is. KeyError for a rule without a ruling."""
        ruling = self.rulings[rule]
        for grade in ruling.grades:
            if grade.fits(case, kind, year, self.today):
                return grade.severity
        return ruling.severity

    def limit(self, rule: str, name: str) -> float:
        """A threshold of `rule`. KeyError where the table lacks it."""
        return self.rulings[rule].limits[name]
