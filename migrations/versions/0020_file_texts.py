"""the text of documents that everybody may read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision: no file has been read yet, a sweep does that."""
    op.create_table(
        "file_text",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(text) <= 1000500", name=op.f("ck_file_text_text_length")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_file_text_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_text")),
    )


def downgrade() -> None:
    """Take the database back to the revision before: the texts are gone."""
    op.drop_table("file_text")
