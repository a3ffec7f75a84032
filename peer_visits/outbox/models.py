"""The outbox: one mail to one person, as a row."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.outbox.states import MessageState
from peer_visits.storage.base import ADDRESS, Base, Identified
from peer_visits.storage.types import state_type


class Message(Identified, Base):
    """A rendered mail. `key` is unique: the same reason can never make two mails."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="sending"),
        Index("ix_message_due", "state", "not_before", "created_at"),
        Index("ix_message_about", "about_kind", "about_id"),
        Index("ix_message_person", "person_id", "created_at"),
        Index("ix_message_programme", "programme_id", "state", "created_at"),
    )

    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("programme.id"))
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[uuid.UUID]
    to_name: Mapped[str]
    to_address: Mapped[str] = mapped_column(String(ADDRESS))
    reply_to: Mapped[str] = mapped_column(String(ADDRESS), default="")
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    state: Mapped[MessageState] = mapped_column(
        state_type(MessageState, "message_state"), default=MessageState.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    may_be_twice: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
