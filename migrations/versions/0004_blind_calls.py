"""blind calls: hosts read without names until their scores are in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision."""
    op.add_column("call", sa.Column("blind", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "shortlist", sa.Column("revealed_at", peer_visits.storage.types.Moment(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Take the database back."""
    op.drop_column("shortlist", "revealed_at")
    op.drop_column("call", "blind")
