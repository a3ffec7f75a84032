"""Sessions, rooms and speakers as they stand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.agenda.models import SESSION_SPEAKER, AgendaRoom, AgendaSession, AgendaSpeaker
from peer_visits.agenda.states import SpeakerState
from peer_visits.kernel.ids import digest

# Those without a time last.
IN_TIME = (
    AgendaSession.starts_at.is_(None),
    AgendaSession.starts_at,
    AgendaSession.ends_at,
    AgendaSession.title,
    AgendaSession.id,
)


def list_sessions(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaSession]:
    """The sessions in the order of time, those without one last; with rooms and speakers, in two statements."""
    query = select(AgendaSession).where(AgendaSession.visit_id == visit_id).order_by(*IN_TIME)
    return session.scalars(query).unique().all()


def list_rooms(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaRoom]:
    """The rooms of a visit, by name."""
    query = select(AgendaRoom).where(AgendaRoom.visit_id == visit_id).order_by(AgendaRoom.name_key)
    return session.scalars(query).all()


def list_speakers(session: Session, visit_id: uuid.UUID) -> Sequence[AgendaSpeaker]:
    """Everybody who speaks or helps at a visit, by name."""
    query = (
        select(AgendaSpeaker)
        .where(AgendaSpeaker.visit_id == visit_id)
        .options(joinedload(AgendaSpeaker.picture))
        .order_by(AgendaSpeaker.name_key)
    )
    return session.scalars(query).all()


def count_sessions_of_speakers(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """In how many sessions each of them speaks."""
    query = (
        select(SESSION_SPEAKER.c.speaker_id, func.count())
        .join(AgendaSpeaker, AgendaSpeaker.id == SESSION_SPEAKER.c.speaker_id)
        .where(AgendaSpeaker.visit_id == visit_id)
        .group_by(SESSION_SPEAKER.c.speaker_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_sessions_of_speaker(session: Session, speaker: AgendaSpeaker) -> Sequence[AgendaSession]:
    """The sessions somebody speaks in."""
    query = (
        select(AgendaSession)
        .join(SESSION_SPEAKER, SESSION_SPEAKER.c.session_id == AgendaSession.id)
        .where(SESSION_SPEAKER.c.speaker_id == speaker.id)
        .order_by(AgendaSession.starts_at.is_(None), AgendaSession.starts_at, AgendaSession.id)
    )
    return session.scalars(query).unique().all()


def find_speaker_by_secret(session: Session, secret: str) -> AgendaSpeaker | None:
    """Whoever was sent this link, as long as it is good."""
    query = (
        select(AgendaSpeaker)
        .where(AgendaSpeaker.digest == digest(secret))
        .options(joinedload(AgendaSpeaker.picture))
    )
    return session.scalar(query)


def list_introduced_speakers(
    session: Session, visit_id: uuid.UUID, items: Iterable[Mapping[str, Any]]
) -> Sequence[AgendaSpeaker]:
    """The speakers of these published sessions who agree to be introduced, by name."""
    named = {uuid.UUID(one) for item in items for one in item.get("speaker_ids", ())}
    query = (
        select(AgendaSpeaker)
        .where(
            AgendaSpeaker.visit_id == visit_id,
            AgendaSpeaker.id.in_(named),
            AgendaSpeaker.consented_at.is_not(None),
            AgendaSpeaker.state != SpeakerState.DECLINED,
        )
        .order_by(AgendaSpeaker.name_key)
    )
    return [one for one in session.scalars(query) if one.biography or one.picture_id]
