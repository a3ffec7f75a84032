"""Taking what is due, and giving it back. Every step is a conditional update, so any number of workers may run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from peer_visits.kernel.ids import new_id
from peer_visits.outbox.gates import may_leave
from peer_visits.outbox.models import Message
from peer_visits.outbox.rules import room_left
from peer_visits.outbox.states import MessageState
from peer_visits.storage.steps import update_if

# As many as one worker takes at once.
CLAIM = 100
_RATE_LOCK = 7_303_014  # any number that nothing else in the database uses


@dataclass(frozen=True)
class Claim:
    """Messages that one worker has taken, in the order in which they leave, under an id of their own."""

    id: uuid.UUID
    message_ids: list[uuid.UUID]


def claim_due(session: Session, now: datetime, lease: timedelta, *, per_minute: int = 0) -> Claim:
    """Take the oldest due messages that nothing keeps back, until the lease ends."""
    claim = Claim(new_id(), _find_due(session, now, per_minute))
    if claim.message_ids:
        session.execute(
            update(Message)
            .where(Message.id.in_(claim.message_ids))
            .values(
                state=MessageState.SENDING, lease_until=now + lease, claim_id=claim.id, handed_over_at=None
            )
            .execution_options(synchronize_session=False)
        )
    return claim


def _find_due(session: Session, now: datetime, per_minute: int) -> list[uuid.UUID]:
    due = (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.not_before <= now, may_leave())
        .order_by(Message.not_before, Message.created_at)
        .limit(_room(session, now, per_minute))
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(due))


def _room(session: Session, now: datetime, per_minute: int) -> int:
    """How many may be taken, counted over all workers: what left in the last minute and what is about to."""
    if not per_minute:
        return CLAIM
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _RATE_LOCK})
    lately = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            or_(
                Message.handed_over_at > now - timedelta(minutes=1),
                (Message.state == MessageState.SENDING) & Message.handed_over_at.is_(None),
            )
        )
    )
    return room_left(per_minute, lately or 0, CLAIM)


def release_expired(session: Session, now: datetime) -> int:
    """Give back what a dead worker held; what it may have sent already is flagged. Refreshes no loaded message."""
    released = session.execute(
        update(Message)
        .where(Message.state == MessageState.SENDING, Message.lease_until < now)
        .values(
            state=MessageState.QUEUED,
            lease_until=None,
            claim_id=None,
            may_be_twice=Message.may_be_twice | Message.handed_over_at.is_not(None),
            handed_over_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    return int(released.rowcount)  # type: ignore[attr-defined]


def let_go(session: Session, claim: Claim) -> None:
    """Queue again what was claimed and never handed over, as at an orderly stop."""
    update_if(
        session,
        Message,
        Message.claim_id == claim.id,
        Message.state == MessageState.SENDING,
        Message.handed_over_at.is_(None),
        state=MessageState.QUEUED,
        lease_until=None,
        claim_id=None,
    )
