"""Fetch a run and prove that this person may have it. Not theirs and not there are the same."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.calls.access import get_call_for_organiser
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import NotFound


def get_run_for_organiser(
    session: Session, person: Person, slug: str, number: int
) -> tuple[Call, AllocationRun]:
    """A run of a call this person organises, by its number there. Raises NotFound."""
    call = get_call_for_organiser(session, person, slug)
    query = select(AllocationRun).where(AllocationRun.call_id == call.id, AllocationRun.number == number)
    run = session.scalars(query.options(joinedload(AllocationRun.creator))).one_or_none()
    if run is None:
        raise NotFound
    return call, run
