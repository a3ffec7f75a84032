"""Reads about an agenda."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState

PUBLISHED = "agenda.published"


def list_sessions(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaSession]:
    """The sessions as they stand, in the order of time."""
    query = (
        select(AgendaSession)
        .where(AgendaSession.visit_id == visit_id)
        .order_by(AgendaSession.starts_at, AgendaSession.ends_at, AgendaSession.id)
    )
    return session.scalars(query).all()


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
    """Who was sent any release of this visit."""
    releases = select(AgendaRelease.id).where(AgendaRelease.visit_id == visit_id)
    query = select(Message.person_id).where(_is_about_release(), Message.about_id.in_(releases))
    return set(session.scalars(query))


def list_newcomers(session: Session) -> Sequence[uuid.UUID]:
    """Accepted places whose holders were never sent the latest release of their visit."""
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
        _is_about_release(), Message.about_id == AgendaRelease.id, Message.person_id == Place.person_id
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


def _is_about_release() -> ColumnElement[bool]:
    """A mail that told of a release; one that was withdrawn before it left told nobody anything."""
    return and_(
        Message.about_kind == AgendaRelease.__tablename__,
        Message.kind == PUBLISHED,
        Message.state != MessageState.WITHDRAWN,
    )
