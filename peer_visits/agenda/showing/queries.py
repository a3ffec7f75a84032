"""Reads about the published agendas of visits somebody takes part in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from peer_visits.agenda.models import AgendaRelease
from peer_visits.calls.models import Call
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Attended:
    """A visit somebody takes part in, with what was published of its agenda last."""

    place: Place
    visit: Visit
    release: AgendaRelease


def list_attended(session: Session, person_id: uuid.UUID) -> Sequence[Attended]:
    """The visits of a person's accepted places that have a published agenda, in one statement."""
    other = aliased(AgendaRelease)
    latest = (
        select(func.max(other.number))
        .where(other.visit_id == AgendaRelease.visit_id)
        .correlate(AgendaRelease)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Place, Visit, AgendaRelease)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Visit.call)
        .join(AgendaRelease, and_(AgendaRelease.visit_id == Visit.id, AgendaRelease.number == latest))
        .where(Place.person_id == person_id, Place.state == PlaceState.ACCEPTED)
        .order_by(Visit.held_starts_on, Visit.announced_starts_on, Call.slug, Visit.position)
        .options(contains_eager(Visit.call))
    ).unique()
    return [Attended(*row) for row in rows]
