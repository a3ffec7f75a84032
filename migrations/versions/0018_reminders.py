"""what calls decide about their reminders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "reminder_setting",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("late_hours", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.CheckConstraint("hours BETWEEN -2160 AND 2160", name=op.f("ck_reminder_setting_hours")),
        sa.CheckConstraint("late_hours BETWEEN 1 AND 2160", name=op.f("ck_reminder_setting_late_hours")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_reminder_setting_call_id")),
        sa.PrimaryKeyConstraint("call_id", "name", name=op.f("pk_reminder_setting")),
    )


def downgrade() -> None:
    """Take the database back."""
    op.drop_table("reminder_setting")
