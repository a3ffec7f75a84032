"""A call on the organiser's desk: under lock, fit to be decided, with what was given before."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.allocation.queries import list_missing_shortlists
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.errors import NotFound, Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.models import Place
from peer_visits.places.services.offering import lock_visits
from peer_visits.places.states import PlaceKind
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Desk:
    """A call and its visits under lock; visits whose host handed nothing over; places given earlier."""

    call: Call
    visits: Sequence[Visit]
    missing: set[uuid.UUID]
    earlier: Sequence[Place]

    def visit(self, visit_id: uuid.UUID) -> Visit:
        """One of the visits."""
        return next(visit for visit in self.visits if visit.id == visit_id)

    def taken_seats(self, visit_id: uuid.UUID) -> set[int]:
        """The seats held in a visit already."""
        return {place.seat for place in self.earlier if place.visit_id == visit_id and place.seat}


def open_desk(session: Session, call_id: uuid.UUID, now: datetime) -> Desk:
    """Lock a call for its decision. Raises Refused if it is open still, decided, or has no visits; NotFound."""
    visits = lock_visits(session, call_id)
    call = session.get(Call, call_id, populate_existing=True)
    if call is None:
        raise NotFound
    _refuse_undecidable(call, visits, now)
    missing = list_missing_shortlists(session, [visit.id for visit in visits])
    return Desk(call, visits, missing, _list_earlier(session, call_id))


def _list_earlier(session: Session, call_id: uuid.UUID) -> Sequence[Place]:
    return session.scalars(
        select(Place)
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call_id, Place.kind == PlaceKind.PARTICIPANT)
    ).all()


def _refuse_undecidable(call: Call, visits: Sequence[Visit], now: datetime) -> None:
    if call.decided_at is not None:
        raise Refused(phrase("This call was decided on %(moment)s.", moment=call.decided_at))
    if call.state is not CallState.PUBLISHED or now < call.closes_at:
        raise Refused(
            phrase("A call can be decided once it has closed, on %(moment)s.", moment=call.closes_at)
        )
    if not visits:
        raise Refused(phrase("This call has no visits, so there is nothing to decide."))


def refuse_missing(desk: Desk, *, leave_empty: bool) -> None:
    """Raises Refused while shortlists are missing, unless those visits shall stay empty."""
    if desk.missing and not leave_empty:
        raise Refused(
            phrase(
                "Visits without a shortlist: %(count)s. Wait for their hosts, or tick that these visits stay empty.",
                count=len(desk.missing),
            ),
            field="leave_empty",
        )


def close_desk(session: Session, desk: Desk, now: datetime) -> None:
    """Mark the call as decided, its answers known after its grace. Raises Stale if somebody was first."""
    call = desk.call
    update_one(
        session,
        Call,
        Call.id == call.id,
        Call.decided_at.is_(None),
        decided_at=now,
        answered_at=now + timedelta(minutes=call.grace_minutes),
        version=call.version + 1,
    )
