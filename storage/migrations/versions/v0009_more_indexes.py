"""Indexes for the reports of one portal and the steps of one run."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
summary_zh = "按网站查报告、按运行查变化的索引"


def upgrade() -> None:
    """Without them either question read a whole table."""
    op.create_index("ix_reports_portal", "reports", ["portal"])
    op.create_index("ix_changes_run", "changes", ["run"])


def downgrade() -> None:
    """Nothing is lost."""
    op.drop_index("ix_changes_run", "changes")
    op.drop_index("ix_reports_portal", "reports")
