"""An index for the findings of one rule, worst first."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
summary_zh = "按规则列出问题的索引"


def upgrade() -> None:
    """Without it all findings of a severity were gone through, or all of a rule sorted."""
    op.create_index("ix_findings_rule_severity_organ_year", "findings", ["rule", "severity", "organ", "year"])


def downgrade() -> None:
    """Nothing is lost."""
    op.drop_index("ix_findings_rule_severity_organ_year", "findings")
