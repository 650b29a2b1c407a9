"""A database of the first schema version, with thousands of rows, and its upgrade killed in the middle."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from random import Random
from typing import Any

from sqlalchemy import Connection, MetaData, select

from bench.soak.installation import NIANBAO, Installation
from bench.soak.killing import Tally, killed, timed
from bench.soak.moments import Pace
from bench.soak.state import State, differences, every_row
from bench.soak.story import moment
from storage.engine import SchemaState, downgrade, schema_state, writing

FIRST_VERSION = "0001"
UPGRADE = (*NIANBAO, "db", "upgrade")
_NOW = moment(100)
_KEYS: Mapping[str, tuple[str, ...]] = {
    # parents first; each with the columns that tell a copy of a row from the row
    "organs": ("name",),
    "documents": ("sha256",),
    "pages": ("url", "organ"),
    "reports": ("organ", "url"),
    "duplicates": ("organ", "url"),
    "findings": ("fingerprint", "organ"),
    "changes": ("fingerprint",),
    "obligations": ("organ",),
}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade that nobody disturbed made of a database, and what it took."""

    rows: State
    pace: Pace


def age(installation: Installation, copies: int) -> int:
    """Take an installation's database back to the first version, and multiply its rows; their number."""
    with installation.engine() as engine:
        downgrade(engine, FIRST_VERSION)
        with writing(engine) as session:
            return _multiply(session.connection(), copies)


def upgraded(installation: Installation) -> Upgraded:
    """Upgrade an aged installation. Raises CommandFailed."""
    begin = time.monotonic()
    installation.run(UPGRADE, _NOW)
    seconds = time.monotonic() - begin
    with installation.engine() as engine:
        return Upgraded(every_row(engine), Pace(seconds * 2 / 3, seconds / 3, writes=3))


def upgrades(installation: Installation, truth: Upgraded, rng: Random) -> Tally:
    """An upgrade killed a few times and then let finish; every row and id is compared."""
    with timed(Tally()) as tally:
        killed(installation, UPGRADE, repeat(_NOW), truth.pace, rng, tally)
        with installation.engine() as engine:
            standing = schema_state(engine)
            if standing is not SchemaState.CURRENT:
                tally.problems.append(f"after an upgrade the tables are {standing}")
            found = every_row(engine)
        tally.compared += 1
        tally.rows += sum(map(len, found.values()))
        tally.problems += [f"upgrade: {line}" for line in differences(truth.rows, found)]
    return tally


def _multiply(connection: Connection, copies: int) -> int:
    known = MetaData()
    known.reflect(connection)
    total = 0
    for name, keys in _KEYS.items():
        table = known.tables[name]
        columns = [column for column in table.columns if (name, column.name) != ("changes", "id")]
        rows = [row._asdict() for row in connection.execute(select(*columns))]
        copied = [_copy(row, keys, number) for number in range(copies) for row in rows]
        if copied:
            connection.execute(table.insert(), copied)
        total += len(rows) + len(copied)
    return total


def _copy(row: Mapping[str, Any], keys: tuple[str, ...], number: int) -> dict[str, Any]:
    other = dict(row)
    for key in keys:
        if other[key] is not None:
            other[key] = f"{other[key]}-{number}"
    return other
