"""Sections and questions of a call, and the wordings a question had before."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base, Identified, Versioned


class Section(Identified, Versioned, Base):
    """A part of the form, with its title and a word before it in each language of the call."""

    __tablename__ = "section"
    __table_args__ = (
        Index("ix_section_call_position", "call_id", "position"),
        CheckConstraint("position >= 1", name="position"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    titles: Mapped[dict[str, Any]]
    intros: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Question(Identified, Versioned, Base):
    """A question as it is asked now. `origin_id` ties it to the question it was cloned from."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_section_position", "section_id", "position"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("number >= 1", name="number"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), index=True)
    section_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("section.id"))
    position: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    definition: Mapped[dict[str, Any]]
    origin_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    # No longer asked; answers given before are still shown.
    retired_at: Mapped[datetime | None]
    answers_forgotten_at: Mapped[datetime | None]


class QuestionWording(Base):
    """How a question was put before it was changed, for the answers given to it then."""

    __tablename__ = "question_wording"

    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("question.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any]]
    replaced_at: Mapped[datetime]
