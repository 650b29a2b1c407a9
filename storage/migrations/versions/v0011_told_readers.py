"""What readers were told stands with their subscriptions, and the mails that told it with the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

summary_zh = "读者已获知的内容并入订阅，已发通报并入邮件"
rewrites = ("digests",)


def upgrade() -> None:
    """Each reader becomes one subscription, each digest a mail that was sent; its text was never kept."""
    op.add_column("subscriptions", sa.Column("looked", sa.DateTime(timezone=True)))
    kept = sa.text("content IS NOT NULL")
    op.create_index("ix_mails_kept", "mails", ["ended"], sqlite_where=kept, postgresql_where=kept)
    op.execute(
        "INSERT INTO subscriptions (address, origin, lang, provinces, organs, rules, severity, rhythm, "
        "workbook, created, told_until) "
        "SELECT reader, 'once', 'zh', '[]', '[]', '[]', 'warning', 'daily', FALSE, min(sent_at), "
        "max(last_change) FROM digests GROUP BY reader ORDER BY min(id)"
    )
    op.execute(
        "INSERT INTO mails (subscription, address, edition, key, message_id, subject, composed, told_until, "
        "state, attempts, unsettled, due, ended, answer) "
        "SELECT subscriptions.id, reader, 'changes', 'digest:' || digests.id, "
        "'<digest-' || digests.id || '@nianbao.invalid>', subject, sent_at, last_change, 'sent', 1, 0, "
        "sent_at, sent_at, '' "
        "FROM digests JOIN subscriptions ON subscriptions.address = digests.reader "
        "AND subscriptions.origin = 'once' ORDER BY digests.id"
    )
    op.drop_table("digests")


def downgrade() -> None:
    """Readers are told again what no server has accepted; a subscription that began later than at the first
    change stands as a digest without a subject.
    """
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_change", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
    )
    op.create_index("ix_digests_reader", "digests", ["reader"])
    op.execute(
        "INSERT INTO digests (reader, sent_at, last_change, subject) "
        "SELECT address, ended, told_until, subject FROM mails "
        "WHERE state = 'sent' AND edition = 'changes' AND told_until IS NOT NULL AND ended IS NOT NULL "
        "ORDER BY id"
    )
    op.execute(
        "INSERT INTO digests (reader, sent_at, last_change, subject) "
        "SELECT address, created, told_until, '' FROM subscriptions WHERE told_until > 0 AND NOT EXISTS ("
        "SELECT 1 FROM mails WHERE mails.subscription = subscriptions.id "
        "AND mails.told_until >= subscriptions.told_until) ORDER BY id"
    )
    op.drop_index("ix_mails_kept", "mails")
    op.drop_column("subscriptions", "looked")
