"""Surveys. Of an answer only counts and words are kept, and nothing that leads from them to a person.

A ticket says who was asked and whether they have answered, without a time. When the survey closes, its tickets go.
Counts exist from the beginning, and words are kept in the order of their random names, so that no order of writing is
left to read.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.followup.survey.rules import Question, Remark, Side
from peer_visits.storage.base import Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit

LONGEST_REMARK = 1000


class Survey(Identified, Versioned, Base):
    """The survey of one visit."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("opened_at < closes_at", name="closes"),
        Index("ix_survey_due", "closed_at", "closes_at"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"), unique=True)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")


class SurveySide(Base):
    """How many guests or hosts were asked, and how many answered.

    `pool`: the set of small sides it is added up with, once the set holds enough answers.
    """

    __tablename__ = "survey_side"
    __table_args__ = (
        CheckConstraint("answered BETWEEN 0 AND invited", name="answered"),
        CheckConstraint("pool IS NULL OR (pool >= 1 AND answered < 5)", name="pool"),
    )

    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(state_type(Side, "side"), primary_key=True)
    invited: Mapped[int]
    answered: Mapped[int] = mapped_column(default=0)
    pool: Mapped[int | None]


class SurveyTicket(Identified, Base):
    """Somebody who was asked, until the survey closes."""

    __tablename__ = "survey_ticket"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"),)

    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[Side] = mapped_column(state_type(Side, "ticket_side"))
    is_answered: Mapped[bool] = mapped_column(default=False)

    survey: Mapped[Survey] = relationship(lazy="raise_on_sql")


class SurveyTally(Base):
    """How often a value was given to a question."""

    __tablename__ = "survey_tally"
    __table_args__ = (
        CheckConstraint("value BETWEEN 0 AND 5", name="value"),
        CheckConstraint("number >= 0", name="number"),
        {"sqlite_with_rowid": False},
    )

    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(state_type(Side, "tally_side"), primary_key=True)
    question: Mapped[Question] = mapped_column(state_type(Question, "survey_question"), primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class SurveyRemark(Identified, Base):
    """What somebody wrote. Two remarks of one person are not tied to each other."""

    __tablename__ = "survey_remark"
    __table_args__ = (fits("words", LONGEST_REMARK), {"sqlite_with_rowid": False})

    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"), index=True)
    side: Mapped[Side] = mapped_column(state_type(Side, "remark_side"))
    question: Mapped[Remark] = mapped_column(state_type(Remark, "survey_remark_question"))
    words: Mapped[str] = long_text()
