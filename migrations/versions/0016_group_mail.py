"""mail to many people: drafts, what is enclosed, and the group a mail belongs to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from peer_visits.storage.types import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _state(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Take the database up to this revision."""
    op.create_table(
        "group_mail",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column(
            "audience",
            _state("group_mail_audience", "applicants", "participants", "waiting", "hosts"),
            nullable=False,
        ),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("copies_to_team", sa.Boolean(), nullable=False),
        sa.Column("state", _state("group_mail_state", "draft", "sent"), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", Moment(timezone=True), nullable=False),
        sa.Column("saved_at", Moment(timezone=True), nullable=False),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_group_mail_sent")),
        sa.CheckConstraint("visit_id IS NULL OR call_id IS NOT NULL", name=op.f("ck_group_mail_visit")),
        sa.CheckConstraint("length(body) <= 20000", name=op.f("ck_group_mail_body_length")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_group_mail_programme_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_group_mail_call_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_group_mail_visit_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_group_mail_created_by")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_group_mail_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_mail")),
    )
    op.create_index("ix_group_mail_programme", "group_mail", ["programme_id", "state", "saved_at"])
    op.create_table(
        "enclosure",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group_mail.id"], name=op.f("fk_enclosure_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_enclosure_file_id")),
        sa.PrimaryKeyConstraint("group_id", "file_id", name=op.f("pk_enclosure")),
    )
    with op.batch_alter_table("message", schema=None) as batch:
        batch.add_column(sa.Column("group_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_message_group_id"), "group_mail", ["group_id"], ["id"])
        batch.create_index("ix_message_group", ["group_id", "state"])


def downgrade() -> None:
    """Take the database back."""
    with op.batch_alter_table("message", schema=None) as batch:
        batch.drop_index("ix_message_group")
        batch.drop_constraint("fk_message_group_id", type_="foreignkey")
        batch.drop_column("group_id")
    op.drop_table("enclosure")
    op.drop_table("group_mail")
