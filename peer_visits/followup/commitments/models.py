"""What somebody wrote at the end of a visit, and every answer about it since."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing
from peer_visits.places.models import Place
from peer_visits.storage.base import Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type

WORDS = 1000
NOTE = 500


class CommitmentSheet(Versioned, Base):
    """That somebody has written, for one place, and who may read it. Its version counts for all that is on it."""

    __tablename__ = "commitment_sheet"

    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    showing: Mapped[Showing] = mapped_column(
        state_type(Showing, "commitment_showing"), default=Showing.HIDDEN
    )
    # When the person last said who may read it: given, or taken back.
    showing_since: Mapped[datetime]
    written_at: Mapped[datetime]

    place: Mapped[Place] = relationship(lazy="raise_on_sql")
    commitments: Mapped[list[Commitment]] = relationship(
        order_by="Commitment.number", back_populates="sheet", lazy="raise_on_sql"
    )


class Commitment(Identified, Versioned, Base):
    """One thing somebody will do. The answer given last stands here; all of them are in `CommitmentAnswer`."""

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("place_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 3", name="number"),
        CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(state = 'promised') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (answered_months IS NULL)", name="answered_months"),
        Index("ix_commitment_state", "state"),
        fits("learnt", WORDS),
        fits("will_do", WORDS),
    )

    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("commitment_sheet.place_id"))
    number: Mapped[int]
    learnt: Mapped[str] = long_text(default="")
    will_do: Mapped[str] = long_text()
    state: Mapped[CommitmentState] = mapped_column(
        state_type(CommitmentState, "commitment_state"), default=CommitmentState.PROMISED
    )
    reason: Mapped[DropReason | None] = mapped_column(state_type(DropReason, "commitment_reason"))
    answered_at: Mapped[datetime | None]
    # The ask the last answer counts for: 0, 3 or 6 months after the visit.
    answered_months: Mapped[int | None]

    sheet: Mapped[CommitmentSheet] = relationship(back_populates="commitments", lazy="raise_on_sql")
    answers: Mapped[list[CommitmentAnswer]] = relationship(
        order_by="CommitmentAnswer.number", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class CommitmentAnswer(Base):
    """What was said of a commitment at one time. Nothing changes it."""

    __tablename__ = "commitment_answer"
    __table_args__ = (
        CheckConstraint("state <> 'promised'", name="said"),
        CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("months >= 0", name="months"),
    )

    commitment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("commitment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    months: Mapped[int]
    state: Mapped[CommitmentState] = mapped_column(state_type(CommitmentState, "commitment_answer_state"))
    reason: Mapped[DropReason | None] = mapped_column(state_type(DropReason, "commitment_answer_reason"))
    note: Mapped[str] = mapped_column(String(NOTE), default="")
