"""Reads about applications. What a host may see is read by the shortlist room, never here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call


def with_everything(query: Select[Application]) -> Select[Application]:
    """Load call, choices and their visits along: a fixed number of statements."""
    return query.options(
        joinedload(Application.call), selectinload(Application.choices).joinedload(Choice.visit)
    )


def list_applications_of(session: Session, person: Person) -> Sequence[Application]:
    """A person's applications, the latest call first."""
    query = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(Application.person_id == person.id)
        .order_by(Call.closes_at.desc())
    )
    return session.scalars(with_everything(query)).unique().all()


def find_application(session: Session, person_id: uuid.UUID, call_id: uuid.UUID) -> Application | None:
    """What a person has for a call, drafts and withdrawn ones included."""
    query = select(Application).where(Application.call_id == call_id, Application.person_id == person_id)
    return session.scalars(with_everything(query)).unique().one_or_none()
