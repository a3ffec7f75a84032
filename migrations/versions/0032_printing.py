"""what the files of written reports were made of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from peer_visits.storage.types import Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "document_print",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("checked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["analytical_document.id"], name=op.f("fk_document_print_document_id")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_print")),
    )
    op.create_index(op.f("ix_document_print_checked_at"), "document_print", ["checked_at"])


def downgrade() -> None:
    """Take the database back to the revision before: files are compared anew."""
    op.drop_table("document_print")
