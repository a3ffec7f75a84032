"""Reads about visits and their host teams."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.visits.models import HostMember, Visit


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


def list_visits_hosted_by(session: Session, person: Person) -> Sequence[Visit]:
    """The visits a person hosts, soonest first."""
    query = (
        select(Visit)
        .join(HostMember, HostMember.visit_id == Visit.id)
        .where(HostMember.person_id == person.id)
        .order_by(Visit.announced_starts_on, Visit.position)
    )
    return session.scalars(query).unique().all()
