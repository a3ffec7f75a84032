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
from peer_visits.kernel.text import phrase
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import Reminding, remind
from peer_visits.outbox.services import Mail
from peer_visits.shortlist.messages import Left, reading_reminder
from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.queries.piles import count_piles
from peer_visits.shortlist.rules import due_at
from peer_visits.shortlist.states import ShortlistState
from peer_visits.visits.models import HostMember, Visit


def remind_host_teams(now: datetime) -> int:
    """Remind the teams whose shortlist is due soon; returns how many mails."""
    return remind(SHORTLISTS, now)


def _find(session: Session, span: Span, now: datetime) -> Sequence[uuid.UUID]:
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
            Call.shortlists_by <= (span.last + timedelta(days=1)).date(),
            func.coalesce(Shortlist.state, ShortlistState.OPEN) == ShortlistState.OPEN,
        )
        .order_by(Visit.id)
    )
    return session.scalars(query).all()


def _occasion(session: Session, visit_id: uuid.UUID, now: datetime) -> Occasion | None:
    visit, shortlist = session.get_one(Visit, visit_id), session.get(Shortlist, visit_id)
    call = visit.call
    is_open = shortlist is None or shortlist.state is ShortlistState.OPEN
    if not is_open or call.shortlists_by is None or call.closes_at > now or call.decided_at:
        return None
    return Occasion(due_at(call.shortlists_by, call.zone), call.id)


def _mails(session: Session, visit_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion) -> list[Mail]:
    visit = session.get_one(Visit, visit_id)
    left = _left(session, visit)
    return [reading_reminder(visit, member, left=left) for member in _team(session, visit)]


def _team(session: Session, visit: Visit) -> Sequence[Person]:
    query = (
        select(Person)
        .join(HostMember, HostMember.person_id == Person.id)
        .where(HostMember.visit_id == visit.id)
        .order_by(Person.id)
    )
    return session.scalars(query).all()


def _left(session: Session, visit: Visit) -> Left:
    piles = count_piles(session, visit)
    unread = select(func.count()).where(
        Choice.visit_id == visit.id, Choice.is_sent, Choice.is_read.is_(False)
    )
    return Left(sum(piles.values()), session.scalar(unread) or 0, piles["to_decide"])


SHORTLISTS = Reminding(
    phrase("Before shortlists are due"),
    (
        Reminder("shortlist.reminder", phrase("First reminder of a shortlist"), hours=-168, late_hours=72),
        Reminder("shortlist.reminder_last", phrase("Last reminder of a shortlist"), hours=-24, late_hours=22),
    ),
    "shortlist.reminder",
    Visit,
    _find,
    _occasion,
    _mails,
)
