"""What stands in a database, as values that two installations can be compared by; and whether it is sound.

Ids, runs and times of day are left out: a crawl that was killed and begun again has others. What is compared
is everything else, whatever tables there are.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, select

from crawler.clock import local
from storage import tables
from storage.archive import Archive, ArchiveDamaged, ArchiveMissing
from storage.lifecycle import FRESH
from storage.records import ChangeKind, FindingStatus
from storage.soundness import Question, answer

State = Mapping[str, tuple[str, ...]]
"""The rows of each table, written out and sorted."""

_UNCOMPARED = frozenset({"runs"})
"""A killed run leaves a row that never ended, and the next one finds less to do."""
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "changes": frozenset({"id", "run"}),
    "fetches": frozenset({"id", "headers"}),  # a server's Date is the machine's, not the night's
    "findings": frozenset({"run", "decided_before"}),
    # after a crawl that was killed lists are walked to their ends, otherwise they may be left early
    "lists": frozenset({"walked", "entries"}),
    "versions": frozenset({"id"}),
    "visits": frozenset({"run", "detail", "requests", "reports", "whole", "lists"}),
    "waivers": frozenset({"id"}),
    "subscriptions": frozenset({"id", "told_until"}),
    "mails": frozenset({"id", "subscription", "told_until"}),
}
_AS_SET = frozenset({"visits"})
"""Tables in which a run that was begun again may say the same once more."""


_FEW = 3
"""Columns in which two rows may differ that are told as one."""
_MOST_TRIED = 10_000
"""Pairs of rows that are tried; where everything is wrong, it is told row by row."""
_NAMES = frozenset({"fingerprint", "step", "rule", "organ", "year", "portal", "url"})

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
_TOLD = re.compile(r"\b(\d{4}-\d\d-\d\d) \d\d:\d\d\b")
"""A moment as messages tell it."""

_ENDS = frozenset({ChangeKind.FIXED, ChangeKind.WITHDRAWN})
_AFTER_AN_END = frozenset({ChangeKind.RETURNED, ChangeKind.WAIVED, ChangeKind.LAPSED})


def state(engine: Engine, without: Mapping[str, Collection[str]] = MappingProxyType({})) -> State:
    """Everything that is to be the same after the same nights; `without` these columns of these tables."""
    found: dict[str, tuple[str, ...]] = {}
    with engine.connect() as connection:
        waivers = _waivers(connection)
        for table in tables.Base.metadata.sorted_tables:
            if table.name in _UNCOMPARED:
                continue
            out = {*_LEFT_OUT.get(table.name, ()), *without.get(table.name, ())}
            kept = [column for column in table.columns if column.name not in out]
            order = [table.c.id] if table.name == "changes" else []
            rows = [row._asdict() for row in connection.execute(select(*kept).order_by(*order))]
            if table.name == "visits":
                rows = [row for row in rows if row["years"] != ()]  # left to the crawl that was there first
            for row in rows:
                _neutral(row, waivers)
            if table.name == "changes":
                _number(rows)
            written = map(_written, rows)
            found[table.name] = tuple(sorted(set(written) if table.name in _AS_SET else written))
    return found


def every_row(engine: Engine) -> State:
    """Everything, ids and runs as well."""
    with engine.connect() as connection:
        return {
            table.name: tuple(sorted(_written(row._asdict()) for row in connection.execute(select(table))))
            for table in tables.Base.metadata.sorted_tables
        }


def differences(
    expected: State, found: State, *, but: Iterable[str] = (), other: State | None = None
) -> list[str]:
    """Rows that only one of two states has, one line each; tables in `but` are passed over.

    A row that is there but for a few of its values is told by these. `other` is expected as well: every row
    may be as it is in either.
    """
    told = []
    for table in sorted({*expected, *found} - set(but)):
        wanted, there = Counter(expected.get(table, ())), Counter(found.get(table, ()))
        or_else = wanted if other is None else Counter(other.get(table, ()))
        lost = list(((wanted & or_else) - there).elements())
        added = list((there - (wanted | or_else)).elements())
        for row, twin in _twins(lost, added):
            lost.remove(row)
            added.remove(twin)
            same = {name: value for name, value in json.loads(row).items() if name in _NAMES and value}
            apart = _apart(json.loads(row), json.loads(twin)).items()
            values = "; ".join(f"{name}: {was} -> {now}" for name, (was, now) in apart)
            told.append(f"{table}: other values in {_written(same)}: {values}")
        told += [f"{table}: lost {row}" for row in lost]
        told += [f"{table}: added {row}" for row in added]
    return told


def _twins(lost: Sequence[str], added: Sequence[str]) -> list[tuple[str, str]]:
    """Lost rows, each with the added one that is the same but for few values; none where there are too many
    to try each with each.
    """
    if len(lost) * len(added) > _MOST_TRIED:
        return []
    left = [(row, json.loads(row)) for row in added]
    twins = []
    for row in lost:
        read = json.loads(row)
        nearest = min(left, key=lambda other: len(_apart(read, other[1])), default=None)
        if nearest is not None and len(_apart(read, nearest[1])) <= _FEW:
            left.remove(nearest)
            twins.append((row, nearest[0]))
    return twins


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The columns in which two rows differ, with both values."""
    names = sorted({*one, *other})
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}


