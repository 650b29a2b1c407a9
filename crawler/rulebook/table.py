"""Reads the table of severities, years and thresholds, and what settings change in it; strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crawler.report.model import BilingualError, Kind
from crawler.validator.finding import Severity
from crawler.validator.policy import Grade, Policy, Ruling, Years

TABLE = "rules.yml"


class RuleBookError(BilingualError):
    """The table, or what the settings change in it, cannot be used. One line."""


def _span(given: object) -> object:
    """ "2019..2020", "2021..", "..2018" or 2023 as two years."""
    if isinstance(given, int) and not isinstance(given, bool):
        return Years(given, given)
    if isinstance(given, str) and (match := re.fullmatch(r"(\d{4})?\.\.(\d{4})?", given)) and given != "..":
        return Years(*(int(year) if year else None for year in match.groups()))
    raise ValueError("years are written 2019..2020, 2021.., ..2018 or 2023")


_Span = Annotated[Years, BeforeValidator(_span)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _GradeEntry(_Strict):
    severity: Severity
    case: str | None = None
    kinds: frozenset[Kind] | None = None
    years: _Span | None = None
    until: date | None = None


class _RuleEntry(_Strict):
    severity: Severity
    grades: tuple[_GradeEntry, ...] = ()
    years: _Span | None = None
    off: bool = False
    limits: dict[str, float] = Field(default_factory=dict)


def policy(changes: Mapping[str, Mapping[str, Any]] | None = None, today: date | None = None) -> Policy:
    """The project's table with the user's `changes` by rule id, applied on `today`.

    A change replaces what it names; `limits` are replaced one by one, and a `severity` without `grades` takes
    the project's grades away. Without `today` no soft start holds. Raises RuleBookError.
    """
    rulings = dict(_standard())
    for rule, change in (changes or {}).items():
        if rule not in rulings:
            raise RuleBookError(f"[rules.{rule}]：没有这条规则", f"[rules.{rule}]: there is no such rule")
        rulings[rule] = _changed(rule, change)
    return Policy(MappingProxyType(rulings), today)


@lru_cache(maxsize=1)
def _entries() -> Mapping[str, Mapping[str, Any]]:
    text = files(__package__).joinpath(TABLE).read_text("utf-8")
    return MappingProxyType(yaml.safe_load(text))


@lru_cache(maxsize=1)
def _standard() -> Mapping[str, Ruling]:
    return MappingProxyType({rule: _ruling(rule, entry) for rule, entry in _entries().items()})


def _changed(rule: str, change: Mapping[str, Any]) -> Ruling:
    if not isinstance(change, Mapping):
        raise RuleBookError(f"[rules.{rule}]：应为一张表", f"[rules.{rule}]: a table is wanted")
    before = _entries()[rule]
    limits = dict(before.get("limits", {}))
    given = change.get("limits", {})
    if isinstance(given, Mapping):
        unknown = set(given) - set(limits)
        if unknown:
            names = ", ".join(sorted(map(str, unknown)))
            raise RuleBookError(
                f"[rules.{rule}] limits：没有{names}", f"[rules.{rule}] limits: no such limit: {names}"
            )
        change = {**change, "limits": {**limits, **given}}
    kept = {key: value for key, value in before.items() if key != "grades" or "severity" not in change}
    return _ruling(rule, {**kept, **change})


def _ruling(rule: str, entry: Mapping[str, Any]) -> Ruling:
    try:
        read = _RuleEntry.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RuleBookError(
            f"规则表 {rule} {place}：{first['msg']}", f"rule table, {rule} {place}: {first['msg']}"
        ) from None
    return Ruling(
        severity=read.severity,
        grades=tuple(Grade(g.severity, g.case, g.kinds, g.years, g.until) for g in read.grades),
        years=read.years,
        off=read.off,
        limits=MappingProxyType(read.limits),
    )
