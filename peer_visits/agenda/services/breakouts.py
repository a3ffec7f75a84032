"""Keeping breakout groups with their sessions; the next release tells everybody their own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.breaking_out import Groups, Wish
from peer_visits.agenda.queries.breakouts import list_breakout_sessions
from peer_visits.agenda.services.plan import raise_version
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Stale
from peer_visits.visits.models import Visit


def keep_breakouts(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    wish: Wish,
    made: Mapping[uuid.UUID, Groups],
) -> None:
    """Write groups and what was wished for. Raises Stale where the breakout sessions are others by now."""
    plan = raise_version(session, visit)
    sessions = list_breakout_sessions(session, visit.id)
    if {one.id for one in sessions} != made.keys():
        raise Stale
    for one in sessions:
        if one.groups != made[one.id]:
            one.groups = made[one.id]
            one.version += 1
    plan.breakouts = wish.to_json()
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="agenda.breakouts_made",
        subject=visit,
        programme_id=visit.call.programme_id,
        sessions=len(sessions),
    )
