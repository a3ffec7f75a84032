"""A sample agenda, not yet published: what a host finds when the demo opens."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel.zones import to_utc
from peer_visits.visits.models import Visit

# Day (from 0), start, minutes, kind, title.
_SESSIONS = (
    (0, time(10, 0), 30, SessionKind.WELCOME, "Welcome and who is here"),
    (0, time(10, 30), 60, SessionKind.HOST_INTRODUCTION, "How the programme came about"),
    (1, time(10, 0), 60, SessionKind.VIDEO_VISIT, "A walk through three places"),
    (1, time(11, 0), 45, SessionKind.BREAKOUT, "What would not work at home, and why"),
    (2, time(10, 0), 60, SessionKind.PEER_REVIEW, "Peer review of two participants' plans"),
    (2, time(11, 0), 30, SessionKind.TRANSFER_PLANNING, "What I take home"),
)


def add_sample_agenda(session: Session, visit: Visit) -> None:
    """Six sessions over the visit's three days."""
    for day, start, minutes, kind, title in _SESSIONS:
        session.add(_sample_session(visit, day, start, minutes, kind, title))


def _sample_session(
    visit: Visit, day: int, start: time, minutes: int, kind: SessionKind, title: str
) -> AgendaSession:
    first_day = cast(date, visit.announced_starts_on)
    wall = datetime.combine(first_day + timedelta(days=day), start)
    starts_at = to_utc(wall, visit.zone)
    return AgendaSession(
        visit_id=visit.id,
        kind=kind,
        title=title,
        minutes=minutes,
        starts_wall=wall.isoformat(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
    )
