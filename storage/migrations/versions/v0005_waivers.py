"""Decisions of people, why findings are not stated any more, what each finding was last judged by."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

summary_zh = "人的决定，问题为何不再成立，每个问题据何判断"
rewrites = ("findings",)

_CHUNK = 500


def upgrade() -> None:
    """A finding on record was judged by what its page, or its report's comparison, was judged by."""
    op.create_table(
        "waivers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text()),
        sa.Column("year", sa.Integer()),
        sa.Column("where", sa.Text()),
        sa.Column("critical", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True)),
        sa.Column("lapsed", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
        sqlite_autoincrement=True,
    )
    op.add_column("findings", sa.Column("waiver", sa.Integer()))
    op.add_column(
        "findings", sa.Column("decided_before", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("findings", sa.Column("judged_by", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_findings_waiver", "findings", ["waiver"])
    op.add_column("changes", sa.Column("cause", sa.String(16)))
    op.add_column("changes", sa.Column("waiver", sa.Integer()))
    op.create_index("ix_changes_waiver", "changes", ["waiver"])
    op.execute(
        "UPDATE findings SET judged_by = COALESCE("
        "(SELECT CAST(pages.rules_version AS TEXT) || ':' || pages.judged_by FROM pages "
        "WHERE pages.url = findings.url), '') WHERE stated_by = 'reading'"
    )
    op.execute(
        "UPDATE findings SET judged_by = COALESCE("
        "(SELECT reports.compared_by FROM reports "
        "WHERE reports.organ = findings.organ AND reports.year = findings.year), '') "
        "WHERE stated_by = 'comparison'"
    )


def downgrade() -> None:
    """Decisions are forgotten: what they covered stands open. What was withdrawn is told as fixed again, for
    there is no other word; steps of decisions are taken away.
    """
    op.execute("UPDATE findings SET status = 'open' WHERE status = 'waived'")
    op.execute("UPDATE findings SET status = 'fixed' WHERE status = 'withdrawn'")
    op.execute("DELETE FROM changes WHERE kind IN ('waived', 'lapsed')")
    _rename_withdrawn()
    op.drop_index("ix_changes_waiver", "changes")
    op.drop_column("changes", "waiver")
    op.drop_column("changes", "cause")
    op.drop_index("ix_findings_waiver", "findings")
    for column in ("judged_by", "decided_before", "waiver"):
        op.drop_column("findings", column)
    op.drop_table("waivers")


def _rename_withdrawn() -> None:
    """Let the snapshots of withdrawn findings say `fixed`, as their rows do."""
    changes = sa.table("changes", sa.column("id"), sa.column("kind"), sa.column("finding", sa.JSON()))
    connection, last = op.get_bind(), 0
    wanted = sa.select(changes.c.id, changes.c.finding).where(changes.c.kind == "withdrawn")
    while True:
        rows = connection.execute(
            wanted.where(changes.c.id > last).order_by(changes.c.id).limit(_CHUNK)
        ).all()
        if not rows:
            return
        for number, snapshot in rows:
            fixed: dict[str, Any] = {**snapshot, "status": "fixed"}
            connection.execute(
                changes.update().where(changes.c.id == number).values(kind="fixed", finding=fixed)
            )
        last = rows[-1][0]
