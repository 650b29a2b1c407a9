"""What became of the nightly crawls of a province."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from storage import tables
from storage.records import RunRecord
from storage.rows import to_record

KIND = "nightly"
GOOD = ("clean", "partial")
"""Verdicts of crawls that did their work to the end."""


def runs_of(engine: Engine, province: str, since: datetime) -> list[RunRecord]:
    """The nightly crawls of a province that began since then, oldest first."""
    table = tables.Run
    wanted = (
        select(table)
        .where(table.province == province, table.kind == KIND, table.started >= since)
        .order_by(table.id)
    )
    with Session(engine) as session:
        return [to_record(RunRecord, row) for row in session.scalars(wanted)]


def last_good(engine: Engine) -> Mapping[str, RunRecord]:
    """The last nightly crawl of each province that did its work to the end."""
    table = tables.Run
    last = (
        select(func.max(table.id)).where(table.kind == KIND, table.verdict.in_(GOOD)).group_by(table.province)
    )
    with Session(engine) as session:
        rows = session.scalars(select(table).where(table.id.in_(last)))
        return {row.province: to_record(RunRecord, row) for row in rows}
