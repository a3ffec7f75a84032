"""what people take home, who may read it, and every answer about it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

STATES = ("promised", "under_way", "done", "dropped")
REASONS = ("time", "money", "support", "conditions", "moved_on", "better", "other")


def _among(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Take the database up to this revision: nobody has written anything yet."""
    op.create_table(
        "commitment_sheet",
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("showing", _among("commitment_showing", "hidden", "anonymous", "named"), nullable=False),
        sa.Column("showing_since", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("written_at", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_commitment_sheet_place_id")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_commitment_sheet")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("learnt", sa.Text(), nullable=False),
        sa.Column("will_do", sa.Text(), nullable=False),
        sa.Column("state", _among("commitment_state", *STATES), nullable=False),
        sa.Column("reason", _among("commitment_reason", *REASONS), nullable=True),
        sa.Column("answered_at", peer_visits.storage.types.Moment(), nullable=True),
        sa.Column("answered_months", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 3", name=op.f("ck_commitment_number")),
        sa.CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", name=op.f("ck_commitment_reason")),
        sa.CheckConstraint(
            "(state = 'promised') = (answered_at IS NULL)", name=op.f("ck_commitment_answered")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_months IS NULL)", name=op.f("ck_commitment_answered_months")
        ),
        sa.CheckConstraint("length(learnt) <= 1000", name=op.f("ck_commitment_learnt_length")),
        sa.CheckConstraint("length(will_do) <= 1000", name=op.f("ck_commitment_will_do_length")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["commitment_sheet.place_id"], name=op.f("fk_commitment_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("place_id", "number", name=op.f("uq_commitment_place_id_number")),
    )
    op.create_index("ix_commitment_state", "commitment", ["state"])
    op.create_table(
        "commitment_answer",
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("state", _among("commitment_answer_state", *STATES), nullable=False),
        sa.Column("reason", _among("commitment_answer_reason", *REASONS), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("state <> 'promised'", name=op.f("ck_commitment_answer_said")),
        sa.CheckConstraint(
            "(state = 'dropped') = (reason IS NOT NULL)", name=op.f("ck_commitment_answer_reason")
        ),
        sa.CheckConstraint("months >= 0", name=op.f("ck_commitment_answer_months")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_answer_commitment_id")
        ),
        sa.PrimaryKeyConstraint("commitment_id", "number", name=op.f("pk_commitment_answer")),
    )


def downgrade() -> None:
    """Take the database back to the revision before: what people wrote is gone."""
    op.drop_table("commitment_answer")
    op.drop_table("commitment")
    op.drop_table("commitment_sheet")
