"""how long before an application is forgotten its person is told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

CHECK = "ck_call_retention_warn_days"


def upgrade() -> None:
    """Take the database up to this revision: calls that have limits tell people four weeks before."""
    with op.batch_alter_table("call_retention") as table:
        table.add_column(sa.Column("warn_days", sa.Integer(), nullable=False, server_default="28"))
        table.create_check_constraint(op.f(CHECK), "warn_days BETWEEN 0 AND 180")
    with op.batch_alter_table("call_retention") as table:
        table.alter_column("warn_days", server_default=None)


def downgrade() -> None:
    """Take the database back to the revision before."""
    with op.batch_alter_table("call_retention") as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.drop_column("warn_days")
