"""The shortlist of a visit and its entries."""

from __future__ import annotations

from sqlalchemy.orm import Session

from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.states import ShortlistState
from peer_visits.visits.models import Visit


def find_shortlist(session: Session, visit: Visit) -> Shortlist:
    """The visit's shortlist; one that was never touched is open, at version 0."""
    found = session.get(Shortlist, visit.id)
    return found or Shortlist(visit_id=visit.id, state=ShortlistState.OPEN, version=0, note="")
