"""balanced groups for host teams are looked for beside the requests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision: nothing is looked for yet."""
    op.create_table(
        "suggested_group",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "working",
                "done",
                "failed",
                name="search_state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("lease_until", peer_visits.storage.types.Moment(), nullable=True),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'working') = (claim IS NOT NULL)", name=op.f("ck_suggested_group_claim")
        ),
        sa.CheckConstraint("(claim IS NULL) = (lease_until IS NULL)", name=op.f("ck_suggested_group_lease")),
        sa.CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name=op.f("ck_suggested_group_answer")),
        sa.CheckConstraint(
            "(state = 'failed') = (problem IS NOT NULL)", name=op.f("ck_suggested_group_problem")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_suggested_group_asked_by")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_suggested_group_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_suggested_group")),
    )
    with op.batch_alter_table("suggested_group", schema=None) as batch:
        batch.create_index("ix_suggested_group_due", ["state", "lease_until"], unique=False)


def downgrade() -> None:
    """Take the database back to the revision before."""
    op.drop_table("suggested_group")
