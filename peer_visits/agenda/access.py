"""Fetch a session or a release of a visit somebody was granted."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.agenda.queries import find_latest_release, find_release
from peer_visits.kernel.errors import NotFound
from peer_visits.visits.models import Visit


def get_session_of_visit(session: Session, visit: Visit, session_id: uuid.UUID) -> AgendaSession:
    """A session of this visit. Raises NotFound for any other visit's."""
    found = session.get(AgendaSession, session_id)
    if found is None or found.visit_id != visit.id:
        raise NotFound
    return found


def get_release(session: Session, visit: Visit, number: int | None = None) -> AgendaRelease:
    """A published release, the latest unless a number is given. Raises NotFound."""
    found = (
        find_latest_release(session, visit.id) if number is None else find_release(session, visit.id, number)
    )
    if found is None:
        raise NotFound
    return found
