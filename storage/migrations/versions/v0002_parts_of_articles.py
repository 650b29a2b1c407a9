"""Further pages and attachments of an article."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

summary_zh = "一篇报告的各页与附件"


def upgrade() -> None:
    """Articles on record have none; they are read again anyway, under new rules."""
    op.add_column("pages", sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """What the articles were read together with is forgotten; its bytes stay in the archive."""
    op.drop_column("pages", "parts")
