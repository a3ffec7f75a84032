"""The sessions in which everybody splits up into groups."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.states import SessionKind


def list_breakout_sessions(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaSession]:
    """In the order of time, those without one last."""
    return [one for one in list_sessions(session, visit_id) if one.kind is SessionKind.BREAKOUT]
