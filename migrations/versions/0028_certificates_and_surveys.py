"""certificates of attendance, and surveys that keep no answer with a person"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import peer_visits.storage.types

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = peer_visits.storage.types.Moment
SIDES = ("guest", "host")
QUESTIONS = ("promise", "learning", "group", "exchange", "organisation", "again")


def words(*values: str, name: str) -> sa.Enum:
    """A state as text with its CHECK."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Take the database up to this revision: nobody was certified or asked anything yet."""
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("state", words("issued", "withdrawn", name="certificate_state"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("town", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("programme", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("held_minutes", sa.Integer(), nullable=False),
        sa.Column("issued_at", MOMENT(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", MOMENT(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_certificate_withdrawn")
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND held_minutes", name=op.f("ck_certificate_minutes")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_certificate_dates")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_certificate_place_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_certificate_issued_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_certificate_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
    )
    op.create_index("ix_certificate_place_id", "certificate", ["place_id"])
    op.create_index(
        "uq_certificate_issued",
        "certificate",
        ["place_id"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "certificate_rule",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_certificate_rule_share")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_certificate_rule_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_certificate_rule")),
    )
    op.create_table(
        "survey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT(), nullable=False),
        sa.Column("closes_at", MOMENT(), nullable=False),
        sa.Column("closed_at", MOMENT(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("opened_at < closes_at", name=op.f("ck_survey_closes")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_survey_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_survey_visit_id")),
    )
    op.create_index("ix_survey_due", "survey", ["closed_at", "closes_at"])
    op.create_table(
        "survey_side",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("side", words(*SIDES, name="side"), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=True),
        sa.CheckConstraint("answered BETWEEN 0 AND invited", name=op.f("ck_survey_side_answered")),
        sa.CheckConstraint("pool IS NULL OR (pool >= 1 AND answered < 5)", name=op.f("ck_survey_side_pool")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_side_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "side", name=op.f("pk_survey_side")),
    )
    op.create_table(
        "survey_ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("side", words(*SIDES, name="ticket_side"), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_ticket_survey_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_survey_ticket_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_ticket")),
        sa.UniqueConstraint("survey_id", "person_id", name=op.f("uq_survey_ticket_survey_id_person_id")),
    )
    op.create_index(op.f("ix_survey_ticket_person_id"), "survey_ticket", ["person_id"])
    # Without row numbers: the order of writing would tell whose answer is whose.
    op.create_table(
        "survey_tally",
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("side", words(*SIDES, name="tally_side"), nullable=False),
        sa.Column("question", words(*QUESTIONS, name="survey_question"), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("value BETWEEN 0 AND 5", name=op.f("ck_survey_tally_value")),
        sa.CheckConstraint("number >= 0", name=op.f("ck_survey_tally_number")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_tally_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "side", "question", "value", name=op.f("pk_survey_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_remark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("side", words(*SIDES, name="remark_side"), nullable=False),
        sa.Column("question", words("useful", "better", name="survey_remark_question"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("length(words) <= 1000", name=op.f("ck_survey_remark_words_length")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_remark_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_remark")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_remark_survey_id"), "survey_remark", ["survey_id"])


def downgrade() -> None:
    """Take the database back to the revision before: certificates and surveys are gone."""
    for name in (
        "survey_remark",
        "survey_tally",
        "survey_ticket",
        "survey_side",
        "survey",
        "certificate_rule",
        "certificate",
    ):
        op.drop_table(name)
