"""What a rectification letter to one body says. Only what is certain is held against it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.clock import local
from crawler.export.certainty import certain
from crawler.export.notice import proof, repair
from crawler.export.table import digits
from crawler.places import place
from crawler.validator import RULES
from crawler.validator.finding import SEVERITY_NAMES, Verdict, gravity
from storage.records import RESOLVED, FindingRecord, FindingStatus, ObligationRecord

_CLOSED = frozenset({*RESOLVED, FindingStatus.WAIVED})

Folded = tuple[FindingRecord, tuple[FindingRecord, ...]]
"""A finding, and those that it likely causes."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; `same_cause` are the breaches that go away with it."""

    heading: str
    grade: str
    place: str
    message: str
    expected: str
    found: str
    quote: str
    basis: str
    repair: str
    same_cause: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearProblems:
    """The problems of one report year, worst first."""

    year: int
    url: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one or more problems were stated from: archived bytes, or visits that did not find a report."""

    year: int
    url: str
    archived: str
    seen: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to `organ`; `doubtful` is the annex of what it is asked to look at, where that was wanted."""

    organ: str
    day: date
    years: tuple[YearProblems, ...]
    evidence: tuple[Evidence, ...]
    doubtful: tuple[YearProblems, ...] = ()

    @property
    def count(self) -> int:
        """Problems told; what has one likely cause counts as one."""
        return sum(len(year.problems) for year in self.years)


def holds(row: FindingRecord) -> bool:
    """Whether a finding may stand in a letter: a certain breach of the publisher that is open."""
    return certain(row) and row.status not in _CLOSED


def doubtful(row: FindingRecord) -> bool:
    """Whether a finding may stand in the annex: open, and not decided."""
    return row.verdict == Verdict.UNCERTAIN and row.status not in _CLOSED


def letter(
    organ: str,
    told: Sequence[Folded],
    doubts: Sequence[Folded],
    duties: Sequence[ObligationRecord],
    moment: datetime,
) -> Letter:
    """The letter of findings that `holds`, and of those in doubt that the annex is to list."""
    visits = {duty.year: proof(duty, "zh") for duty in duties if duty.organ == organ}
    return Letter(
        organ=organ,
        day=local(moment).date(),
        years=_by_year(told),
        evidence=_evidence(told, visits),
        doubtful=_by_year(doubts),
    )


def _by_year(folded: Sequence[Folded]) -> tuple[YearProblems, ...]:
    years: dict[int, list[Folded]] = {}
    for row, under in folded:
        years.setdefault(row.year, []).append((row, under))
    return tuple(
        YearProblems(
            year=year,
            url=next((row.url for row, _ in rows if row.url), ""),
            problems=tuple(_problem(row, under) for row, under in rows),
        )
        for year, rows in sorted(years.items())
    )


def _problem(row: FindingRecord, under: Sequence[FindingRecord]) -> Problem:
    rule = RULES.get(row.rule)
    worst = min((row, *under), key=lambda one: gravity(one.severity))
    name = SEVERITY_NAMES.get(worst.severity)
    return Problem(
        heading=row.rule if rule is None else rule.title.zh,
        grade=worst.severity if name is None else name.zh,
        place=place(row.where),
        message=row.message_zh,
        expected=_figure(row.expected),
        found=_figure(row.found),
        quote=row.quote,
        basis=row.basis_zh,
        repair=repair(row.rule, "zh"),
        same_cause=tuple(f"{place(one.where)}：{one.message_zh}" for one in under),
    )


def _figure(value: str | float | None) -> str:
    return "" if value is None else value if isinstance(value, str) else digits(value)


def _evidence(folded: Sequence[Folded], visits: dict[int, str]) -> tuple[Evidence, ...]:
    rows = [one for row, under in folded for one in (row, *under)]
    found: dict[tuple[int, str, str], list[FindingRecord]] = {}
    for row in rows:
        found.setdefault((row.year, row.url, row.archived or ""), []).append(row)
    return tuple(
        Evidence(year, url, archived, _seen(group) if archived else visits.get(year, "") or _seen(group))
        for (year, url, archived), group in sorted(found.items())
    )


def _seen(rows: Sequence[FindingRecord]) -> str:
    first = min((row.first_seen for row in rows if row.first_seen is not None), default=None)
    last = max((row.last_seen for row in rows if row.last_seen is not None), default=None)
    moments = [f"{local(moment):%Y-%m-%d %H:%M}" for moment in (first, last) if moment is not None]
    return "；".join(f"{word} {at}" for word, at in zip(("首次", "最近"), moments, strict=False))
