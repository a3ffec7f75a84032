"""host teams: invitations, experts, reading split among readers, conflicts of interest"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = ("lead", "reviewer")
AFTER = (*BEFORE, "expert")
READERS = (
    "ALTER TABLE shortlist ADD COLUMN readers_per_choice INTEGER "
    "CONSTRAINT ck_shortlist_readers_per_choice CHECK (readers_per_choice BETWEEN 1 AND 20)"
)


def _state(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _moment() -> sa.types.TypeEngine[object]:
    return peer_visits.storage.types.Moment(timezone=True)


def _roles(values: tuple[str, ...]) -> None:
    with op.batch_alter_table("host_member", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_host_member_host_role"), type_="check")
    with op.batch_alter_table("host_member", schema=None) as batch_op:
        batch_op.alter_column("role", type_=_state("host_role", *values), existing_nullable=False)


def upgrade() -> None:
    """Take the database up to this revision."""
    _roles(AFTER)
    op.execute(READERS)
    op.create_table(
        "host_invitation",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", _state("host_role", *AFTER), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", _state("invitation_state", "open", "accepted", "withdrawn"), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", _moment(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_host_invitation_email_normal")),
        sa.CheckConstraint(
            "(state = 'accepted') = (accepted_by IS NOT NULL)", name=op.f("ck_host_invitation_accepted")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_host_invitation_settled")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_host_invitation_visit_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_host_invitation_invited_by")),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_host_invitation_accepted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_host_invitation_digest")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_host_invitation_open",
        "host_invitation",
        ["visit_id", "email"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "former_member",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_former_member_visit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_member_person_id")),
        sa.PrimaryKeyConstraint("visit_id", "person_id", name=op.f("pk_former_member")),
    )
    op.create_table(
        "reading_task",
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["choice_id"], ["choice.id"], name=op.f("fk_reading_task_choice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_reading_task_reader_id")),
        sa.PrimaryKeyConstraint("choice_id", "reader_id", name=op.f("pk_reading_task")),
    )
    op.create_index(op.f("ix_reading_task_reader_id"), "reading_task", ["reader_id"])
    op.create_table(
        "conflict_of_interest",
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state", _state("conflict_state", "proposed", "declared", "none", "lifted"), nullable=False
        ),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("answered_at", _moment(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (answered_at IS NULL)", name=op.f("ck_conflict_of_interest_answered")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_conflict_of_interest_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["choice_id"], ["choice.id"], name=op.f("fk_conflict_of_interest_choice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_of_interest_person_id")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_conflict_of_interest_answered_by")
        ),
        sa.PrimaryKeyConstraint("choice_id", "person_id", name=op.f("pk_conflict_of_interest")),
    )
    op.create_index(op.f("ix_conflict_of_interest_person_id"), "conflict_of_interest", ["person_id"])
    _take_over_declared()


def _take_over_declared() -> None:
    """What readers have ticked on their readings so far."""
    op.execute(
        "INSERT INTO conflict_of_interest "
        "(choice_id, person_id, state, signals, reason, answered_at, answered_by) "
        "SELECT choice_id, reviewer_id, 'declared', '[]', '', saved_at, reviewer_id FROM review "
        "WHERE conflict_of_interest"
    )


def downgrade() -> None:
    """Take the database back; experts become reviewers."""
    op.drop_table("conflict_of_interest")
    op.drop_table("reading_task")
    op.drop_table("former_member")
    op.drop_table("host_invitation")
    with op.batch_alter_table("shortlist", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_shortlist_readers_per_choice"), type_="check")
        batch_op.drop_column("readers_per_choice")
    op.execute("UPDATE host_member SET role = 'reviewer' WHERE role = 'expert'")
    _roles(BEFORE)
