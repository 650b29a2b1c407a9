"""What findings were fixed by, how long versions were seen; names and exclusions of bodies over the years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

summary_zh = "问题因何消除，版本的最后所见，单位的曾用名与不纳入的年度"


def upgrade() -> None:
    """Nothing is made up: what was fixed by what, and until when older versions stood, is not known."""
    op.add_column("versions", sa.Column("last_seen", sa.DateTime(timezone=True)))
    op.add_column("changes", sa.Column("repair", sa.JSON()))
    for column in ("former", "excluded"):
        op.add_column("organs", sa.Column(column, sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Causes that older programs have no word for are left out, duties of excluded bodies forgotten."""
    for column in ("excluded", "former"):
        op.drop_column("organs", column)
    op.execute("DELETE FROM obligations WHERE status = 'excluded'")
    op.execute("UPDATE changes SET cause = NULL WHERE cause IN ('edited', 'replaced', 'filed', 'elsewhere')")
    op.execute("UPDATE changes SET cause = 'misread' WHERE cause = 'renamed'")
    op.drop_column("changes", "repair")
    op.drop_column("versions", "last_seen")
