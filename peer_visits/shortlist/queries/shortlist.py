"""The shortlist of a visit and its entries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Choice
from peer_visits.shortlist.models import Shortlist, ShortlistEntry
from peer_visits.shortlist.states import ShortlistState
from peer_visits.visits.models import Visit


def find_shortlist(session: Session, visit: Visit) -> Shortlist:
    """The visit's shortlist; one that was never touched is open, at version 0."""
    found = session.get(Shortlist, visit.id)
    return found or Shortlist(visit_id=visit.id, state=ShortlistState.OPEN, version=0, note="")


def list_entries(session: Session, visit_id: uuid.UUID) -> Sequence[ShortlistEntry]:
    """The ordered entries of a visit, withdrawn applications left out."""
    query = (
        select(ShortlistEntry)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(ShortlistEntry.visit_id == visit_id, Choice.is_sent)
        .order_by(ShortlistEntry.proposal, ShortlistEntry.position)
    )
    return session.scalars(query).all()
