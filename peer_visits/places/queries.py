"""Reads about places and waiting lists."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.places.models import ChoiceReason, Place, WaitingEntry
from peer_visits.places.states import LIVE, MARKED, PlaceKind, PlaceState, WaitingState
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


def is_known(now: datetime) -> ColumnElement[bool]:
    """Whether a place may be shown to its person, by its call: not while the decision can still be undone."""
    return or_(Call.answered_at.is_(None), Call.answered_at <= now, Place.offered_at < Call.decided_at)


@dataclass(frozen=True)
class Waits:
    """A person waits for a visit, their choice `rank`; `ahead` is how many wait before them."""

    visit: Visit
    rank: int
    ahead: int


def list_places_of_person(session: Session, person_id: uuid.UUID, *, now: datetime) -> Sequence[Place]:
    """Everything a person holds or held as far as it is known, with its visit; the latest first."""
    query = (
        select(Place)
        .join(Place.visit)
        .join(Visit.call)
        .where(Place.person_id == person_id, is_known(now))
        .order_by(Place.offered_at.desc(), Place.id)
        .options(contains_eager(Place.visit).contains_eager(Visit.call), joinedload(Place.choice))
    )
    return session.scalars(query).unique().all()


def list_waits_of_person(
    session: Session, person_id: uuid.UUID, *, now: datetime
) -> Mapping[uuid.UUID, list[Waits]]:
    """Where a person waits as far as it is known, by application."""
    before = _ahead()
    rows = session.execute(
        select(Choice.application_id, Visit, Choice.rank, before)
        .select_from(WaitingEntry)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .join(Application, Application.id == Choice.application_id)
        .join(Visit, Visit.id == WaitingEntry.visit_id)
        .join(Visit.call)
        .where(
            Application.person_id == person_id,
            WaitingEntry.state == WaitingState.WAITING,
            or_(Call.answered_at.is_(None), Call.answered_at <= now),
        )
        .order_by(Choice.rank)
        .options(contains_eager(Visit.call))
    ).unique()
    waits: dict[uuid.UUID, list[Waits]] = {}
    for application_id, visit, rank, ahead in rows:
        waits.setdefault(application_id, []).append(Waits(visit, rank, ahead))
    return waits


@dataclass(frozen=True)
class Why:
    """What the decision said of one choice."""

    place: str
    rank: int
    reason: str


def list_reasons_of_person(
    session: Session, person_id: uuid.UUID, *, now: datetime
) -> Mapping[uuid.UUID, list[Why]]:
    """Why each of a person's choices was given or not, as far as it is known, by application."""
    rows = session.execute(
        select(Choice.application_id, Visit.place, Choice.rank, ChoiceReason.reason)
        .join(ChoiceReason, ChoiceReason.choice_id == Choice.id)
        .join(Application, Application.id == Choice.application_id)
        .join(Visit, Visit.id == Choice.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(Application.person_id == person_id, Call.answered_at <= now)
        .order_by(Choice.rank)
    )
    reasons: dict[uuid.UUID, list[Why]] = {}
    for application_id, place, rank, reason in rows:
        reasons.setdefault(application_id, []).append(Why(place, rank, reason))
    return reasons


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
    call_id: uuid.UUID, *, visit_slug: str = "", state: PlaceState | None = None, only_marked: bool = False
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
    if only_marked:
        query = query.where(Place.kind.in_(MARKED))
    return query.where(Place.state == state) if state else query


def count_places(
    session: Session, call_id: uuid.UUID, *, with_marked: bool = False
) -> Mapping[uuid.UUID, Mapping[PlaceState, int]]:
    """How many places of each state every visit of a call has: participants', or with those beside them."""
    query = (
        select(Place.visit_id, Place.state, func.count())
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call_id)
        .group_by(Place.visit_id, Place.state)
    )
    rows = session.execute(query if with_marked else query.where(Place.kind == PlaceKind.PARTICIPANT))
    counts: dict[uuid.UUID, dict[PlaceState, int]] = {}
    for visit_id, state, number in rows:
        counts.setdefault(visit_id, {})[state] = number
    return counts


def count_marked(session: Session, call_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """How many guests, fellow hosts and speakers every visit of a call has."""
    rows = session.execute(
        select(Place.visit_id, func.count())
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call_id, Place.kind.in_(MARKED), Place.state.in_(LIVE))
        .group_by(Place.visit_id)
    )
    return {row[0]: row[1] for row in rows}


def count_waiting(session: Session, call_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """How many wait for every visit of a call."""
    rows = session.execute(
        select(WaitingEntry.visit_id, func.count())
        .join(Visit, Visit.id == WaitingEntry.visit_id)
        .where(Visit.call_id == call_id, WaitingEntry.state == WaitingState.WAITING)
        .group_by(WaitingEntry.visit_id)
    )
    return {row[0]: row[1] for row in rows}


def offer_ids(call_id: uuid.UUID) -> Select[uuid.UUID]:
    """The offers of a call that wait for an answer."""
    return (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call_id, Place.state == PlaceState.OFFERED)
    )


def places_by_id(place_ids: Collection[uuid.UUID]) -> Select[Place]:
    """These places with their people, by name."""
    return (
        select(Place)
        .join(Place.person)
        .where(Place.id.in_(place_ids))
        .order_by(Person.name, Place.id)
        .options(contains_eager(Place.person))
    )
