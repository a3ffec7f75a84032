"""Whether mail moves: what organisers, a supervisor and a monitor are told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.outbox.gates import may_leave
from peer_visits.outbox.models import BouncedAddress, Message
from peer_visits.outbox.states import MessageState

# Mail that should have left so long ago is stuck.
STUCK_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Trouble:
    """Mail that should have left: how many, since when, and what the mail server said last."""

    count: int
    since: datetime
    answer: str


def _overdue(now: datetime) -> ColumnElement[bool]:
    """No worker takes it, or a dead worker holds it."""
    late = now - STUCK_AFTER
    return or_(
        and_(Message.state == MessageState.QUEUED, Message.not_before < late, may_leave()),
        and_(Message.state == MessageState.SENDING, Message.lease_until < late),
    )


def _stuck(now: datetime) -> ColumnElement[bool]:
    """Overdue, or put off by the server again and again."""
    late = now - STUCK_AFTER
    put_off = (Message.state == MessageState.QUEUED, Message.attempts > 0, Message.created_at < late)
    return or_(_overdue(now), and_(*put_off, may_leave()))


def read_trouble(session: Session, programme_ids: Sequence[uuid.UUID], now: datetime) -> Trouble | None:
    """What is stuck in these programmes, if anything."""
    query = select(func.count(), func.min(Message.created_at), func.max(Message.last_error)).where(
        Message.programme_id.in_(programme_ids), _stuck(now)
    )
    count, since, answer = session.execute(query).one()
    return Trouble(count, since, answer or "") if count else None


def is_moving(session: Session, now: datetime) -> bool:
    """Whether workers are at work: nothing has been due, or held by a dead worker, for half an hour."""
    return session.scalar(select(Message.id).where(_overdue(now)).limit(1)) is None


def read_metrics(session: Session, now: datetime) -> str:
    """Counts by state, the age of what waits longest in seconds, what may be double, what bounced."""
    by_state = select(Message.state, func.count()).group_by(Message.state)
    counts = {row[0]: row[1] for row in session.execute(by_state)}
    due = and_(Message.state == MessageState.QUEUED, Message.not_before <= now, may_leave())
    oldest = session.scalar(select(func.min(Message.not_before)).where(due))
    lines = ["# HELP peer_visits_mails Mails in the outbox by state.", "# TYPE peer_visits_mails gauge"]
    lines += [f'peer_visits_mails{{state="{state}"}} {counts.get(state, 0)}' for state in MessageState]
    figures = {
        "mail_due": ("Mails that are due now.", _count(session, due)),
        "mail_oldest_due_seconds": (
            "How long the oldest of them has been due.",
            round((now - oldest).total_seconds(), 1) if oldest else 0,
        ),
        "mail_stuck": ("Mails that should have left half an hour ago.", _count(session, _stuck(now))),
        "mail_maybe_twice": (
            "Mails whose worker died before it could note the answer.",
            _count(session, Message.may_be_twice.is_(True)),
        ),
        "bounced_addresses": (
            "Addresses that could not be reached.",
            session.scalar(select(func.count()).select_from(BouncedAddress)) or 0,
        ),
    }
    for name, (explained, figure) in figures.items():
        lines += [
            f"# HELP peer_visits_{name} {explained}",
            f"# TYPE peer_visits_{name} gauge",
            f"peer_visits_{name} {figure}",
        ]
    return "\n".join(lines) + "\n"


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Message).where(condition)) or 0
