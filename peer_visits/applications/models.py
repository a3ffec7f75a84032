"""Applications and their ranked choices."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.accounts.models import Person
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.storage.base import Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit

MOTIVATION = 2000


class Application(Identified, Versioned, Base):
    """What one person sends to one call."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id"),
        CheckConstraint("state <> 'submitted' OR submitted_at IS NOT NULL", name="submitted"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        Index("ix_application_call_state_submitted", "call_id", "state", "submitted_at", "id"),
        Index("ix_application_call_submitted", "call_id", "submitted_at", "id"),
        fits("brings"),
        fits("wants"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(
        state_type(ApplicationState, "application_state"), default=ApplicationState.DRAFT
    )
    brings: Mapped[str] = long_text(default="")
    wants: Mapped[str] = long_text(default="")
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    choices: Mapped[list[Choice]] = relationship(
        order_by="Choice.rank",
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        back_populates="application",
    )


class Choice(Identified, Base):
    """One visit an applicant wants, with its rank (1 is the first wish) and why."""

    __tablename__ = "choice"
    __table_args__ = (
        UniqueConstraint("application_id", "visit_id"),
        CheckConstraint("rank BETWEEN 1 AND 20", name="rank"),
        Index("ix_choice_visit_sent", "visit_id", "is_sent", "rank", "is_read", "id"),
        fits("motivation", MOTIVATION),
    )

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    rank: Mapped[int]
    # Kept equal to "its application is sent", so that a visit's choices are counted from the index alone.
    is_sent: Mapped[bool] = mapped_column(default=False)
    # Somebody of the host team has read it; counted in the same way.
    is_read: Mapped[bool] = mapped_column(default=False)
    motivation: Mapped[str] = long_text(default="")

    application: Mapped[Application] = relationship(lazy="raise_on_sql", back_populates="choices")
    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")
