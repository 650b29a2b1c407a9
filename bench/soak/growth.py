"""Nights on which nothing changes, one after another: what grows all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select

from bench.soak.installation import CRAWL, SECONDS, Installation
from bench.soak.killing import Tally, timed
from bench.soak.state import parts
from bench.soak.story import BODIES, QUIET, Portals, moment
from storage import tables

_SETTLED = 5
"""Nights after which the scheduler's process has everything that it needs."""
_MOST_MORE_KILOBYTES = 4 * 1024
_MOST_CONNECTIONS = 5
"""That a pool keeps."""
_MORE_A_NIGHT: Mapping[str, int] = {"runs": 1, "visits": len(BODIES)}
"""Rows that a night adds; visits are the proof of what is missing, and none is deleted."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The scheduler's process after the first nights and after the last, and the rows that came between.

    `files` are without those of the `connections` to the database.
    """

    nights: int
    kilobytes: tuple[int, int]
    files: tuple[int, int]
    connections: tuple[int, int]
    threads: tuple[int, int]
    leftovers: int
    unfinished: int
    rows: Mapping[str, float]  # a night, of the tables that grew


class Bound(NamedTuple):
    """How many nights there are to be, and after how many seconds no more begin."""

    nights: int
    seconds: float


def grow(installation: Installation, portals: Portals, bound: Bound, tally: Tally) -> Growth | None:
    """Quiet nights of one scheduler process. None where it did not come to its end."""
    portals.show(QUIET)
    with timed(tally):
        installation.run(CRAWL, moment(0))
        before = _rows(installation)
        temporary = installation.folder / "tmp"
        temporary.mkdir()
        command = ("bench.soak.nights", str(bound.nights), str(bound.seconds))
        child = installation.start(command, moment(1), {"TMPDIR": str(temporary)}, bound.seconds + SECONDS)
        child.finish()
        told = [json.loads(line) for line in child.said.read_text("utf-8").splitlines() if line[:1] == "{"]
        tally.problems += [f"night {one['night']}: {one['problem']}" for one in told if one["problem"]]
        first, last = told[min(_SETTLED, len(told)) - 1], told[-1]
        after = _rows(installation)
        grown = {
            name: (after[name] - before[name]) / len(told) for name in after if after[name] > before[name]
        }
        found = Growth(
            nights=len(told),
            kilobytes=(first["kilobytes"], last["kilobytes"]),
            files=(first["files"], last["files"]),
            connections=(first["connections"], last["connections"]),
            threads=(first["threads"], last["threads"]),
            leftovers=sum(1 for _ in temporary.iterdir()),
            unfinished=parts(installation.archive),
            rows=grown,
        )
        tally.problems += excesses(found)
        return found
    return None


def excesses(growth: Growth) -> list[str]:
    """What grew that should not have."""
    more = growth.kilobytes[1] - growth.kilobytes[0]
    told = [f"the scheduler's process grew by {more} kB"] if more > _MOST_MORE_KILOBYTES else []
    told += [
        f"{growth.nights} nights: {name} {before} -> {after}"
        for name, (before, after) in {"files": growth.files, "threads": growth.threads}.items()
        if after > before
    ]
    if growth.connections[1] > _MOST_CONNECTIONS:
        told.append(f"{growth.connections[1]} connections to the database are kept")
    told += [
        f"{rows:.2f} rows of {table} a night"
        for table, rows in growth.rows.items()
        if rows != _MORE_A_NIGHT.get(table, 0)
    ]
    if growth.leftovers or growth.unfinished:
        told.append(
            f"{growth.leftovers} leftovers in the temporary folder, {growth.unfinished} unfinished files"
        )
    return told


def _rows(installation: Installation) -> dict[str, int]:
    with installation.engine() as engine, engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.Base.metadata.sorted_tables
        }
