"""reports written here: sections with all their texts, comments on them; due dates set by hand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from peer_visits.storage.types import Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FLAGS = ("is_due_set", "is_written")
PERSON = ["person.id"]


def upgrade() -> None:
    """Take the database up to this revision: every report so far was uploaded, and its date follows the visit."""
    with op.batch_alter_table("analytical_document", schema=None) as batch:
        for name in FLAGS:
            batch.add_column(sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("analytical_document", schema=None) as batch:
        for name in FLAGS:
            batch.alter_column(name, existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "document_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offered", sa.String(length=20), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["analytical_document.id"], name=op.f("fk_document_section_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_section")),
    )
    op.create_index("ix_document_section_document_id", "document_section", ["document_id", "position"])
    op.create_table(
        "document_section_text",
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_document_section_text_number")),
        sa.CheckConstraint("length(text) <= 20000", name=op.f("ck_document_section_text_text_length")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["document_section.id"], name=op.f("fk_document_section_text_section_id")
        ),
        sa.ForeignKeyConstraint(["saved_by"], PERSON, name=op.f("fk_document_section_text_saved_by")),
        sa.PrimaryKeyConstraint("section_id", "number", name=op.f("pk_document_section_text")),
    )
    op.create_index(op.f("ix_document_section_text_saved_by"), "document_section_text", ["saved_by"])
    op.create_table(
        "document_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("on_version", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open", "answered", name="comment_state", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", Moment(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(section_id IS NULL) = (on_version IS NULL)", name=op.f("ck_document_comment_on_version")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)", name=op.f("ck_document_comment_answered")
        ),
        sa.CheckConstraint("length(text) <= 2000", name=op.f("ck_document_comment_text_length")),
        sa.CheckConstraint("length(answer) <= 2000", name=op.f("ck_document_comment_answer_length")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["analytical_document.id"], name=op.f("fk_document_comment_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id", "on_version"],
            ["document_section_text.section_id", "document_section_text.number"],
            name=op.f("fk_document_comment_section_id_on_version"),
        ),
        sa.ForeignKeyConstraint(["said_by"], PERSON, name=op.f("fk_document_comment_said_by")),
        sa.ForeignKeyConstraint(["answered_by"], PERSON, name=op.f("fk_document_comment_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_comment")),
    )
    op.create_index("ix_document_comment_document_id", "document_comment", ["document_id", "state"])
    for name in ("said_by", "answered_by"):
        op.create_index(op.f(f"ix_document_comment_{name}"), "document_comment", [name])


def downgrade() -> None:
    """Take the database back to the revision before: what was written here is gone."""
    for table in ("document_comment", "document_section_text", "document_section"):
        op.drop_table(table)
    with op.batch_alter_table("analytical_document", schema=None) as batch:
        for name in reversed(FLAGS):
            batch.drop_column(name)
