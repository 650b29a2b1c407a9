"""What stands in a database, as values that two installations can be compared by; and whether it is sound.

Ids, runs and times of day are left out: a crawl that was killed and begun again has others. What is compared
is everything else, whatever tables there are.
"""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from crawler.clock import local
from storage import tables
from storage.archive import Archive, ArchiveDamaged, ArchiveMissing
from storage.lifecycle import FRESH
from storage.records import ChangeKind, FindingStatus

State = Mapping[str, tuple[str, ...]]
"""The rows of each table, written out and sorted."""

_UNCOMPARED = {
    "alembic_version": {},
    # a killed run leaves a row that never ended, and the next one finds less to do
    "runs": {},
}
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "changes": frozenset({"id", "run"}),
    "findings": frozenset({"run", "decided_before"}),
    # after a crawl that was killed lists are walked to their ends, otherwise they may be left early
    "lists": frozenset({"walked", "entries"}),
    "versions": frozenset({"id"}),
    "visits": frozenset({"run", "detail", "requests", "reports", "whole", "lists"}),
    "waivers": frozenset({"id"}),
    "digests": frozenset({"id", "last_change"}),
}
_AS_SET = frozenset({"visits"})
"""Tables in which a run that was begun again may say the same once more."""


def state(engine: Engine) -> State:
    """Everything that is to be the same after the same nights."""
    found: dict[str, tuple[str, ...]] = {}
    with engine.connect() as connection:
        waivers = _waivers(connection)
        for table in tables.Base.metadata.sorted_tables:
            if table.name in _UNCOMPARED:
                continue
            kept = [column for column in table.columns if column.name not in _LEFT_OUT.get(table.name, ())]
            order = [table.c.id] if table.name == "changes" else []
            rows = [row._asdict() for row in connection.execute(select(*kept).order_by(*order))]
            for row in rows:
                _neutral(row, waivers)
            if table.name == "changes":
                _number(rows)
            written = (json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True) for row in rows)
            found[table.name] = tuple(sorted(set(written) if table.name in _AS_SET else written))
    return found


def differences(expected: State, found: State, *, but: Iterable[str] = ()) -> list[str]:
    """Rows that only one of two states has, one line each; tables in `but` are passed over."""
    told = []
    for table in sorted({*expected, *found} - set(but)):
        wanted, there = list(expected.get(table, ())), list(found.get(table, ()))
        for row in list(wanted):
            if row in there:
                wanted.remove(row)
                there.remove(row)
        told += [f"{table}: lost {row}" for row in wanted] + [f"{table}: added {row}" for row in there]
    return told


def unsound(engine: Engine, archive: Path) -> list[str]:
    """What contradicts itself in one installation, one line each."""
    return [*_lives(engine), *_without_bytes(engine, Archive(archive))]


def bytes_without_rows(engine: Engine, archive: Path) -> int:
    """Files in the archive that no row names: a page whose row was not written any more. Harmless."""
    named = {sha256 for sha256, _ in _named(engine)}
    return sum(path.name.removesuffix(".gz") not in named for path in archive.rglob("*.gz"))


def parts(archive: Path) -> int:
    """Files in the archive that were never finished."""
    return sum(1 for _ in archive.rglob("*.part"))


def _lives(engine: Engine) -> Iterable[str]:
    """Every finding begins once, takes only steps that follow from another, and is what its last one says."""
    finding, change = tables.Finding, tables.Change
    steps: dict[str, list[tuple[ChangeKind, FindingStatus]]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(
            select(change.fingerprint, change.kind, change.finding).order_by(change.id)
        ):
            steps[row.fingerprint].append((row.kind, FindingStatus(row.finding["status"])))
        standing = {
            row.fingerprint: row.status
            for row in connection.execute(select(finding.fingerprint, finding.status))
        }
    for fingerprint in standing.keys() | steps.keys():
        life = [kind for kind, _ in steps[fingerprint]]
        if fingerprint not in standing:
            yield f"finding {fingerprint} has a life and no row"
        elif not life:
            yield f"finding {fingerprint} has a row and no life"
        else:
            if life[0] not in (ChangeKind.NEW, ChangeKind.WAIVED):
                yield f"finding {fingerprint} begins with {life[0]}"
            if ChangeKind.NEW in life[1:]:
                yield f"finding {fingerprint} is new twice"
            ends = (ChangeKind.FIXED, ChangeKind.WITHDRAWN)
            for before, after in pairwise(life):
                if before in ends and after not in (
                    ChangeKind.RETURNED,
                    ChangeKind.WAIVED,
                    ChangeKind.LAPSED,
                ):
                    yield f"finding {fingerprint} goes from {before} to {after}"
                elif before == after and after is not ChangeKind.CHANGED:
                    yield f"finding {fingerprint} is {after} twice in a row"
            _, last = steps[fingerprint][-1]
            now = standing[fingerprint]
            if now is not last and not (last in FRESH and now is FindingStatus.OPEN):
                yield f"finding {fingerprint} is {now}, its last step says {last}"


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
    if "waiver" in row:
        row["waiver"] = waivers.get(row["waiver"])
    if row.get("status") in FRESH:
        row["status"] = FindingStatus.OPEN  # which run it was new in depends on where one was killed
    snapshot = row.get("finding")
    if isinstance(snapshot, Mapping):
        told = {**snapshot, "waiver": waivers.get(snapshot.get("waiver"))}
        for name in ("first_seen", "last_seen"):
            if told.get(name):
                told[name] = local(datetime.fromisoformat(told[name])).date()
        row["finding"] = told
    for snapshot in row.get("findings", ()):
        for name in ("first_seen", "last_seen"):
            snapshot.pop(name, None)
        if snapshot["status"] in FRESH:
            snapshot["status"] = FindingStatus.OPEN


def _number(rows: list[dict[str, Any]]) -> None:
    """Number the steps of each finding, so that their order is compared, and theirs alone."""
    taken: dict[str, int] = defaultdict(int)
    for row in rows:
        taken[row["fingerprint"]] += 1
        row["step"] = taken[row["fingerprint"]]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return local(value).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"{type(value).__name__} is not compared")
