"""Reads about programmes and calls."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser


def list_organisers(session: Session, programme_id: uuid.UUID) -> Sequence[Person]:
    """Who runs a programme, by name: whom mails to "the organiser" go to."""
    query = (
        select(Person)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.person_id == Person.id)
        .where(ProgrammeOrganiser.programme_id == programme_id)
        .order_by(Person.name, Person.id)
    )
    return session.scalars(query).all()


def list_programmes_of(session: Session, person: Person) -> Sequence[Programme]:
    """The programmes a person organises, by name."""
    query = (
        select(Programme)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Programme.id)
        .where(ProgrammeOrganiser.person_id == person.id)
        .order_by(Programme.name)
    )
    return session.scalars(query).all()


def list_calls_of(session: Session, person: Person) -> Sequence[Call]:
    """The calls of the programmes a person organises, the latest first."""
    query = (
        select(Call)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(ProgrammeOrganiser.person_id == person.id)
        .order_by(Call.closes_at.desc())
    )
    return session.scalars(query).unique().all()
