"""What one process at a time may do: taken, renewed, given back, and over by itself when nobody renews it.

A lease is decided inside one writing transaction, so two that ask at once never both have it. The moment is
the caller's: leases are about processes, and their clocks must be the machine's, not the one of the night.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, select
from sqlalchemy.orm import Session

from storage import tables
from storage.engine import writing
from storage.records import LeaseRecord
from storage.rows import fill, rows_with, to_record
from storage.storable import storable


class Leases:
    """Takes leases, renews them, gives them back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(
        self, name: str, owner: str, purpose: str, now: datetime, lasts: timedelta
    ) -> LeaseRecord | None:
        """The lease, now the owner's; None where somebody else has it and it is not over."""
        lease = self.take_all((name,), owner, purpose, now, lasts)[name]
        return lease if lease.owner == owner else None

    def take_all(
        self, names: Collection[str], owner: str, purpose: str, now: datetime, lasts: timedelta
    ) -> Mapping[str, LeaseRecord]:
        """Take those of the leases that are free, or over, or the owner's already; all as they stand then."""
        standing: dict[str, LeaseRecord] = {}
        with writing(self._engine) as session:
            there = {row.name: row for row in rows_with(session, tables.Lease, "name", set(names))}
            for name in set(names):
                row = there.get(name)
                if row is not None and row.owner != owner and row.expires > now:
                    standing[name] = to_record(LeaseRecord, row)
                    continue
                since = row.taken if row is not None and row.owner == owner else now
                standing[name] = storable(LeaseRecord(name, owner, purpose, since, now, now + lasts))
                if row is None:
                    row = tables.Lease()
                    session.add(row)
                fill(row, standing[name])
        return standing

    def holder(self, name: str, now: datetime) -> LeaseRecord | None:
        """The lease, where somebody has it and it is not over."""
        with Session(self._engine) as session:
            row = session.get(tables.Lease, name)
            return to_record(LeaseRecord, row) if row is not None and row.expires > now else None

    def renew(self, name: str, owner: str, now: datetime, lasts: timedelta) -> bool:
        """Let it last from now; False where somebody else has taken it since, or it was given back.

        One that was over and that nobody took is the owner's still.
        """
        return name in self._renewed(now, lasts, tables.Lease.owner == owner, tables.Lease.name == name)

    def renew_all(self, owner: str, now: datetime, lasts: timedelta) -> frozenset[str]:
        """Let everything that the owner has last from now; the names of it."""
        return self._renewed(now, lasts, tables.Lease.owner == owner)

    def give_back(self, name: str, owner: str) -> None:
        """Let it go; one that somebody else has taken since stays theirs."""
        self._give_back(tables.Lease.owner == owner, tables.Lease.name == name)

    def give_back_all(self, owner: str) -> None:
        """Let everything go that the owner has."""
        self._give_back(tables.Lease.owner == owner)

    def _renewed(self, now: datetime, lasts: timedelta, *conditions: ColumnElement[bool]) -> frozenset[str]:
        with writing(self._engine) as session:
            rows = session.scalars(select(tables.Lease).where(*conditions)).all()
            for row in rows:
                row.renewed, row.expires = now, now + lasts
            return frozenset(row.name for row in rows)

    def _give_back(self, *conditions: ColumnElement[bool]) -> None:
        with writing(self._engine) as session:
            session.execute(delete(tables.Lease).where(*conditions))