def unsound(engine: Engine, archive: Path) -> list[str]:
    """What contradicts itself in one installation, one line each."""
    return [*_lives(engine), *_answers(engine), *_without_bytes(engine, Archive(archive))]


def bytes_without_rows(engine: Engine, archive: Path) -> int:
    """Files in the archive that no row names: a page whose row was not written any more. Harmless."""
    named = {sha256 for sha256, _ in _named(engine)}
    return sum(path.name.removesuffix(".gz") not in named for path in archive.rglob("*.gz"))


def parts(archive: Path) -> int:
    """Files in the archive that were never finished."""
    return sum(1 for _ in archive.rglob("*.part"))


def _lives(engine: Engine) -> Iterable[str]:
    """Every finding begins once, and takes only steps that may follow each other."""
    change = tables.Change
    lives: dict[str, list[ChangeKind]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(select(change.fingerprint, change.kind).order_by(change.id)):
            lives[row.fingerprint].append(row.kind)
        without = set(connection.scalars(select(tables.Finding.fingerprint))) - lives.keys()
    yield from (f"finding {fingerprint} took no step" for fingerprint in without)
    for fingerprint, life in lives.items():
        if life[0] not in (ChangeKind.NEW, ChangeKind.WAIVED):
            yield f"finding {fingerprint} begins with {life[0]}"
        if ChangeKind.NEW in life[1:]:
            yield f"finding {fingerprint} is new twice"
        for before, after in pairwise(life):
            if (before in _ENDS and after not in _AFTER_AN_END) or (
                before is after and after is not ChangeKind.CHANGED
            ):
                yield f"finding {fingerprint} goes from {before} to {after}"


def _answers(engine: Engine) -> Iterable[str]:
    """What the program itself finds wrong (`nianbao db check`)."""
    for question in Question:
        found = answer(engine, question)
        if found.count:
            yield f"{question}: {found.count}, {'; '.join(found.examples)}"


def _without_bytes(engine: Engine, archive: Archive) -> Iterable[str]:
    for sha256, where in sorted(_named(engine)):
        try:
            archive.get(sha256)
        except (ArchiveMissing, ArchiveDamaged) as problem:
            yield f"{where}: {problem}"


def _named(engine: Engine) -> set[tuple[str, str]]:
    """Every hash that a row names, with the table."""
    found = set()
    with engine.connect() as connection:
        for table in tables.Base.metadata.sorted_tables:
            for column in table.columns:
                if column.name in ("sha256", "archived"):
                    found |= {(sha256, table.name) for sha256 in connection.scalars(select(column)) if sha256}
        for page_parts in connection.scalars(select(tables.Page.parts)):
            found |= {(part.sha256, "parts") for part in page_parts if part.sha256}
    return found


def _waivers(connection: Any) -> dict[int, str]:
    rows = connection.execute(select(tables.Waiver.id, tables.Waiver.reason))
    return {row.id: row.reason for row in rows}


def _neutral(row: dict[str, Any], waivers: Mapping[int, str]) -> None:
    """Take out of a row what two runs of the same night may differ in."""
    for told in (row, row.get("finding")):
        if isinstance(told, dict) and "waiver" in told:
            told["waiver"] = waivers.get(told["waiver"])
    for told in (row, *(row.get("findings") or ())):
        if told.get("status") in FRESH:
            told["status"] = FindingStatus.OPEN  # which run it was new in depends on where one was killed
    for name, value in row.items():
        row[name] = _by_day(value)


def _by_day(value: Any) -> Any:
    """`value` with every moment in it as its day."""
    if isinstance(value, Mapping):
        return {name: _by_day(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_by_day(inner) for inner in value]
    if isinstance(value, str):
        if _MOMENT.fullmatch(value):
            return local(datetime.fromisoformat(value)).date().isoformat()
        return _TOLD.sub(r"\1", value)
    return local(value).date().isoformat() if isinstance(value, datetime) else value


def _number(rows: list[dict[str, Any]]) -> None:
    """Number the steps of each finding, so that their order is compared, and theirs alone."""
    taken: dict[str, int] = defaultdict(int)
    for row in rows:
        taken[row["fingerprint"]] += 1
        row["step"] = taken[row["fingerprint"]]


def _written(row: Mapping[str, Any]) -> str:
    return json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # moments as well
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"{type(value).__name__} is not compared")
