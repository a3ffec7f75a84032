"""Sessions of a visit and the numbered releases in which they were published."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peer_visits.agenda.states import SessionKind
from peer_visits.storage.base import Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type
from peer_visits.visits.models import Visit


class AgendaSession(Identified, Versioned, Base):
    """One session. The wall time in the visit's zone is the promise, the moments are derived."""

    __tablename__ = "agenda_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        Index("ix_agenda_session_visit", "visit_id", "starts_at"),
        fits("text"),
    )

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    kind: Mapped[SessionKind] = mapped_column(state_type(SessionKind, "session_kind"))
    title: Mapped[str]
    text: Mapped[str] = long_text(default="")
    starts_wall: Mapped[str] = mapped_column(String(19))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(default="")
    speaker: Mapped[str] = mapped_column(default="")
    online_link: Mapped[str] = mapped_column(String(500), default="")
    sequence: Mapped[int] = mapped_column(default=0)

    visit: Mapped[Visit] = relationship(lazy="raise_on_sql")


class AgendaRelease(Identified, Base):
    """What was published, whole, as it was: earlier releases stay readable."""

    __tablename__ = "agenda_release"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    content: Mapped[dict[str, Any]]
