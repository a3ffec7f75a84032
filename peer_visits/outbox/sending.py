"""Sending what is due. Every step is a conditional update, so any number of workers may run.

Plain SMTP cannot give exactly-once: between the server's 250 and our commit nobody can know. A message
is marked as handed over before it leaves; if its worker dies then, it is sent again with the same
Message-ID and flagged `may_be_twice`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.outbox.rules import is_hopeless, next_try
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import Delivery, Postponed, Rejected, Transport
from peer_visits.storage.steps import update_if
from peer_visits.storage.transaction import reading, writing

LEASE = timedelta(minutes=5)
BATCH = 50


def send_due(
    transport: Transport, *, lease: timedelta = LEASE, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Send one batch of what is due; returns how many were claimed. What is not reached is let go."""
    with writing() as session:
        release_expired(session, clock.now())
        claimed = claim_due(session, clock.now(), lease)
    if claimed:
        try:
            _send_claimed(transport, claimed, stopping)
        finally:
            _let_go(claimed)
    return len(claimed)


def release_expired(session: Session, now: datetime) -> int:
    """Give back what a dead worker held. What it may have sent already is flagged."""
    return update_if(
        session,
        Message,
        Message.state == MessageState.SENDING,
        Message.lease_until < now,
        state=MessageState.QUEUED,
        lease_until=None,
        may_be_twice=Message.may_be_twice | Message.handed_over_at.is_not(None),
        handed_over_at=None,
    )


def claim_due(session: Session, now: datetime, lease: timedelta) -> list[uuid.UUID]:
    """Take the oldest due messages for this worker, until the lease ends."""
    due = session.scalars(
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.not_before <= now)
        .order_by(Message.not_before, Message.created_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(Message)
        .where(Message.id.in_(due))
        .values(state=MessageState.SENDING, lease_until=now + lease),
        execution_options={"synchronize_session": False},
    )
    return list(due)


def _send_claimed(transport: Transport, claimed: Sequence[uuid.UUID], stopping: Callable[[], bool]) -> None:
    waiting = list(claimed)
    while waiting and not stopping():
        try:
            with transport.open() as delivery:
                _send_until_broken(delivery, waiting, stopping)
        except Postponed as reason:
            # No way out at all: every waiting message comes back later.
            for message_id in waiting:
                _postpone(message_id, str(reason))
            return


def _send_until_broken(delivery: Delivery, waiting: list[uuid.UUID], stopping: Callable[[], bool]) -> None:
    """Send one after another; after a postponed one the connection may be gone, so open a new one."""
    while waiting and not stopping():
        message_id = waiting.pop(0)
        if not _send_one(delivery, message_id):
            return


def _send_one(delivery: Delivery, message_id: uuid.UUID) -> bool:
    message = _hand_over(message_id)
    if message is None:
        return True
    try:
        delivery.deliver(message)
    except Postponed as reason:
        _postpone(message_id, str(reason))
        return False
    except Rejected as reason:
        _settle(message_id, MessageState.FAILED, last_error=str(reason))
        return True
    _settle(message_id, MessageState.SENT, sent_at=clock.now(), last_error="")
    return True


def _hand_over(message_id: uuid.UUID) -> Message | None:
    """Mark that the message is about to leave; nothing if it is no longer ours."""
    with writing() as session:
        changed = update_if(
            session,
            Message,
            Message.id == message_id,
            Message.state == MessageState.SENDING,
            handed_over_at=clock.now(),
            attempts=Message.attempts + 1,
        )
        message = session.get(Message, message_id, populate_existing=True) if changed else None
        if message:
            session.expunge(message)  # no transaction stays open while talking to the server
    return message


def _settle(message_id: uuid.UUID, state: MessageState, **values: object) -> None:
    with writing() as session:
        update_if(
            session,
            Message,
            Message.id == message_id,
            Message.state == MessageState.SENDING,
            state=state,
            lease_until=None,
            **values,
        )


def _postpone(message_id: uuid.UUID, reason: str) -> None:
    now = clock.now()
    message = reading().get_one(Message, message_id)
    attempts = max(message.attempts, 1)
    if is_hopeless(attempts):
        _settle(message_id, MessageState.FAILED, last_error=f"no success in 24 hours; {reason}"[:500])
        return
    _settle(
        message_id,
        MessageState.QUEUED,
        not_before=next_try(attempts, now),
        handed_over_at=None,
        last_error=reason[:500],
    )


def _let_go(claimed: Sequence[uuid.UUID]) -> None:
    """Queue again what was claimed and never handed over, as at an orderly stop."""
    with writing() as session:
        update_if(
            session,
            Message,
            Message.id.in_(claimed),
            Message.state == MessageState.SENDING,
            Message.handed_over_at.is_(None),
            state=MessageState.QUEUED,
            lease_until=None,
        )
