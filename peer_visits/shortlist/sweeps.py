"""What comes in later is shared out too: applications sent after the reading was split."""

from __future__ import annotations

import uuid
from datetime import datetime

from peer_visits.shortlist.queries.team import list_visits_to_share_out
from peer_visits.shortlist.services.sharing_out import share_out
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit


def share_out_new_applications(_now: datetime) -> int:
    """Give every application its readers, each visit in a transaction of its own; returns how many changed."""
    return sum(_share_out(visit_id) > 0 for visit_id in list_visits_to_share_out(reading()))


def _share_out(visit_id: uuid.UUID) -> int:
    with writing() as session:
        return share_out(session, session.get_one(Visit, visit_id))
