"""What an allocation goes by, read at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.shortlist.models import Shortlist
from peer_visits.shortlist.states import ShortlistState


def list_missing_shortlists(session: Session, visit_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Visits among these whose host has not handed a shortlist over."""
    handed_over = session.scalars(
        select(Shortlist.visit_id).where(
            Shortlist.visit_id.in_(visit_ids), Shortlist.state == ShortlistState.HANDED_OVER
        )
    )
    return set(visit_ids) - set(handed_over)
