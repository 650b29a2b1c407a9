"""An index for the last crawl of every province: asked every few seconds, of rows that hold long accounts."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
summary_zh = "查各省最近一次抓取的索引"
_INDEX = "ix_runs_province_started_kind_verdict"


def upgrade() -> None:
    """Without it the accounts of all runs there ever were are read to find the last ones."""
    op.create_index(
        "ix_runs_province_started_kind_verdict", "runs", ["province", "started", "kind", "verdict"]
    )


def downgrade() -> None:
    """Nothing is lost."""
    op.drop_index(_INDEX, "runs")
