"""What time does to shortlists: host teams are reminded before theirs is due."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import Stale
from peer_visits.outbox.services import is_posted, post
from peer_visits.shortlist.messages import Left, reading_reminder
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.queries.board import count_piles
from peer_visits.shortlist.rules import REMINDERS, reading_reminder_due
from peer_visits.shortlist.states import ShortlistState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole


def remind_host_teams(now: datetime) -> int:
    """Remind the teams whose shortlist is due soon, each in a transaction of its own; returns how many mails."""
    return sum(_remind(visit_id, now) for visit_id in find_visits_to_remind(reading(), now))


def find_visits_to_remind(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Visits of closed, undecided calls whose day is near and whose shortlist has not been handed over."""
    query = (
        select(Visit.id)
        .join(Call, Call.id == Visit.call_id)
        .outerjoin(Shortlist, Shortlist.visit_id == Visit.id)
        .where(
            Call.state == CallState.PUBLISHED,
            Call.closes_at <= now,
            Call.decided_at.is_(None),
            # A day's margin on either side: which zone it is reckoned in is judged for each visit.
            Call.shortlists_by >= (now - timedelta(days=1)).date(),
            Call.shortlists_by <= (now + timedelta(days=max(REMINDERS) + 1)).date(),
            func.coalesce(Shortlist.state, ShortlistState.OPEN) == ShortlistState.OPEN,
        )
        .order_by(Visit.id)
    )
    return session.scalars(query).all()


def _remind(visit_id: uuid.UUID, now: datetime) -> int:
    """Judged again under the lock; nobody is reminded twice of the same."""
    try:
        with writing() as session:
            visit = session.get_one(Visit, visit_id)
            shortlist = session.get(Shortlist, visit_id)
            is_open = shortlist is None or shortlist.state is ShortlistState.OPEN
            return _post_reminders(session, visit, now) if is_open else 0
    except Stale:
        return 0  # another worker was first


def _post_reminders(session: Session, visit: Visit, now: datetime) -> int:
    day = visit.call.shortlists_by
    days = reading_reminder_due(day, visit.call.zone, now) if day else None
    if day is None or days is None:
        return 0
    left = _left(session, visit)
    mails = [
        reading_reminder(visit, member, day=day, days=days, leads=role is HostRole.LEAD, left=left)
        for member, role in _team(session, visit)
    ]
    new = [mail for mail in mails if not is_posted(session, mail)]
    for mail in new:
        post(session, mail, now=now)
    return len(new)


def _team(session: Session, visit: Visit) -> list[tuple[Person, HostRole]]:
    query = (
        select(Person, HostMember.role)
        .join(HostMember, HostMember.person_id == Person.id)
        .where(HostMember.visit_id == visit.id)
        .order_by(Person.id)
    )
    return [(member, role) for member, role in session.execute(query)]


def _left(session: Session, visit: Visit) -> Left:
    piles = count_piles(session, visit)
    unread = select(func.count()).where(
        Choice.visit_id == visit.id, Choice.is_sent, Choice.is_read.is_(False)
    )
    return Left(sum(piles.values()), session.scalar(unread) or 0, piles["to_decide"])
