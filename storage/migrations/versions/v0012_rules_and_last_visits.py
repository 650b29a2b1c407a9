"""Indexes for the findings of one rule, worst first, and for the last visit of every portal."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
summary_zh = "按规则列出问题、查各网站最近一次访问的索引"


def upgrade() -> None:
    """Without them all findings of a severity were gone through, and each last visit was read to be found."""
    op.create_index("ix_findings_rule_severity_organ_year", "findings", ["rule", "severity", "organ", "year"])
    op.create_index("ix_visits_portal_started_run", "visits", ["portal", "started", "run"])
    op.drop_index("ix_visits_portal_started", "visits")


def downgrade() -> None:
    """Nothing is lost."""
    op.create_index("ix_visits_portal_started", "visits", ["portal", "started"])
    op.drop_index("ix_visits_portal_started_run", "visits")
    op.drop_index("ix_findings_rule_severity_organ_year", "findings")
