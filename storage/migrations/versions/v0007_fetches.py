"""How bytes came: address, moment, status and headers of every answer that brought something new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

summary_zh = "原件的取得经过：网址、时间、状态码和响应头"


def upgrade() -> None:
    """Of what came before nothing is made up: its headers were not kept, and are told so."""
    op.create_table(
        "fetches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("fetched", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON()),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Text()),
        sa.Column("rendered", sa.Boolean(), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fetches"),
    )
    op.create_index("ix_fetches_url", "fetches", ["url"])


def downgrade() -> None:
    """The bytes stay; how they came is forgotten."""
    op.drop_table("fetches")
