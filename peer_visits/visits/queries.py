"""Reads about visits and their host teams."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.visits.models import HostMember, Visit

# The days of a visit as far as they are known; null while none is.
FIRST_DAY = func.coalesce(Visit.held_starts_on, Visit.announced_starts_on)
LAST_DAY = func.coalesce(
    Visit.held_ends_on, Visit.announced_ends_on, Visit.held_starts_on, Visit.announced_starts_on
)


def is_to_come(today: date) -> ColumnElement[bool]:
    """A visit that is not over; one without any date may still come."""
    return or_(LAST_DAY.is_(None), today <= LAST_DAY)


def list_visits_of_call(session: Session, call_id: uuid.UUID) -> Sequence[Visit]:
    """The visits of a call in its own order."""
    query = select(Visit).where(Visit.call_id == call_id).order_by(Visit.position)
    return session.scalars(query).unique().all()


def list_host_team(session: Session, visit_id: uuid.UUID) -> Sequence[Person]:
    """The people who act for a visit's host, by name."""
    query = (
        select(Person)
        .join(HostMember, HostMember.person_id == Person.id)
        .where(HostMember.visit_id == visit_id)
        .order_by(Person.name, Person.id)
    )
    return session.scalars(query).all()
