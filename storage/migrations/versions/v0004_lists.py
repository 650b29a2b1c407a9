"""What is remembered of lists, and what else a visit tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

summary_zh = "列表的记忆，访问的更多细节"


def upgrade() -> None:
    """Until now every visit walked its lists to their ends."""
    op.add_column("visits", sa.Column("whole", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("visits", sa.Column("detail", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "lists",
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("family", sa.Text()),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("clicks", sa.Integer()),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("walked", sa.DateTime(timezone=True)),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer()),
        sa.PrimaryKeyConstraint("portal", "url", name="pk_lists"),
    )


def downgrade() -> None:
    """Lists are found anew from the home page; visits that were not whole cannot be told any more, and are
    taken away: they would prove absences that they do not prove.
    """
    op.drop_table("lists")
    op.execute(sa.text("DELETE FROM visits WHERE NOT whole"))
    op.drop_column("visits", "detail")
    op.drop_column("visits", "whole")
