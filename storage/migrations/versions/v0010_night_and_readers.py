"""Leases, readers of digests with what they do not want to hear, and mails that are to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

summary_zh = "占用登记，简报订阅与静音，待发邮件"


def upgrade() -> None:
    """Nothing that stands is touched."""
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("taken", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("organs", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.String(16), nullable=False),
        sa.Column("weekday", sa.Integer()),
        sa.Column("workbook", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.Integer(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_address", "subscriptions", ["address"])
    op.create_table(
        "mutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("organ", sa.Text()),
        sa.Column("rule", sa.Text()),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["subscription"], ["subscriptions.id"], name="fk_mutes_subscription"),
        sa.PrimaryKeyConstraint("id", name="pk_mutes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mutes_subscription", "mutes", ["subscription"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription", sa.Integer()),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("edition", sa.String(16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("composed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.Integer()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unsettled", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("claimed", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subscription"], ["subscriptions.id"], name="fk_mails_subscription"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("key", name="uq_mails_key"),
        sa.UniqueConstraint("message_id", name="uq_mails_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mails_state_due", "mails", ["state", "due"])
    op.create_index("ix_mails_subscription", "mails", ["subscription"])


def downgrade() -> None:
    """Readers are forgotten, and what was not sent yet."""
    for table in ("mails", "mutes", "subscriptions", "leases"):
        op.drop_table(table)
