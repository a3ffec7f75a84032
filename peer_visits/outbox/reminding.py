"""Sending reminders: one mechanism for everything people are reminded of.

A room says which records may be near (`find`), what there is to remind of in one of them (`occasion`; nothing for what
needs it no longer) and which mails that makes (`mails`). The rest is the same for all: the call's settings, the moment,
the lateness, and that nobody is reminded twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.audit.services import Subject
from peer_visits.kernel.errors import Stale
from peer_visits.kernel.text import Phrase
from peer_visits.outbox.models import Message, ReminderSetting
from peer_visits.outbox.reminders import (
    Occasion,
    Reminder,
    Setting,
    Span,
    due_reminder,
    span_of,
    with_settings,
)
from peer_visits.outbox.services import Mail, is_posted, post
from peer_visits.outbox.states import MessageState
from peer_visits.storage.transaction import reading, writing

# The mail after a visit, which asks for what has mails of its own, too.
THANKS = "visit.ended"


@dataclass(frozen=True)
class Reminding:
    """Everything people are reminded of relative to one moment, `title`: mails of one kind about one sort of record."""

    title: Phrase
    reminders: tuple[Reminder, ...]
    kind: str
    about: type[Subject]
    find: Callable[[Session, Span, datetime], Sequence[uuid.UUID]]
    occasion: Callable[[Session, uuid.UUID, datetime], Occasion | None]
    mails: Callable[[Session, uuid.UUID, Reminder, Occasion], Sequence[Mail]]


def remind(reminding: Reminding, now: datetime) -> int:
    """Send what is due, each record in a transaction of its own; returns how many mails."""
    session = reading()
    span = span_of(_widest(session, reminding), now)
    near = reminding.find(session, span, now)
    return sum(
        _remind(reminding, identity, now) for identity in near if _due(session, reminding, identity, now)
    )


def _remind(reminding: Reminding, identity: uuid.UUID, now: datetime) -> int:
    """Judged again under the lock: who needs it no longer is not reminded, and nobody twice."""
    try:
        with writing() as session:
            due = _due(session, reminding, identity, now)
            if due is None:
                return 0
            reminder, occasion = due
            mails = [
                mail
                for mail in (
                    _of(reminder, occasion, one)
                    for one in reminding.mails(session, identity, reminder, occasion)
                )
                if not is_posted(session, mail)
            ]
            for mail in mails:
                post(session, mail, now=now)
            return len(mails)
    except Stale:
        return 0  # another worker was first


def _of(reminder: Reminder, occasion: Occasion, mail: Mail) -> Mail:
    """One for each moment and reminder, with its own text, withdrawn when it would come too late."""
    return replace(
        mail,
        version=f"{occasion.anchor.isoformat()} {reminder.name}",
        not_after=reminder.too_late(occasion.anchor),
        data={**mail.data, "words": reminder.name},
    )


def _due(
    session: Session, reminding: Reminding, identity: uuid.UUID, now: datetime
) -> tuple[Reminder, Occasion] | None:
    occasion = reminding.occasion(session, identity, now)
    if occasion is None:
        return None
    reminders = reminders_of(session, reminding, occasion.call_id)
    reminder = due_reminder(reminders, occasion.anchor, occasion.known_at, now)
    if reminder is None or _was_sent(session, reminding, identity, reminder.too_late(occasion.anchor)):
        return None
    return reminder, occasion


def _was_sent(session: Session, reminding: Reminding, identity: uuid.UUID, too_late: datetime) -> bool:
    """Whether this reminder of this moment was posted; the key of the mail says so too, but only under the lock."""
    query = select(Message.id).where(
        Message.about_kind == reminding.about.__tablename__,
        Message.about_id == identity,
        Message.kind == reminding.kind,
        Message.not_after == too_late,
    )
    return session.scalar(query.limit(1)) is not None


def told_at(session: Session, kind: str, about: Subject, words: str = "") -> datetime | None:
    """When somebody was last written a mail of this kind about this record that says these words."""
    query = select(func.max(Message.created_at)).where(
        Message.kind == kind,
        Message.about_kind == about.__tablename__,
        Message.about_id == about.id,
        Message.state != MessageState.WITHDRAWN,
        Message.text.contains(words, autoescape=True),
    )
    return session.scalar(query)


def reminders_of(session: Session, reminding: Reminding, call_id: uuid.UUID) -> tuple[Reminder, ...]:
    """The reminders as the call wants them."""
    return with_settings(reminding.reminders, list_settings(session, call_id))


def list_settings(session: Session, call_id: uuid.UUID) -> list[Setting]:
    """What a call has decided about its reminders."""
    rows = session.scalars(select(ReminderSetting).where(ReminderSetting.call_id == call_id))
    return [Setting(one.name, one.hours, one.late_hours, one.is_on) for one in rows]


def _widest(session: Session, reminding: Reminding) -> list[Reminder]:
    """The reminders, and the farthest that any call has moved them."""
    names = [one.name for one in reminding.reminders]
    own = ReminderSetting
    query = select(
        func.coalesce(func.min(own.hours), 0),
        func.coalesce(func.max(own.hours), 0),
        func.coalesce(func.max(own.late_hours), 0),
    ).where(own.name.in_(names))
    least, most, late = session.execute(query).one()
    moved = [replace(reminding.reminders[0], hours=hours, late_hours=late) for hours in (least, most)]
    return [*reminding.reminders, *moved]
