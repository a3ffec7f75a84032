"""Saying who may read what is published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.audit.services import record
from peer_visits.visits.models import Visit


def open_agenda(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Let everybody read what is published. Saying it twice changes nothing."""
    plan = lock_plan(session, visit)
    if not plan.is_public:
        plan.is_public = True
        session.flush()
        programme_id = visit.call.programme_id
        record(
            session, actor=actor, now=now, action="agenda.opened", subject=visit, programme_id=programme_id
        )


def close_agenda(session: Session, *, actor: Person, now: datetime, visit: Visit) -> None:
    """Keep what is published to those who take part, speak, host or organise."""
    plan = lock_plan(session, visit)
    if plan.is_public:
        plan.is_public = False
        session.flush()
        programme_id = visit.call.programme_id
        record(
            session, actor=actor, now=now, action="agenda.closed", subject=visit, programme_id=programme_id
        )
