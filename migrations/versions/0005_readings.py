"""readings: a private note and a recommendation; which score orders a call's applicants"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _state(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Take the database up to this revision."""
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "score_order", _state("score_order", "raw", "adjusted"), server_default="raw", nullable=False
            )
        )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(sa.Column("private_note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "recommendation",
                _state("recommendation", "shortlist", "reserve", "no", "unsure"),
                nullable=True,
            )
        )
        batch_op.create_check_constraint(
            op.f("ck_review_conflict_without_advice"),
            "NOT (conflict_of_interest AND recommendation IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            op.f("ck_review_private_note_length"), "length(private_note) <= 4000"
        )


def downgrade() -> None:
    """Take the database back."""
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_review_private_note_length"), type_="check")
        batch_op.drop_constraint(op.f("ck_review_conflict_without_advice"), type_="check")
        batch_op.drop_constraint("recommendation", type_="check")
        batch_op.drop_column("recommendation")
        batch_op.drop_column("private_note")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_constraint("score_order", type_="check")
        batch_op.drop_column("score_order")
