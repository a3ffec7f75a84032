"""redactions: passages the organiser takes out of what hosts read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "redaction",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("passage", sa.String(length=500), nullable=False),
        sa.Column("created_at", peer_visits.storage.types.Moment(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_redaction_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_redaction_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
        sa.UniqueConstraint("application_id", "passage", name=op.f("uq_redaction_application_id_passage")),
    )


def downgrade() -> None:
    """Take the database back."""
    op.drop_table("redaction")
