"""Posting mail: a row in the same transaction as what it tells. Nothing is sent here."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.audit.services import Subject
from peer_visits.kernel.ids import new_id
from peer_visits.outbox.composing import compose
from peer_visits.outbox.gates import UNSUBSCRIBED, WAKE, WHY, gate_of, has_unsubscribed, trust_address
from peer_visits.outbox.models import Message
from peer_visits.outbox.packing import CannotPack, pack
from peer_visits.outbox.recipients import Recipient, TestRecipient
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.states import HeldFor, MessageCommand, MessageState, states_for
from peer_visits.outbox.unsubscribing import unsubscribe_url
from peer_visits.storage.personal import NOWHERE
from peer_visits.storage.steps import update_if, update_one

ERASED_SINCE = "Whoever it was for has erased their data."


@dataclass(frozen=True)
class Mail:
    """One mail to one person. `about` and `version` make it unique among mails of its kind.

    `visit_id` puts it under a visit in the outbox; `call_id` is the call whose own words it gets.
    After `not_after` it is withdrawn instead of coming too late.
    `comes_back`: it may be withdrawn and become true again under the same key; then its row is written anew.
    """

    kind: str
    to: Recipient
    about: Subject
    version: int | str = 1
    programme_id: uuid.UUID | None = None
    call_id: uuid.UUID | None = None
    visit_id: uuid.UUID | None = None
    group_id: uuid.UUID | None = None
    address: str | None = None
    reply_to: str = ""
    calendar: str | None = None
    held: bool = False
    comes_back: bool = False
    not_after: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def at_version(self, version: int | str) -> Mail:
        """The same mail, unique by another version than its record's."""
        return replace(self, version=version)

    @property
    def key(self) -> str:
        """The unique key of this mail: the same reason never makes two."""
        parts = (self.kind, self.about.__tablename__, self.about.id, self.version, self.to.id, self.address)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def post(
    session: Session,
    mail: Mail,
    *,
    now: datetime,
    hold: bool = False,
    not_before: datetime | None = None,
) -> Message:
    """Render the mail and add its row. A second one with the same key breaks the transaction (Stale).

    `hold` keeps it back until an organiser lets it go. `not_before` is the end of a time of grace: the mail waits
    until then, where people can see, hold or withdraw it, and if its reason goes meanwhile (`withdraw_messages`, or
    the kind's `Reason`) nobody ever gets it.
    """
    message = _withdrawn(session, mail) or _new(session, mail, now)
    _write(session, message, mail)
    message.state, message.held_for, message.why = _begin(session, mail, hold=hold)
    message.not_before, message.created_at = max(now, not_before or now), now
    session.add(message)
    session.info[WAKE] = True
    return message


def _withdrawn(session: Session, mail: Mail) -> Message | None:
    if not mail.comes_back:
        return None
    return session.scalar(
        select(Message).where(Message.key == mail.key, Message.state == MessageState.WITHDRAWN)
    )


def _new(session: Session, mail: Mail, now: datetime) -> Message:
    settings: MailSettings = session.info["mail"]
    identity = new_id()
    return Message(
        id=identity,
        key=mail.key,
        kind=mail.kind,
        message_id=f"<{identity.hex}@{settings.domain}>",
        person_id=mail.to.id,
        programme_id=mail.programme_id,
        call_id=mail.call_id,
        visit_id=mail.visit_id,
        group_id=mail.group_id,
        about_kind=mail.about.__tablename__,
        about_id=mail.about.id,
        not_after=mail.not_after,
        reply_to=mail.reply_to,
        created_at=now,
        revision=0,
    )


def _write(session: Session, message: Message, mail: Mail) -> None:
    settings: MailSettings = session.info["mail"]
    leave_url = unsubscribe_url(settings, mail.kind, message.id)
    rendered = compose(
        session,
        mail.kind,
        mail.to,
        mail.data,
        programme_id=mail.programme_id,
        call_id=mail.call_id,
        leave_url=leave_url,
    )
    message.to_name, message.to_address = mail.to.name, mail.address or mail.to.email
    message.language = mail.to.language
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html
    message.calendar = mail.calendar
    message.data = _data(mail)
    message.revision += 1


def _data(mail: Mail) -> dict[str, Any] | None:
    if mail.address or mail.programme_id is None:
        return None  # a link that proves an address belongs to nobody but the mail
    try:
        return dict(pack(mail.data))
    except CannotPack:
        return None


def _begin(session: Session, mail: Mail, *, hold: bool) -> tuple[MessageState, HeldFor | None, str]:
    """The first state of a mail, what holds it, and the sentence that says so."""
    address = mail.address or mail.to.email
    if address.endswith(NOWHERE):
        return MessageState.WITHDRAWN, None, ERASED_SINCE
    if has_unsubscribed(session, mail.kind, address):
        return MessageState.WITHDRAWN, None, UNSUBSCRIBED
    gate = HeldFor.REVIEW if hold or mail.held else gate_of(session, mail.kind, address, mail.programme_id)
    return (MessageState.HELD, gate, WHY[gate]) if gate else (MessageState.QUEUED, None, "")


def is_posted(session: Session, mail: Mail) -> bool:
    """Whether this mail, for this reason, was posted before."""
    return session.scalar(select(Message.id).where(Message.key == mail.key)) is not None


def withdraw_messages(
    session: Session,
    about: Subject,
    *,
    kind: str | None = None,
    why: str = "What it tells is no longer true.",
) -> int:
    """Withdraw what has not left yet about a record whose reason is gone; returns how many."""
    expected = [
        Message.about_kind == about.__tablename__,
        Message.about_id == about.id,
        Message.state.in_(states_for(MessageCommand.WITHDRAW)),
        # A worker marks a mail before it hands it over. What is marked may have left.
        (Message.state != MessageState.SENDING) | Message.handed_over_at.is_(None),
    ]
    if kind:
        expected.append(Message.kind == kind)
    return update_if(
        session,
        Message,
        *expected,
        state=MessageState.WITHDRAWN,
        held_for=None,
        lease_until=None,
        claim_id=None,
        why=why,
    )


def send_again(session: Session, message: Message, *, now: datetime) -> None:
    """Queue a failed message once more, under the same Message-ID. Raises Stale if it is not failed.

    Somebody decides to try the address again, so a flag on it is lifted.
    """
    update_one(
        session,
        Message,
        Message.id == message.id,
        Message.state == MessageState.FAILED,
        state=MessageState.QUEUED,
        not_before=now,
        attempts=0,
        handed_over_at=None,
        last_error="",
    )
    trust_address(session, message.to_address)
    session.info[WAKE] = True


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
