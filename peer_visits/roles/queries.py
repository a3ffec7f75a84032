"""Who has which role, as far as the reader may give and take it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser
from peer_visits.library.models import DocumentAuthor
from peer_visits.visits.models import HostMember, Visit


@dataclass(frozen=True)
class Holder:
    """One person in one role; `subject` is the programme or visit, none for administrators."""

    role: str
    person: Person
    subject_id: uuid.UUID | None = None
    where: str = ""


def list_administrators(session: Session) -> list[Holder]:
    """Everyone who may give the role of organiser."""
    query = select(Person).where(Person.is_administrator).order_by(Person.name)
    return [Holder("administrator", person) for person in session.scalars(query)]


def list_organisers(session: Session) -> list[Holder]:
    """Every organiser of every programme."""
    query = (
        select(Person, Programme)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.person_id == Person.id)
        .join(Programme, Programme.id == ProgrammeOrganiser.programme_id)
        .order_by(Programme.name, Person.name)
    )
    return [Holder("organiser", person, one.id, one.name) for person, one in session.execute(query)]


def list_hosts(session: Session, visit_ids: Sequence[uuid.UUID]) -> list[Holder]:
    """The host teams of these visits; the role is `lead` or `reviewer`."""
    query = (
        select(Person, Visit, HostMember.role)
        .join(HostMember, HostMember.person_id == Person.id)
        .join(Visit, Visit.id == HostMember.visit_id)
        .where(Visit.id.in_(visit_ids))
        .order_by(Visit.position, Person.name)
    )
    rows = session.execute(query).unique()
    return [Holder(role.value, person, visit.id, visit.place) for person, visit, role in rows]


def list_authors(session: Session, visit_ids: Sequence[uuid.UUID]) -> list[Holder]:
    """Who writes the documents of these visits."""
    query = (
        select(Person, Visit)
        .join(DocumentAuthor, DocumentAuthor.person_id == Person.id)
        .join(Visit, Visit.id == DocumentAuthor.visit_id)
        .where(Visit.id.in_(visit_ids))
        .order_by(Visit.position, Person.name)
    )
    return [
        Holder("author", person, visit.id, visit.place) for person, visit in session.execute(query).unique()
    ]


def list_programmes(session: Session) -> Sequence[Programme]:
    """Every programme, by name."""
    return session.scalars(select(Programme).order_by(Programme.name)).all()


def list_own_visits(session: Session, person: Person) -> Sequence[Visit]:
    """The visits of the programmes a person organises, the latest call first."""
    query = (
        select(Visit)
        .join(Visit.call)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Call.programme_id)
        .where(ProgrammeOrganiser.person_id == person.id)
        .order_by(Call.closes_at.desc(), Visit.position)
    )
    return session.scalars(query).unique().all()
