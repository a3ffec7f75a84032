"""The secret address of a person's calendar: kept as a digest, so that nobody can read it out of the database."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.storage.base import Base


class CalendarFeed(Base):
    """One for each person. A new address ends the one before; without the row there is none."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
