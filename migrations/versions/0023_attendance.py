"""attendance at sessions, and notes for those who run them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the database up to this revision: nobody has been noted yet, and sessions have no notes."""
    op.create_table(
        "agenda_attendance",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("was_there", sa.Boolean(), nullable=False),
        sa.Column(
            "how",
            sa.Enum("list", "code", name="noted_by", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("noted_at", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "how <> 'code' OR (was_there AND noted_by = person_id)",
            name=op.f("ck_agenda_attendance_own_code"),
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_agenda_attendance_noted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agenda_attendance_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["agenda_session.id"], name=op.f("fk_agenda_attendance_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_agenda_attendance")),
    )
    with op.batch_alter_table("agenda_attendance", schema=None) as batch:
        batch.create_index(batch.f("ix_agenda_attendance_person_id"), ["person_id"], unique=False)
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.add_column(sa.Column("notes", sa.Text(), server_default="", nullable=False))
        batch.create_check_constraint(op.f("ck_agenda_session_notes_length"), "length(notes) <= 4000")
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.alter_column("notes", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    """Take the database back to the revision before: attendance and notes are gone."""
    with op.batch_alter_table("agenda_session", schema=None) as batch:
        batch.drop_constraint(op.f("ck_agenda_session_notes_length"), type_="check")
        batch.drop_column("notes")
    op.drop_table("agenda_attendance")
