"""What is looked after every minute: mail that waits, held or for later, is withdrawn or written anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select

from peer_visits.kernel.errors import Stale
from peer_visits.outbox.gates import hold_closed, is_any_closed
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import tend
from peer_visits.outbox.states import MessageState
from peer_visits.storage.transaction import reading, writing

# Mails looked at in one transaction, so that nobody waits long for the lock.
CHUNK = 100


def tend_waiting(now: datetime) -> int:
    """Look after every mail that is held, or waits for a moment to come; returns how many changed.

    What is due now is looked after by the worker that takes it.
    """
    return sum(_tend(chunk, now) for chunk in _chunks(now))


def _chunks(now: datetime) -> Iterator[Sequence[uuid.UUID]]:
    last: uuid.UUID | None = None
    waits = or_(
        Message.state == MessageState.HELD,
        and_(Message.state == MessageState.QUEUED, Message.not_before > now),
    )
    while True:
        query = select(Message.id).where(waits).order_by(Message.id).limit(CHUNK)
        found = reading().scalars(query.where(Message.id > last) if last else query).all()
        if not found:
            return
        last = found[-1]
        yield found


def _tend(chunk: Sequence[uuid.UUID], now: datetime) -> int:
    try:
        with writing() as session:
            messages = session.scalars(select(Message).where(Message.id.in_(chunk))).all()
            return sum(tend(session, message, now) for message in messages)
    except Stale:
        return 0  # somebody acted on one of them meanwhile: the next minute looks again


def hold_slipped(_now: datetime) -> int:
    """Hold what was posted while its gate was being closed; it would wait in the queue, and never leave.

    Mostly nothing is closed: then no mail is looked at, and nobody waits for the lock.
    """
    if not is_any_closed(reading()):
        return 0
    with writing() as session:
        return hold_closed(session)
