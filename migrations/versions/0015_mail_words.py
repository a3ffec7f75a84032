"""own words of programmes and calls for their mails; the call a mail belongs to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from peer_visits.storage.types import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF_PROGRAMME = sa.text("call_id IS NULL")


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "mail_words",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(body) <= 20000", name=op.f("ck_mail_words_body_length")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_mail_words_call_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_mail_words_changed_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mail_words_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_words")),
        sa.UniqueConstraint("call_id", "name", "language", name=op.f("uq_mail_words_call_id_name_language")),
    )
    op.create_index(
        "uq_mail_words_of_programme",
        "mail_words",
        ["programme_id", "name", "language"],
        unique=True,
        sqlite_where=_OF_PROGRAMME,
        postgresql_where=_OF_PROGRAMME,
    )
    with op.batch_alter_table("message", schema=None) as batch:
        batch.add_column(sa.Column("call_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(batch.f("fk_message_call_id"), "call", ["call_id"], ["id"])


def downgrade() -> None:
    """Take the database back."""
    with op.batch_alter_table("message", schema=None) as batch:
        batch.drop_constraint(batch.f("fk_message_call_id"), type_="foreignkey")
        batch.drop_column("call_id")
    op.drop_table("mail_words")
