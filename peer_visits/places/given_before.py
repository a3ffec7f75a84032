"""What was given in a call and its programme before an allocation run looks at it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.allocation.building.holdings import Holding, Holdings
from peer_visits.applications.models import Application
from peer_visits.calls.models import Call
from peer_visits.places.models import Place
from peer_visits.places.states import LIVE, PlaceKind, PlaceState
from peer_visits.visits.models import Visit


def read_holdings(session: Session, call: Call) -> Holdings:
    """Places of the call, and who of its applicants was on a visit of the programme before, in two statements."""
    rows = session.execute(
        select(Place.person_id, Place.visit_id, Place.choice_id, Place.state)
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call.id, Place.kind == PlaceKind.PARTICIPANT)
    ).all()
    return Holdings(
        live=tuple(Holding(row.person_id, row.visit_id) for row in rows if row.state in LIVE),
        spent=frozenset(row.choice_id for row in rows if row.choice_id),
        earlier=_list_earlier(session, call),
    )


def _list_earlier(session: Session, call: Call) -> frozenset[uuid.UUID]:
    """Whoever said yes to a place of an earlier call of the programme and kept it is no newcomer."""
    applicants = select(Application.person_id).where(Application.call_id == call.id)
    return frozenset(
        session.scalars(
            select(Place.person_id)
            .join(Visit, Visit.id == Place.visit_id)
            .join(Call, Call.id == Visit.call_id)
            .where(
                Call.programme_id == call.programme_id,
                Call.id != call.id,
                Place.state == PlaceState.ACCEPTED,
                Place.person_id.in_(applicants),
            )
        )
    )
