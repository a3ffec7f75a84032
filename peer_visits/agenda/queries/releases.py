"""Reads about what was published, and to whom it was told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from peer_visits.agenda.models import SESSION_SPEAKER, AgendaRelease, AgendaSpeaker
from peer_visits.agenda.states import SpeakerState
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState

PUBLISHED = "agenda.published"
TAKEN_BACK = "agenda.taken_back"
SPEAKING = "agenda.speaking"
COMING = (SpeakerState.INVITED, SpeakerState.CONFIRMED)


def find_latest_release(session: Session, visit_id: uuid.UUID) -> AgendaRelease | None:
    """What was published last."""
    query = (
        select(AgendaRelease)
        .where(AgendaRelease.visit_id == visit_id)
        .order_by(AgendaRelease.number.desc())
        .limit(1)
    )
    return session.scalar(query)


def find_release(session: Session, visit_id: uuid.UUID, number: int) -> AgendaRelease | None:
    """One release by its number."""
    query = select(AgendaRelease).where(AgendaRelease.visit_id == visit_id, AgendaRelease.number == number)
    return session.scalar(query)


def list_told_people(session: Session, visit_id: uuid.UUID) -> set[uuid.UUID | None]:
    """Who was sent any release of this visit, and has it still."""
    releases = select(AgendaRelease.id).where(AgendaRelease.visit_id == visit_id)
    told = (is_about_release(), Message.about_id.in_(releases), ~is_taken_back())
    query = select(Message.person_id).where(*told)
    return set(session.scalars(query))


def list_told_addresses(session: Session, visit_id: uuid.UUID) -> set[str]:
    """Whom any release of this visit was told as a speaker, by address."""
    releases = select(AgendaRelease.id).where(AgendaRelease.visit_id == visit_id)
    query = select(Message.to_address).where(is_about_release(SPEAKING), Message.about_id.in_(releases))
    return set(session.scalars(query))


def list_speakers_to_tell(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaSpeaker]:
    """Speakers who have been invited and have not said no, by name."""
    query = (
        select(AgendaSpeaker)
        .where(AgendaSpeaker.visit_id == visit_id, AgendaSpeaker.state.in_(COMING))
        .order_by(AgendaSpeaker.name_key)
    )
    return session.scalars(query).all()


def list_new_speakers(session: Session) -> Sequence[uuid.UUID]:
    """Confirmed speakers of a published agenda who were never sent any of its releases."""
    return session.scalars(_new_speakers(AgendaSpeaker.id).order_by(AgendaSpeaker.id)).all()


def find_new_speaker(session: Session, speaker_id: uuid.UUID) -> tuple[AgendaSpeaker, AgendaRelease] | None:
    """Such a speaker with the latest release, if they still are one."""
    query = _new_speakers(AgendaSpeaker, AgendaRelease).where(AgendaSpeaker.id == speaker_id)
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def _new_speakers(*columns: Any) -> Select[Any]:
    other = aliased(AgendaRelease)
    told = (
        exists()
        .where(is_about_release(SPEAKING), Message.to_address == AgendaSpeaker.email)
        .where(Message.about_id == other.id, other.visit_id == AgendaSpeaker.visit_id)
    )
    speaks = exists().where(SESSION_SPEAKER.c.speaker_id == AgendaSpeaker.id)
    return (
        select(*columns)
        .join_from(AgendaRelease, AgendaSpeaker, AgendaSpeaker.visit_id == AgendaRelease.visit_id)
        .where(AgendaSpeaker.state == SpeakerState.CONFIRMED, _is_latest(), speaks, ~told)
    )


def list_newcomers(session: Session) -> Sequence[uuid.UUID]:
    """Accepted places whose holders were never sent the latest release of their visit, or had it taken back."""
    return session.scalars(_newcomers(Place.id).order_by(Place.settled_at, Place.id)).all()


def find_newcomer(session: Session, place_id: uuid.UUID) -> tuple[Place, AgendaRelease] | None:
    """Such a place with its person, visit and release, if it still is one."""
    query = (
        _newcomers(Place, AgendaRelease)
        .where(Place.id == place_id)
        .options(joinedload(Place.person), joinedload(Place.visit))
    )
    found = session.execute(query).unique().one_or_none()
    return (found[0], found[1]) if found else None


def _newcomers(*columns: Any) -> Select[Any]:
    told = exists().where(
        is_about_release(),
        Message.about_id == AgendaRelease.id,
        Message.person_id == Place.person_id,
        ~is_taken_back(),
    )
    return (
        select(*columns)
        .join_from(AgendaRelease, Place, Place.visit_id == AgendaRelease.visit_id)
        .where(Place.state == PlaceState.ACCEPTED, _is_latest(), ~told)
    )


def _is_latest() -> ColumnElement[bool]:
    other = aliased(AgendaRelease)
    latest = select(func.max(other.number)).where(other.visit_id == AgendaRelease.visit_id)
    return AgendaRelease.number == latest.correlate(AgendaRelease).scalar_subquery()


def is_about_release(kind: str = PUBLISHED) -> ColumnElement[bool]:
    """A mail that told of a release; one that was withdrawn before it left told nobody anything."""
    return and_(
        Message.about_kind == AgendaRelease.__tablename__,
        Message.kind == kind,
        Message.state != MessageState.WITHDRAWN,
    )


def is_taken_back() -> ColumnElement[bool]:
    """Whether its person was told since that they do not come any more: then they have no agenda."""
    later = aliased(Message)
    return exists().where(
        later.kind == TAKEN_BACK,
        later.visit_id == Message.visit_id,
        later.person_id == Message.person_id,
        later.created_at >= Message.created_at,
    )
