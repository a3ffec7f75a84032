"""breakout groups: who is in which, and how they were wished for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision: nobody is in a group yet."""
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.add_column(sa.Column("groups", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    with op.batch_alter_table("agenda_plan", schema=None) as batch:
        batch.add_column(sa.Column("breakouts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    for table, column in (("agenda_session", "groups"), ("agenda_plan", "breakouts")):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.alter_column(column, existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    """Take the database back to the revision before: the groups are gone."""
    with op.batch_alter_table("agenda_plan", schema=None) as batch:
        batch.drop_column("breakouts")
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.drop_column("groups")
