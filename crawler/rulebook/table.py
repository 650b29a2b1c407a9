"""Reads severities, years, thresholds and due dates, and what settings change in them; strictly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crawler.config import what_is_wrong
from crawler.report.deadlines import CONFIGURABLE, Deadlines, LocalDay
from crawler.report.model import Bilingual, BilingualError, Kind
from crawler.validator.finding import Severity
from crawler.validator.policy import Grade, Policy, Ruling, Years

TABLE = "rules.yml"
LOCAL_DEADLINES = "local_deadlines.yml"


class RuleBookError(BilingualError):
    """The table, or what the settings change in it, cannot be used. One line."""


def _span(given: object) -> object:
    """ "2019..2020", "2021..", "..2018" or 2023 as two years."""
    if isinstance(given, int) and not isinstance(given, bool):
        return Years(given, given)
    if isinstance(given, str) and (match := re.fullmatch(r"(\d{4})?\.\.(\d{4})?", given)) and given != "..":
        first, last = (int(year) if year else None for year in match.groups())
        if first is None or last is None or first <= last:
            return Years(first, last)
    raise ValueError("years are written 2019..2020, 2021.., ..2018 or 2023, the earlier one first")


_Span = Annotated[Years, BeforeValidator(_span)]


_YEARS_ZH = "年度写作 2019..2020、2021..、..2018 或 2023，先写较早的"


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
    limits: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]] = Field(
        default_factory=dict
    )


class _Source(_Strict):
    zh: str = Field(min_length=2)
    en: str = Field(min_length=2)


class _LocalEntry(_Strict):
    region: str = Field(pattern=r"^[1-9]\d{5}$")
    year: int = Field(ge=2019)
    bodies: Literal["own", "below"]
    kinds: frozenset[Kind] = Field(min_length=1)
    day: date
    source: _Source
    url: str = Field(pattern=r"^https?://\S+$")


def policy(
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    today: date | None = None,
    days: Mapping[str, str] | None = None,
) -> Policy:
    """The project's table with the user's `changes` by rule id, applied on `today`.

    `days` ("03-31") are local due dates by kind of body. A change replaces what it names; `limits` are
    replaced one by one, and a `severity` without `grades` takes the project's grades away. Without `today` no
    soft start holds. Raises RuleBookError.
    """
    rulings = dict(_standard())
    deadlines = Deadlines(_days(days or {}), _notices())
    for rule, change in (changes or {}).items():
        if rule not in rulings:
            raise RuleBookError(f"[rules.{rule}]：没有这条规则", f"[rules.{rule}]: there is no such rule")
        rulings[rule] = _changed(rule, change)
    return Policy(MappingProxyType(rulings), today, deadlines)


def _days(given: Mapping[str, str]) -> Mapping[Kind, tuple[int, int]]:
    days: dict[Kind, tuple[int, int]] = {}
    for name, text in given.items():
        if name not in CONFIGURABLE:
            kinds = ", ".join(sorted(CONFIGURABLE))
            raise RuleBookError(
                f"[deadlines] {name}：只能为{kinds}设置期限，其他期限由条例规定",
                f"[deadlines] {name}: only those of {kinds} can be set, the Regulation sets the others",
            )
        days[Kind(name)] = _month_and_day(name, text)
    return MappingProxyType(days)


def _month_and_day(name: str, text: str) -> tuple[int, int]:
    """A day that every year has; 02-29 is none."""
    try:
        if re.fullmatch(r"\d\d-\d\d", text, re.ASCII):
            day = date(2023, int(text[:2]), int(text[3:]))
            return day.month, day.day
    except ValueError:
        pass
    raise RuleBookError(
        f"[deadlines] {name}：应写成月-日，如 03-31", f"[deadlines] {name}: month and day are written 03-31"
    )


@lru_cache(maxsize=1)
def _notices() -> tuple[LocalDay, ...]:
    """The local notices on record."""
    entries = yaml.safe_load(files(__package__).joinpath(LOCAL_DEADLINES).read_text("utf-8"))
    return tuple(_local_day(_LocalEntry.model_validate(entry)) for entry in entries)


def _local_day(entry: _LocalEntry) -> LocalDay:
    source = Bilingual(entry.source.zh, entry.source.en)
    below = entry.bodies == "below"
    return LocalDay(entry.region, entry.year, entry.kinds, below, entry.day, source)


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
    cases = {grade.get("case") for grade in before.get("grades", ())} - {None}
    for case in _cases(change):
        if case not in cases:
            known = ", ".join(sorted(cases)) or "-"
            raise RuleBookError(
                f"[rules.{rule}] grades：没有情形{case}（有：{known}）",
                f"[rules.{rule}] grades: no such case: {case} (there are: {known})",
            )
    kept = {key: value for key, value in before.items() if key != "grades" or "severity" not in change}
    return _ruling(rule, {**kept, **change})


def _cases(change: Mapping[str, Any]) -> Iterator[str]:
    """The cases that the grades of a change name; what is no grade at all is told when it is read."""
    grades = change.get("grades", ())
    for grade in grades if isinstance(grades, list | tuple) else ():
        case = grade.get("case") if isinstance(grade, Mapping) else None
        if isinstance(case, str):
            yield case


def _ruling(rule: str, entry: Mapping[str, Any]) -> Ruling:
    try:
        read = _RuleEntry.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        name = " ".join(part for part in (f"[rules.{rule}]", place) if part)
        zh, en = what_is_wrong(first)
        zh = _YEARS_ZH if first["type"] == "value_error" else zh
        raise RuleBookError(f"{name}：{zh}", f"{name}: {en}") from None
    return Ruling(
        severity=read.severity,
        grades=tuple(Grade(g.severity, g.case, g.kinds, g.years, g.until) for g in read.grades),
        years=read.years,
        off=read.off,
        limits=MappingProxyType(read.limits),
    )
