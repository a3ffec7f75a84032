"""What a visit's latest search for times or groups has come to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.states import SearchKind
from peer_visits.visits.models import Visit


def find_search(session: Session, visit: Visit, kind: SearchKind) -> AgendaSearch | None:
    """The latest, if one was asked for and not taken since."""
    return session.get(AgendaSearch, (visit.id, kind))
