"""what calls keep how long, what was forgotten, consents, and who was erased"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_MONTHS = ("draft_months", "withdrawn_months", "refused_months", "placed_months")


def upgrade() -> None:
    """Take the database up to this revision: no call has a limit yet, nothing is forgotten, nobody consented."""
    op.create_table(
        "call_retention",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _MONTHS),
        sa.Column("takes_accounts", sa.Boolean(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("held_for", sa.String(length=300), nullable=False),
        sa.Column("changed_at", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 1 AND 240", name=op.f(f"ck_call_retention_{name}"))
            for name in _MONTHS
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_retention_call_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_call_retention_changed_by")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_retention")),
    )
    op.create_table(
        "forgotten_application",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("at", peer_visits.storage.types.Moment(), nullable=False),
        sa.Column("with_person", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_forgotten_application_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_forgotten_application")),
    )
    op.create_table(
        "consent_line",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("at", peer_visits.storage.types.Moment(), nullable=False),
        sa.CheckConstraint("length(words) <= 4000", name=op.f("ck_consent_line_words_length")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_line_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_line")),
    )
    op.create_index("ix_consent_line_about", "consent_line", ["about_kind", "about_id"])
    op.create_index(op.f("ix_consent_line_person_id"), "consent_line", ["person_id"])
    op.create_table(
        "erased_person",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", peer_visits.storage.types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_person")),
    )


def downgrade() -> None:
    """Take the database back to the revision before: limits, consents and the list of the erased are gone."""
    for table in ("erased_person", "consent_line", "forgotten_application", "call_retention"):
        op.drop_table(table)
