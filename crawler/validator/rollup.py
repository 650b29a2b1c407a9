"""Whose figures a report gives: those of all bodies below it as well, or the office's alone."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from crawler.report.model import Report
from crawler.validator.lexicon.comparisons import ORGAN_ONLY, ROLLED_UP
from crawler.validator.reading import fold, sentences


class Scope(StrEnum):
    """What the figures of a report cover."""

    AGGREGATE = "aggregate"
    ORGAN_ONLY = "organ_only"
    UNKNOWN = "unknown"


class ScopeReading(NamedTuple):
    """The scope, and the sentence that says so; empty where none does."""

    scope: Scope
    quote: str = ""


def aggregation_scope(report: Report) -> ScopeReading:
    """What the report says of the scope of its figures; unknown where it says nothing, or both."""
    found: dict[Scope, str] = {}
    for sentence in sentences(report.text):
        folded = fold(sentence)
        if any(pattern.search(folded) for pattern in ORGAN_ONLY):
            found.setdefault(Scope.ORGAN_ONLY, sentence)
        elif "汇总" in folded and any(pattern.search(folded) for pattern in ROLLED_UP):
            found.setdefault(Scope.AGGREGATE, sentence)
    if len(found) != 1:
        return ScopeReading(Scope.UNKNOWN)
    return ScopeReading(*found.popitem())
