"""Whether a mail that has not left is still true. Each kind's room says so, looking at what is true now.

The rooms are above this one: `wiring` puts their reasons into the transaction.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.composing import compose
from peer_visits.outbox.models import Message
from peer_visits.outbox.packing import pack, unpack
from peer_visits.outbox.recipients import Recipient
from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.states import MESSAGE, WAITING, MessageCommand, MessageState
from peer_visits.outbox.unsubscribing import unsubscribe_url
from peer_visits.storage.base import Base
from peer_visits.storage.steps import update_one

Data = dict[str, Any]


@dataclass(frozen=True)
class Reason:
    """Why a kind of mail is sent.

    `gone` gives the sentence for people when the reason no longer holds, else None. `refresh` gives what the mail
    would be rendered from now, beginning with what it was rendered from; without it a mail stays as it was written.
    """

    gone: Callable[[Session, Message, datetime], Phrase | None]
    refresh: Callable[[Session, Message, Data], Data] | None = None


Reasons = Mapping[str, Reason]
_KIND_OF_COPY = "mail.again"
# What mails name beside the record they are about: table and column.
_RECORDS = (("person", "person_id"), ("visit", "visit_id"), ("call", "call_id"))


def why_gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    """Why this mail should not leave any more; None while its reason holds."""
    if message.not_after and message.not_after < now:
        return phrase("It would have come too late.")
    reason = _reason_of(session, message)
    return reason.gone(session, message, now) if reason else None


def _reason_of(session: Session, message: Message) -> Reason | None:
    reasons: Reasons = session.info.get("mail_reasons", {})
    if message.kind == _KIND_OF_COPY and message.copy_of:
        return reasons.get(session.get_one(Message, message.copy_of).kind)
    return reasons.get(message.kind)


def load_records(session: Session, messages: Iterable[Message]) -> list[object]:
    """Read what judging these mails looks up one by one: a statement for each table. Keep it while they are judged."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for message in messages:
        if _reason_of(session, message):
            wanted[message.about_kind].add(message.about_id)
            for table, column in _RECORDS:
                wanted[table].add(getattr(message, column))
    models = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    return [
        record
        for table, ids in wanted.items()
        if table in models and (known := ids - {None})
        for record in session.scalars(select(models[table]).where(_key_of(models[table]).in_(known)))
    ]


def keep_true(session: Session, message: Message, now: datetime) -> bool:
    """Judge a mail at the last moment: withdraw it, or write it anew if it reads differently. Whether it may leave."""
    if withdraw_if_gone(session, message, now):
        return False
    render_if_changed(session, message)
    return True


def withdraw_if_gone(session: Session, message: Message, now: datetime) -> bool:
    """Withdraw a mail whose reason is gone, noting why; whether it was."""
    reason = why_gone(session, message, now)
    if reason is None:
        return False
    update_one(
        session,
        Message,
        Message.id == message.id,
        Message.state == message.state,
        Message.handed_over_at.is_(None),
        state=MESSAGE.step(message.state, MessageCommand.WITHDRAW),
        held_for=None,
        lease_until=None,
        claim_id=None,
        why=str(reason)[:500],
    )
    return True


def render_if_changed(session: Session, message: Message) -> bool:
    """Render a mail again whose data, or reader, changed since; whether it was. What people edited stays."""
    reason = _reason_of(session, message)
    if message.data is None or message.edited_at or reason is None or reason.refresh is None:
        return False
    return _render_with(session, message, reason.refresh(session, message, unpack(message.data)))


def render_again(session: Session, message: Message) -> bool:
    """Render a waiting mail with the words that count now; whether it reads differently. What people edited stays."""
    if message.data is None or message.edited_at:
        return False
    reason, data = _reason_of(session, message), unpack(message.data)
    fresh = reason.refresh(session, message, data) if reason and reason.refresh else data
    before = (message.subject, message.text)
    return _render_with(session, message, fresh, always=True) and before != (message.subject, message.text)


def _render_with(session: Session, message: Message, data: Data, *, always: bool = False) -> bool:
    person: Recipient | None = session.info["mail_person"](session, message.person_id)
    if person is None:
        return False
    packed = pack(data)
    reader = (person.name, person.email, person.language)
    told = (message.to_name, message.to_address, message.language)
    if packed == message.data and reader == told and not always:
        return False
    _render(session, message, person, data)
    message.data = packed
    return True


def _render(session: Session, message: Message, person: Recipient, data: Data) -> None:
    settings: MailSettings = session.info["mail"]
    leave_url = unsubscribe_url(settings, message.kind, message.id)
    rendered = compose(
        session,
        message.kind,
        person,
        data,
        programme_id=message.programme_id,
        call_id=message.call_id,
        leave_url=leave_url,
    )
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html
    message.to_name, message.to_address, message.language = person.name, person.email, person.language
    message.revision += 1


def tend(session: Session, message: Message, now: datetime) -> bool:
    """Look after one mail that has not left: withdraw it, or render it again. Whether anything changed."""
    if message.state not in WAITING and message.state is not MessageState.SENDING:
        return False
    return withdraw_if_gone(session, message, now) or render_if_changed(session, message)


def superseded(session: Session, message: Message, _now: datetime) -> Phrase | None:
    """The sentence of a mail after which the same person was written the same sort of mail about the same record."""
    later = select(Message.id).where(
        Message.kind == message.kind,
        Message.about_kind == message.about_kind,
        Message.about_id == message.about_id,
        Message.person_id == message.person_id,
        Message.created_at > message.created_at,
        Message.state != MessageState.WITHDRAWN,
    )
    return phrase("A newer mail takes its place.") if session.scalar(later.limit(1)) else None


def _key_of(model: Any) -> Any:
    """The column that a record is known by; not every model calls it `id`."""
    return inspect(model).primary_key[0]
