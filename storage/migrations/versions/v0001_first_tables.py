"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

summary_zh = "最初的表"


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _reading() -> list[sa.Column[object]]:
    """Columns that reports and duplicates share."""
    return [
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("seen", _moment(), nullable=False),
        sa.Column("published", sa.Date()),
        sa.Column("published_from", sa.Text()),
        sa.Column("signed", sa.Date()),
        sa.Column("form", sa.Text()),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("first_seen", _moment(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "portals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portals"),
    )
    op.create_index("ix_portals_province", "portals", ["province"])
    op.create_table(
        "organs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("since", sa.Integer()),
        sa.Column("until", sa.Integer()),
        sa.Column("successor", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_organs"),
        sa.ForeignKeyConstraint(["portal"], ["portals.id"], name="fk_organs_portal"),
    )
    op.create_index("ix_organs_province", "organs", ["province"])
    op.create_index("ix_organs_portal", "organs", ["portal"])
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("started", _moment(), nullable=False),
        sa.Column("ended", _moment()),
        sa.Column("verdict", sa.Text()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "visits",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("started", _moment(), nullable=False),
        sa.Column("ended", _moment(), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("years", sa.JSON()),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", "portal", name="pk_visits"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_visits_run"),
    )
    op.create_index("ix_visits_portal", "visits", ["portal"])
    op.create_table(
        "documents",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text()),
        sa.Column("first_seen", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_documents"),
    )
    op.create_table(
        "pages",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("seen", _moment(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("content_type", sa.Text()),
        sa.Column("listed_title", sa.Text(), nullable=False),
        sa.Column("listed_date", sa.Date()),
        sa.Column("organ", sa.Text()),
        sa.Column("year", sa.Integer()),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_pages"),
    )
    op.create_index("ix_pages_portal", "pages", ["portal"])
    op.create_table("reports", *_reading(), sa.PrimaryKeyConstraint("organ", "year", name="pk_reports"))
    op.create_index("ix_reports_province_year", "reports", ["province", "year"])
    op.create_index("ix_reports_url", "reports", ["url"])
    op.create_table(
        "duplicates",
        *_reading(),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("url", "organ", "year", name="pk_duplicates"),
    )
    op.create_index("ix_duplicates_organ_year", "duplicates", ["organ", "year"])
    op.create_table(
        "findings",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("message_zh", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("basis_zh", sa.Text(), nullable=False),
        sa.Column("basis_en", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("portal", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("archived", sa.Text()),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("expected", sa.JSON()),
        sa.Column("found", sa.JSON()),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("first_seen", _moment(), nullable=False),
        sa.Column("last_seen", _moment(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_findings"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_findings_run"),
    )
    op.create_index("ix_findings_organ_year", "findings", ["organ", "year"])
    op.create_index("ix_findings_province_status", "findings", ["province", "status"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("finding", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_changes_run"),
        sa.ForeignKeyConstraint(["fingerprint"], ["findings.fingerprint"], name="fk_changes_fingerprint"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_fingerprint", "changes", ["fingerprint"])
    op.create_table(
        "obligations",
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organ_kind", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("published", sa.Date()),
        sa.Column("first_seen", _moment()),
        sa.Column("days_late", sa.Integer()),
        sa.Column("url", sa.Text()),
        sa.Column("visits", sa.JSON(), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organ", "year", name="pk_obligations"),
    )
    op.create_index("ix_obligations_province_year", "obligations", ["province", "year"])
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("sent_at", _moment(), nullable=False),
        sa.Column("last_change", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
    )
    op.create_index("ix_digests_reader", "digests", ["reader"])


def downgrade() -> None:
    for table in (
        "digests", "obligations", "changes", "findings", "duplicates", "reports", "pages", "documents",
        "visits", "runs", "organs", "portals",
    ):  # fmt: skip
        op.drop_table(table)
