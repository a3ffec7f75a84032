"""Reads about places and waiting lists."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.states import LIVE, PlaceKind, PlaceState, WaitingState
from peer_visits.visits.models import Visit


def list_participants(session: Session, visit_id: uuid.UUID) -> Sequence[Place]:
    """The accepted places of a visit with their people, by name."""
    query = (
        select(Place)
        .join(Place.person)
        .where(Place.visit_id == visit_id, Place.state == PlaceState.ACCEPTED)
        .order_by(Person.name, Person.id)
        .options(joinedload(Place.person))
    )
    return session.scalars(query).all()


@dataclass(frozen=True)
class Waits:
    """A person waits for a visit; `ahead` is how many wait before them."""

    visit: Visit
    ahead: int


def list_places_of_person(session: Session, person_id: uuid.UUID) -> Sequence[Place]:
    """Everything a person holds or held, with its visit; the latest first."""
    query = (
        select(Place)
        .where(Place.person_id == person_id)
        .order_by(Place.offered_at.desc(), Place.id)
        .options(joinedload(Place.visit), joinedload(Place.choice))
    )
    return session.scalars(query).unique().all()


def list_waits_of_person(session: Session, person_id: uuid.UUID) -> Mapping[uuid.UUID, list[Waits]]:
    """Where a person waits, by application."""
    before = _ahead()
    rows = session.execute(
        select(Choice.application_id, Visit, before)
        .select_from(WaitingEntry)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .join(Visit, Visit.id == WaitingEntry.visit_id)
        .where(Application.person_id == person_id, WaitingEntry.state == WaitingState.WAITING)
        .order_by(Choice.rank)
    ).unique()
    waits: dict[uuid.UUID, list[Waits]] = {}
    for application_id, visit, ahead in rows:
        waits.setdefault(application_id, []).append(Waits(visit, ahead))
    return waits


def _ahead() -> ScalarSelect[int]:
    other = aliased(WaitingEntry)
    return (
        select(func.count())
        .select_from(other)
        .where(
            other.visit_id == WaitingEntry.visit_id,
            other.state == WaitingState.WAITING,
            other.position < WaitingEntry.position,
        )
        .correlate(WaitingEntry)
        .scalar_subquery()
    )


def places_of_call(
    call_id: uuid.UUID, *, visit_slug: str = "", state: PlaceState | None = None
) -> Select[Place]:
    """The places of a call by visit, seat and time, to be fetched page by page."""
    query = (
        select(Place)
        .join(Place.visit)
        .join(Place.person)
        .where(Visit.call_id == call_id)
        .order_by(Visit.position, Place.seat.is_(None), Place.seat, Place.offered_at, Person.name, Place.id)
        .options(joinedload(Place.visit), joinedload(Place.person), joinedload(Place.choice))
    )
    if visit_slug:
        query = query.where(Visit.slug == visit_slug)
    return query.where(Place.state == state) if state else query


def count_places(session: Session, call_id: uuid.UUID) -> Mapping[uuid.UUID, Mapping[PlaceState, int]]:
    """How many participants' places of each state every visit of a call has."""
    rows = session.execute(
        select(Place.visit_id, Place.state, func.count())
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call_id, Place.kind == PlaceKind.PARTICIPANT)
        .group_by(Place.visit_id, Place.state)
    )
    counts: dict[uuid.UUID, dict[PlaceState, int]] = {}
    for visit_id, state, number in rows:
        counts.setdefault(visit_id, {})[state] = number
    return counts


def count_waiting(session: Session, call_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """How many wait for every visit of a call."""
    rows = session.execute(
        select(WaitingEntry.visit_id, func.count())
        .join(Visit, Visit.id == WaitingEntry.visit_id)
        .where(Visit.call_id == call_id, WaitingEntry.state == WaitingState.WAITING)
        .group_by(WaitingEntry.visit_id)
    )
    return {row[0]: row[1] for row in rows}


def next_waiting(visit: Visit) -> Select[WaitingEntry]:
    """The first who waits for the visit with a sent application and room for one more place."""
    other_visit = aliased(Visit)
    held = (
        select(func.count(Place.id))
        .join(other_visit, other_visit.id == Place.visit_id)
        .where(
            Place.person_id == Application.person_id,
            Place.kind == PlaceKind.PARTICIPANT,
            Place.state.in_(LIVE),
            other_visit.call_id == visit.call_id,
        )
        .scalar_subquery()
    )
    return (
        select(WaitingEntry)
        .join(WaitingEntry.choice)
        .join(Choice.application)
        .join(Application.person)
        .where(
            WaitingEntry.visit_id == visit.id,
            WaitingEntry.state == WaitingState.WAITING,
            Application.state == ApplicationState.SUBMITTED,
            held < visit.call.places_per_person,
        )
        .order_by(WaitingEntry.position)
        .limit(1)
        .options(
            contains_eager(WaitingEntry.choice)
            .contains_eager(Choice.application)
            .contains_eager(Application.person)
        )
    )
