"""moves on boards: each with what takes it back; and by when a call's shortlists are due"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "shortlist_move",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", peer_visits.storage.types.Moment(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("inverse", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.CheckConstraint("undoes < number", name=op.f("ck_shortlist_move_undoes")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_shortlist_move_actor_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_shortlist_move_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "number", name=op.f("pk_shortlist_move")),
    )
    # Not rebuilt: the table keeps its checks where earlier revisions wrote them.
    op.add_column("call", sa.Column("shortlists_by", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the database back."""
    op.drop_column("call", "shortlists_by")
    op.drop_table("shortlist_move")
