"""The outbox: one mail to one person, as a row; and what keeps mail back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from peer_visits.outbox.states import HeldFor, MessageState
from peer_visits.storage.base import ADDRESS, LONG_TEXT, Base, Identified, Versioned, fits, long_text
from peer_visits.storage.types import state_type


class Message(Identified, Base):
    """A rendered mail. `key` is unique: the same reason can never make two mails.

    `data` is what it was rendered from, kept for mail of programmes, which is rendered again when data or words change.
    `claim_id` names the worker's batch: a worker whose lease ended cannot settle what another one took over.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="sending"),
        CheckConstraint("(state = 'sending') = (claim_id IS NOT NULL)", name="claimed"),
        CheckConstraint("(state = 'held') = (held_for IS NOT NULL)", name="held"),
        Index("ix_message_due", "state", "not_before", "created_at"),
        Index("ix_message_about", "about_kind", "about_id"),
        Index("ix_message_person", "person_id", "created_at"),
        Index("ix_message_programme", "programme_id", "state", "created_at"),
        Index("ix_message_visit", "visit_id", "created_at"),
        Index("ix_message_address", "to_address", "state"),
        Index("ix_message_group", "group_id", "state"),
        Index("ix_message_handed_over", "handed_over_at"),
    )

    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("programme.id"))
    call_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("call.id"))
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit.id"))
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[uuid.UUID]
    copy_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id"))
    # The group mail it belongs to; the files enclosed with that go along.
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group_mail.id"))
    to_name: Mapped[str]
    to_address: Mapped[str] = mapped_column(String(ADDRESS))
    reply_to: Mapped[str] = mapped_column(String(ADDRESS), default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    edited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[MessageState] = mapped_column(
        state_type(MessageState, "message_state"), default=MessageState.QUEUED
    )
    held_for: Mapped[HeldFor | None] = mapped_column(state_type(HeldFor, "message_held_for"))
    why: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    claim_id: Mapped[uuid.UUID | None]
    handed_over_at: Mapped[datetime | None]
    may_be_twice: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Enclosure(Base):
    """A file that goes with every mail of a group."""

    __tablename__ = "enclosure"

    group_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("group_mail.id", ondelete="CASCADE"), primary_key=True
    )
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)
    position: Mapped[int]


class MailHold(Base):
    """The switch of a programme: while the row exists, none of its mail leaves."""

    __tablename__ = "mail_hold"

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class BouncedAddress(Base):
    """An address that could not be delivered to. Mail to it waits until it is confirmed again."""

    __tablename__ = "bounced_address"

    address: Mapped[str] = mapped_column(String(ADDRESS), primary_key=True)
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(500), default="")


class Unsubscription(Base):
    """Somebody wants no more of what is not essential: one row for each address and topic."""

    __tablename__ = "unsubscription"

    address: Mapped[str] = mapped_column(String(ADDRESS), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


_OF_PROGRAMME = text("call_id IS NULL")


class MailWords(Identified, Versioned, Base):
    """Own words of a programme, or of one of its calls, for one text of mail in one language."""

    __tablename__ = "mail_words"
    __table_args__ = (
        UniqueConstraint("call_id", "name", "language"),
        # Without a call the constraint above says nothing: NULL equals nothing.
        Index(
            "uq_mail_words_of_programme",
            "programme_id",
            "name",
            "language",
            unique=True,
            sqlite_where=_OF_PROGRAMME,
            postgresql_where=_OF_PROGRAMME,
        ),
        fits("body", LONG_TEXT),
    )

    programme_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("programme.id"))
    call_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("call.id"))
    name: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(250))
    body: Mapped[str] = long_text()
    changed_at: Mapped[datetime]
    changed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class ReminderSetting(Base):
    """What a call has decided about one reminder; without a row it comes as it is."""

    __tablename__ = "reminder_setting"
    __table_args__ = (
        CheckConstraint("hours BETWEEN -2160 AND 2160", name="hours"),
        CheckConstraint("late_hours BETWEEN 1 AND 2160", name="late_hours"),
    )

    call_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("call.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    hours: Mapped[int]
    late_hours: Mapped[int]
    is_on: Mapped[bool] = mapped_column(default=True)
