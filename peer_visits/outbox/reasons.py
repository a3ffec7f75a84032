"""Whether a mail that has not left is still true. Each kind's room says so, looking at what is true now.

The rooms are above this one: `wiring` puts their reasons into the transaction.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, inspect, select
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
_RECORDS = (("visit", "visit_id"), ("call", "call_id"))
# Whom the mails of a handful go to, read once for the transaction that judges them.
READERS = "mail_readers"


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
    wanted: dict[str, set[uuid.UUID | None]] = defaultdict(set)
    readers: set[uuid.UUID | None] = set()
    for message in messages:
        if _reason_of(session, message):
            readers.add(message.person_id)
            wanted[message.about_kind].add(message.about_id)
            for table, column in _RECORDS:
                wanted[table].add(getattr(message, column))
    session.info[READERS] = session.info["mail_people"](session, readers - {None})
    return [
        record
        for table, ids in wanted.items()
        if (known := ids - {None}) and (query := _by_ids(table)) is not None
        for record in session.scalars(query, {"ids": list(known)})
    ]


@cache
def _by_ids(table: str) -> Select[Any] | None:
    """The statement that reads records by what they are known by; not every model calls that `id`."""
    models = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    if table not in models:
        return None
    return select(models[table]).where(
        inspect(models[table]).primary_key[0].in_(bindparam("ids", expanding=True))
    )


def _reader_of(session: Session, message: Message) -> Recipient | None:
    known: Mapping[Any, Recipient] = session.info.get(READERS) or {}
    if message.person_id is None or message.person_id in known:
        return known.get(message.person_id)
    people: Mapping[Any, Recipient] = session.info["mail_people"](session, {message.person_id})
    return people.get(message.person_id)


def keep_true(session: Session, message: Message, now: datetime) -> bool:
    """Judge a mail at the last moment: withdraw it, or write it anew if it reads differently. Whether it may leave."""
    if withdraw_if_gone(session, message, now):
        return False
    render_if_changed(session, message)
    return True


def withdraw_if_gone(session: Session, message: Message, now: datetime) -> bool:
    """Withdraw a mail whose reason is gone, noting why; whether it was. Raises Stale if somebody was first."""
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
    told = unpack(message.data)
    return _render_with(session, message, reason.refresh(session, message, told), told)


def render_again(session: Session, message: Message) -> bool:
    """Render a waiting mail with the words that count now; whether it reads differently. What people edited stays."""
    if message.data is None or message.edited_at:
        return False
    reason, data = _reason_of(session, message), unpack(message.data)
    fresh = reason.refresh(session, message, data) if reason and reason.refresh else data
    before = (message.subject, message.text)
    return _render_with(session, message, fresh) and before != (message.subject, message.text)


def _render_with(session: Session, message: Message, data: Data, told: Data | None = None) -> bool:
    """Render it with these data; if `told` is what it tells already, only if that, or its reader, changed."""
    person = _reader_of(session, message)
    if person is None:
        return False
    reader = (person.name, person.email, person.language)
    is_same_reader = reader == (message.to_name, message.to_address, message.language)
    if told is not None and is_same_reader and data == told:
        return False
    packed = pack(data)
    if told is not None and is_same_reader and packed == message.data:
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
