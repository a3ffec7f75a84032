"""What an organiser does with a call as a whole."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.calls.rules import is_open
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_wall
from peer_visits.storage.steps import update_one


def close_call_early(session: Session, *, actor: Person, now: datetime, call: Call) -> None:
    """Close an open call at this moment. Raises Refused if it is not open."""
    if not is_open(call, now):
        raise Refused(phrase("Only an open call can be closed."))
    promised = call.closes_wall
    closes_wall = to_wall(now, call.zone).replace(microsecond=0).isoformat()
    expected = (Call.id == call.id, Call.version == call.version)
    update_one(session, Call, *expected, closes_at=now, closes_wall=closes_wall, version=call.version + 1)
    session.refresh(call)
    record(
        session,
        actor=actor,
        now=now,
        action="call.closed_early",
        subject=call,
        programme_id=call.programme_id,
        before=promised,
        after=closes_wall,
    )
