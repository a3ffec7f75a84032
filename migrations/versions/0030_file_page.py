"""pages of published PDFs, to be read on screen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision: nothing is drawn yet, a sweep does that."""
    op.create_table(
        "file_page",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("picture_key", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_file_page_number")),
        sa.CheckConstraint("length(text) <= 60000", name=op.f("ck_file_page_text_length")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_file_page_file_id")),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_file_page")),
    )


def downgrade() -> None:
    """Take the database back to the revision before."""
    op.drop_table("file_page")
