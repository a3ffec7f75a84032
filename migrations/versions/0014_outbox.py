"""the outbox: what holds a mail and why, claims, what a mail was rendered from; bounces, the switch, leaving"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

HELD_FOR = sa.Enum(
    "review",
    "switch",
    "address",
    name="message_held_for",
    native_enum=False,
    create_constraint=True,
    length=20,
)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, peer_visits.storage.types.Moment(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Take the database up to this revision."""
    with op.batch_alter_table("message", schema=None) as batch:
        for column in (
            sa.Column("visit_id", sa.Uuid(), nullable=True),
            sa.Column("copy_of", sa.Uuid(), nullable=True),
            sa.Column("language", sa.String(length=8), server_default="en", nullable=False),
            sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
            sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
            _moment("edited_at"),
            sa.Column("edited_by", sa.Uuid(), nullable=True),
            sa.Column("held_for", HELD_FOR, nullable=True),
            sa.Column("why", sa.String(length=500), server_default="", nullable=False),
            _moment("not_after"),
            sa.Column("claim_id", sa.Uuid(), nullable=True),
        ):
            batch.add_column(column)
    op.execute("UPDATE message SET held_for = 'review' WHERE state = 'held'")
    # What a worker holds now is taken back; it may have left.
    op.execute(
        "UPDATE message SET state = 'queued', lease_until = NULL, "
        "may_be_twice = (may_be_twice OR handed_over_at IS NOT NULL), handed_over_at = NULL "
        "WHERE state = 'sending'"
    )
    op.execute(
        "UPDATE message SET visit_id = (SELECT visit_id FROM place WHERE place.id = message.about_id) "
        "WHERE about_kind = 'place'"
    )
    with op.batch_alter_table("message", schema=None) as batch:
        for name in ("language", "revision", "why"):
            batch.alter_column(name, server_default=None)
        batch.create_check_constraint(
            op.f("ck_message_claimed"), "(state = 'sending') = (claim_id IS NOT NULL)"
        )
        batch.create_check_constraint(op.f("ck_message_held"), "(state = 'held') = (held_for IS NOT NULL)")
        batch.create_foreign_key(op.f("fk_message_visit_id"), "visit", ["visit_id"], ["id"])
        batch.create_foreign_key(op.f("fk_message_copy_of"), "message", ["copy_of"], ["id"])
        batch.create_foreign_key(op.f("fk_message_edited_by"), "person", ["edited_by"], ["id"])
        batch.create_index("ix_message_visit", ["visit_id", "created_at"])
        batch.create_index("ix_message_address", ["to_address", "state"])
        batch.create_index("ix_message_handed_over", ["handed_over_at"])
    op.create_table(
        "mail_hold",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_mail_hold_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mail_hold_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_mail_hold")),
    )
    op.create_table(
        "bounced_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        _moment("at", nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_address")),
    )
    op.create_table(
        "unsubscription",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        _moment("at", nullable=False),
        sa.PrimaryKeyConstraint("address", "topic", name=op.f("pk_unsubscription")),
    )


def downgrade() -> None:
    """Take the database back."""
    for table in ("unsubscription", "bounced_address", "mail_hold"):
        op.drop_table(table)
    op.execute(
        "UPDATE message SET state = 'queued', lease_until = NULL, claim_id = NULL WHERE state = 'sending'"
    )
    with op.batch_alter_table("message", schema=None) as batch:
        for index in ("ix_message_handed_over", "ix_message_address", "ix_message_visit"):
            batch.drop_index(index)
        for name in ("fk_message_edited_by", "fk_message_copy_of", "fk_message_visit_id"):
            batch.drop_constraint(name, type_="foreignkey")
        for name in ("ck_message_held", "ck_message_claimed", "ck_message_message_held_for"):
            batch.drop_constraint(op.f(name), type_="check")
        for column in (
            "claim_id",
            "not_after",
            "why",
            "held_for",
            "edited_by",
            "edited_at",
            "revision",
            "data",
            "language",
            "copy_of",
            "visit_id",
        ):
            batch.drop_column(column)
