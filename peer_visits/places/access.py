"""Fetch a place and prove that this person may have it. Not theirs and not there are the same."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.kernel.errors import must_exist
from peer_visits.places.models import Place
from peer_visits.places.queries import is_known
from peer_visits.visits.models import Visit


def get_own_place(session: Session, person: Person, place_id: uuid.UUID, *, now: datetime) -> Place:
    """The person's own place, with its visit, once its answer is known. Raises NotFound."""
    return _only(session, _place(place_id).where(Place.person_id == person.id, is_known(now)))


def get_linked_place(session: Session, place_id: uuid.UUID | None, *, now: datetime) -> Place | None:
    """The place a mailed link was made for, with its visit; nothing for a link that was made for none."""
    if place_id is None:
        return None
    return session.scalars(_place(place_id).where(is_known(now))).unique().one_or_none()


def get_place_for_organiser(session: Session, person: Person, place_id: uuid.UUID) -> Place:
    """A place in a programme this person organises, with its visit. Raises NotFound."""
    query = _place(place_id).join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
    return _only(session, query.where(ProgrammeOrganiser.person_id == person.id))


def _place(place_id: uuid.UUID) -> Select[Place]:
    return (
        select(Place)
        .join(Place.visit)
        .join(Visit.call)
        .where(Place.id == place_id)
        .options(
            contains_eager(Place.visit).contains_eager(Visit.call),
            joinedload(Place.person),
            joinedload(Place.choice).joinedload(Choice.application),
        )
    )


def _only(session: Session, query: Select[Place]) -> Place:
    return must_exist(session.scalars(query).unique().one_or_none())
