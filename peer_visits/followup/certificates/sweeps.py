"""Some days after a visit its certificates go out by themselves, also to whoever a mended list entitles later."""

from __future__ import annotations

import uuid
from datetime import datetime

from peer_visits.followup.certificates.queries import Roll, list_visits_to_certify, read_roll
from peer_visits.followup.certificates.rules import is_due
from peer_visits.followup.certificates.services import issue_certificates
from peer_visits.kernel.errors import Refused
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit


def issue_due_certificates(now: datetime) -> int:
    """Certify everybody entitled whose visit is over for some days, each visit in a transaction of its own."""
    return sum(_issue(visit_id, now) for visit_id in list_visits_to_certify(reading(), now))


def _issue(visit_id: uuid.UUID, now: datetime) -> int:
    session = reading()
    if not _is_wanted(read_roll(session, session.get_one(Visit, visit_id)), now):
        return 0
    try:
        with writing() as writer:
            visit = writer.get_one(Visit, visit_id)
            if not _is_wanted(read_roll(writer, visit), now):
                return 0
            return issue_certificates(writer, actor=None, now=now, visit=visit)
    except Refused:
        return 0  # another worker was first


def _is_wanted(roll: Roll, now: datetime) -> bool:
    return (
        roll.rule.is_automatic
        and roll.ends_at is not None
        and is_due(roll.ends_at, now)
        and bool(roll.waiting)
    )
