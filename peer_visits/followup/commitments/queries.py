"""Reads about commitments."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.followup.commitments.models import Commitment, CommitmentSheet
from peer_visits.followup.commitments.states import SHOWN, CommitmentState, Showing
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.visits.models import Visit

# Who goes home with something; speakers come to give.
LEARNERS = (PlaceKind.PARTICIPANT, PlaceKind.HOST_GUEST, PlaceKind.FELLOW_HOST)


@dataclass(frozen=True)
class Shown:
    """A commitment as its person agrees to it being read; without a name where they want none."""

    learnt: str
    will_do: str
    state: CommitmentState
    name: str
    organisation: str
    country: str


def find_sheet(session: Session, place_id: uuid.UUID) -> CommitmentSheet | None:
    """What somebody wrote for a place, with everything they answered since."""
    query = (
        select(CommitmentSheet)
        .where(CommitmentSheet.place_id == place_id)
        .options(selectinload(CommitmentSheet.commitments).selectinload(Commitment.answers))
    )
    return session.scalars(query).one_or_none()


def list_shown(session: Session, visit_id: uuid.UUID) -> list[Shown]:
    """What people of a visit let everybody read. The order tells nothing of who wrote what."""
    query = (
        select(Commitment, CommitmentSheet.showing, Person.name, Person.organisation, Person.country)
        .join(CommitmentSheet, CommitmentSheet.place_id == Commitment.place_id)
        .join(Place, Place.id == Commitment.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(
            Place.visit_id == visit_id,
            Place.state == PlaceState.ACCEPTED,
            CommitmentSheet.showing.in_(SHOWN),
            Commitment.will_do != "",
        )
        .order_by(Commitment.id)
    )
    return [
        Shown(one.learnt, one.will_do, one.state, name, organisation, country or "")
        if showing is Showing.NAMED
        else Shown(one.learnt, one.will_do, one.state, "", "", "")
        for one, showing, name, organisation, country in session.execute(query)
    ]


def stayed_away(session: Session, place: Place) -> bool:
    """Whether somebody was noted as absent, and nowhere as present."""
    noted = session.scalars(
        select(Attendance.was_there)
        .join(AgendaSession, AgendaSession.id == Attendance.session_id)
        .where(AgendaSession.visit_id == place.visit_id, Attendance.person_id == place.person_id)
    ).all()
    return bool(noted) and not any(noted)


def commitments_of_call(
    call_id: uuid.UUID, *, visit_slug: str = "", state: CommitmentState | None = None
) -> Select[Commitment]:
    """The commitments of a call with their people, by visit and name, to be fetched page by page."""
    query = (
        select(Commitment)
        .join(Commitment.sheet)
        .join(CommitmentSheet.place)
        .join(Place.visit)
        .join(Place.person)
        .where(Visit.call_id == call_id)
        .order_by(Visit.position, Person.name, Place.id, Commitment.number)
        .options(
            contains_eager(Commitment.sheet)
            .contains_eager(CommitmentSheet.place)
            .options(contains_eager(Place.visit), contains_eager(Place.person), joinedload(Place.choice)),
            selectinload(Commitment.answers),
        )
    )
    if visit_slug:
        query = query.where(Visit.slug == visit_slug)
    return query.where(Commitment.state == state) if state else query


def count_states(session: Session, call_id: uuid.UUID, visit_slug: str = "") -> dict[CommitmentState, int]:
    """How many commitments of a call, or of one of its visits, stand in each state."""
    query = (
        select(Commitment.state, func.count())
        .join(Place, Place.id == Commitment.place_id)
        .join(Visit, Visit.id == Place.visit_id)
        .where(Visit.call_id == call_id)
        .group_by(Commitment.state)
    )
    if visit_slug:
        query = query.where(Visit.slug == visit_slug)
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True)
class Writers:
    """How many take part, and how many of them wrote."""

    people: int
    wrote: int


def count_writers(session: Session, call_id: uuid.UUID, visit_slug: str = "") -> Writers:
    """Who could write and who did, of a call or of one of its visits."""
    query = (
        select(func.count(), func.count(CommitmentSheet.place_id))
        .select_from(Place)
        .join(Visit, Visit.id == Place.visit_id)
        .outerjoin(CommitmentSheet, CommitmentSheet.place_id == Place.id)
        .where(Visit.call_id == call_id, Place.state == PlaceState.ACCEPTED, Place.kind.in_(LEARNERS))
    )
    if visit_slug:
        query = query.where(Visit.slug == visit_slug)
    people, wrote = session.execute(query).one()
    return Writers(people, wrote)


def list_places_to_write(session: Session, person_id: uuid.UUID) -> Sequence[tuple[Place, bool]]:
    """The places a person took part with, the latest visit first, and whether they have written."""
    has_written = exists().where(CommitmentSheet.place_id == Place.id)
    query = (
        select(Place, has_written)
        .join(Place.visit)
        .join(Visit.call)
        .where(Place.person_id == person_id, Place.state == PlaceState.ACCEPTED, Place.kind.in_(LEARNERS))
        .order_by(func.coalesce(Visit.held_starts_on, Visit.announced_starts_on).desc(), Place.id)
        .options(contains_eager(Place.visit).contains_eager(Visit.call))
    )
    return [(place, written) for place, written in session.execute(query).unique()]
