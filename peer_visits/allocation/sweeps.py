"""What time does to allocation: a published call commits to its lottery before anybody can know who applies."""

from __future__ import annotations

import uuid
from datetime import datetime

from peer_visits.allocation.services.lottery import commit_lottery, list_uncommitted
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Stale
from peer_visits.storage.transaction import reading, writing


def commit_lotteries(now: datetime) -> int:
    """Draw the secret of every published call that has none and publish its hash. Returns how many were drawn."""
    return sum(_commit(call_id, now) for call_id in list_uncommitted(reading()))


def _commit(call_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            commit_lottery(session, now=now, call=session.get_one(Call, call_id))
    except Stale:
        return False  # another worker was first
    return True
