"""Counts of findings and duties; indexes for what is asked of a million reports."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, product
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

summary_zh = "问题与应发布义务的汇总数；百万份报告所需的索引"
rewrites = ("findings", "obligations")

_SEVERITIES = ("critical", "error", "warning", "info")
_UNCOUNTED = ("fixed", "withdrawn", "waived")
_ADDED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("findings", ("portal", "status")),
    ("findings", ("rule", "province")),
    ("findings", ("province", "severity", "organ", "year")),
    ("findings", ("severity", "organ", "year")),
    ("obligations", ("province", "year", "status")),
    ("obligations", ("status", "organ", "year")),
    ("reports", ("province", "organ", "year")),
    ("runs", ("province", "ended", "started")),
    ("visits", ("portal", "started")),
)
_DROPPED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("findings", ("province", "status")),
    ("obligations", ("province", "year")),
    ("visits", ("portal",)),
)
"""What the added ones do as well."""


def upgrade() -> None:
    """Everything is counted once; from then on every transaction brings the counts along."""
    counts = op.create_table(
        "finding_counts",
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province", "year", "fault", "verdict", "severity", name="pk_finding_counts"),
    )
    op.create_table(
        "duty_counts",
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("province", "year", "status", name="pk_duty_counts"),
    )
    for table, columns in _DROPPED:
        op.drop_index(_name(table, columns), table)
    for table, columns in _ADDED:
        op.create_index(_name(table, columns), table, list(columns))
    op.execute(
        "INSERT INTO duty_counts (province, year, status, number) "
        "SELECT province, year, status, count(*) FROM obligations GROUP BY province, year, status"
    )
    rows = [
        dict(zip(("province", "year", "fault", "verdict", "severity"), key, strict=True), number=number)
        for key, number in _finding_counts().items()
    ]
    if rows:
        op.bulk_insert(counts, rows)


def downgrade() -> None:
    """The counts can be made again."""
    for table, columns in reversed(_ADDED):
        op.drop_index(_name(table, columns), table)
    for table, columns in reversed(_DROPPED):
        op.create_index(_name(table, columns), table, list(columns))
    op.drop_table("duty_counts")
    op.drop_table("finding_counts")


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def _finding_counts() -> Counter[tuple[Any, ...]]:
    """Standing findings by province, year, fault, verdict and severity; those that one finding explains count
    as one, as grave as the worst. An empty fault or verdict stands for all.
    """
    names = ("organ", "year", "province", "fault", "verdict", "fingerprint", "group", "severity")
    findings = sa.table("findings", *(sa.column(name) for name in (*names, "status")))
    wanted = (
        sa.select(*(findings.c[name] for name in names))
        .where(findings.c.status.not_in(_UNCOUNTED))
        .order_by(findings.c.organ, findings.c.year)
    )
    counts: Counter[tuple[Any, ...]] = Counter()
    rows = op.get_bind().execute(wanted.execution_options(yield_per=5000))
    for (_, year), one_report in groupby(rows, key=lambda row: (row.organ, row.year)):
        kinds: dict[tuple[str, str, str], list[Any]] = {}
        for row in one_report:
            for fault, verdict in product((row.fault, ""), (row.verdict, "")):
                kinds.setdefault((row.province, fault, verdict), []).append(row)
        for (province, fault, verdict), told in kinds.items():
            for severity in _worst(told).values():
                counts[province, year, fault, verdict, severity] += 1
    return counts


def _worst(rows: list[Any]) -> dict[str, str]:
    standing = {row.fingerprint for row in rows}
    worst: dict[str, str] = {}
    for row in rows:
        one = row.group if row.group in standing else row.fingerprint
        worst[one] = min(row.severity, worst.get(one, row.severity), key=_grade)
    return worst


def _grade(severity: str) -> tuple[int, str]:
    place = _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
    return place, severity
