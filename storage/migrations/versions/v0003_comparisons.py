"""Where findings come from; what reports said before, whole; addresses that are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

summary_zh = "问题的来源；报告从前的内容；已失效的网址"
rewrites = ("findings",)


def upgrade() -> None:
    """Reports on record have no versions yet: they are read again anyway, under new rules."""
    op.add_column("findings", sa.Column("stated_by", sa.String(16), nullable=False, server_default="reading"))
    op.add_column("findings", sa.Column("group", sa.Text()))
    op.execute(
        "UPDATE findings SET stated_by = 'duty' WHERE rule IN ('filing-missing', 'filing-unreachable')"
    )
    op.add_column("pages", sa.Column("first_seen", sa.DateTime(timezone=True)))
    op.add_column("pages", sa.Column("gone_on", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("pages", sa.Column("gone_as", sa.Text(), nullable=False, server_default=""))
    op.add_column("pages", sa.Column("judged_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("reports", sa.Column("signature", sa.LargeBinary()))
    op.add_column("reports", sa.Column("compared_by", sa.Text()))
    op.add_column("duplicates", sa.Column("signature", sa.LargeBinary()))
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
    )
    op.create_index("ix_versions_organ_year", "versions", ["organ", "year"])
    op.create_index("ix_versions_url", "versions", ["url"])


def downgrade() -> None:
    """Earlier versions and what was seen to be gone are forgotten. Findings of comparisons stay: the next
    reading of their reports resolves them.
    """
    op.drop_table("versions")
    op.drop_column("duplicates", "signature")
    op.drop_column("reports", "compared_by")
    op.drop_column("reports", "signature")
    for column in ("judged_by", "gone_as", "gone_on", "first_seen"):
        op.drop_column("pages", column)
    for column in ("group", "stated_by"):
        op.drop_column("findings", column)
