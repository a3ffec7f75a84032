"""Posting mail: a row in the same transaction as what it tells. Nothing is sent here."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.audit.services import Subject
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.models import Message
from peer_visits.outbox.rendering import MailSettings, render_mail
from peer_visits.outbox.states import MessageState
from peer_visits.storage.steps import update_if, update_one


class Recipient(Protocol):
    """A person, as far as mail needs to know."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def email(self) -> Any: ...
    @property
    def language(self) -> Any: ...
    @property
    def time_zone(self) -> Any: ...


@dataclass(frozen=True)
class Mail:
    """One mail to one person. `about` and `version` make it unique among mails of its kind."""

    kind: str
    to: Recipient
    about: Subject
    version: int | str = 1
    programme_id: uuid.UUID | None = None
    address: str | None = None
    reply_to: str = ""
    calendar: str | None = None
    held: bool = False
    data: dict[str, Any] = field(default_factory=dict)

    def at_version(self, version: int | str) -> Mail:
        """The same mail, unique by another version than its record's."""
        return replace(self, version=version)

    @property
    def key(self) -> str:
        """The unique key of this mail: the same reason never makes two."""
        parts = (self.kind, self.about.__tablename__, self.about.id, self.version, self.to.id, self.address)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def post(session: Session, mail: Mail, *, now: datetime) -> Message:
    """Render the mail and add its row. A second one with the same key breaks the transaction (Stale)."""
    settings: MailSettings = session.info["mail"]
    rendered = render_mail(mail.kind, settings, language=mail.to.language, person=mail.to, **mail.data)
    identity = new_id()
    message = Message(
        id=identity,
        key=mail.key,
        kind=mail.kind,
        message_id=f"<{identity.hex}@{settings.domain}>",
        person_id=mail.to.id,
        programme_id=mail.programme_id,
        about_kind=mail.about.__tablename__,
        about_id=mail.about.id,
        to_name=mail.to.name,
        to_address=mail.address or mail.to.email,
        reply_to=mail.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        calendar=mail.calendar,
        state=MessageState.HELD if mail.held else MessageState.QUEUED,
        not_before=now,
        created_at=now,
    )
    session.add(message)
    return message


def is_posted(session: Session, mail: Mail) -> bool:
    """Whether this mail, for this reason, was posted before."""
    return session.scalar(select(Message.id).where(Message.key == mail.key)) is not None


def withdraw_messages(session: Session, about: Subject, *, kind: str | None = None) -> int:
    """Withdraw what has not left yet about a record whose reason is gone; returns how many."""
    expected = [
        Message.about_kind == about.__tablename__,
        Message.about_id == about.id,
        Message.state.in_((MessageState.HELD, MessageState.QUEUED)),
    ]
    if kind:
        expected.append(Message.kind == kind)
    return update_if(session, Message, *expected, state=MessageState.WITHDRAWN)


def send_again(session: Session, message: Message, *, now: datetime) -> None:
    """Queue a failed message once more, under the same Message-ID. Raises Stale if it is not failed."""
    update_one(
        session,
        Message,
        Message.id == message.id,
        Message.state == MessageState.FAILED,
        state=MessageState.QUEUED,
        not_before=now,
        attempts=0,
        last_error="",
    )


@dataclass(frozen=True)
class TestRecipient:
    """Whoever gets a test message: an address without an account."""

    email: str
    id: None = None
    name: str = "Test"
    language: str = "en"
    time_zone: str = "Europe/Brussels"


@dataclass(frozen=True)
class TestBatch:
    """What a test message is about: the batch it came with."""

    id: uuid.UUID
    __tablename__: str = "test_batch"


def post_test_messages(session: Session, *, address: str, count: int, now: datetime) -> None:
    """Queue `count` numbered test messages to one address."""
    recipient, batch = TestRecipient(address), TestBatch(new_id())
    for number in range(1, count + 1):
        post(
            session,
            Mail(
                kind="test.message",
                to=recipient,
                about=batch,
                version=number,
                data={"number": number, "count": count},
            ),
            now=now,
        )
