"""Reads about an agenda."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaRelease, AgendaSession


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
