"""What somebody has to hand over before they can be erased: what would otherwise stand without anybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, Programme, ProgrammeOrganiser
from peer_visits.calls.states import CallState
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.states import DocumentState
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.queries import is_to_come
from peer_visits.visits.states import HostRole

_UNFINISHED = (DocumentState.OWED, DocumentState.DRAFT, DocumentState.IN_REVIEW)


class DutyKind(StrEnum):
    """In which way somebody is the last."""

    ADMINISTRATOR = "administrator"
    ORGANISER = "organiser"
    LEAD = "lead"
    AUTHOR = "author"


@dataclass(frozen=True)
class Duty:
    """One thing nobody else would do: what for, and the visit or programme it is about."""

    kind: DutyKind
    name: str = ""
    slug: str = ""


def find_duties(session: Session, person: Person, today: date) -> list[Duty]:
    """What this person alone does, in four statements."""
    return [
        *_as_administrator(session, person),
        *_of(session, DutyKind.ORGANISER, _programmes(person)),
        *_of(session, DutyKind.LEAD, _visits_led(person, today)),
        *_of(session, DutyKind.AUTHOR, _documents(person)),
    ]


def _of(session: Session, kind: DutyKind, query: Select[*tuple[Any, ...]]) -> list[Duty]:
    return [Duty(kind, name, slug) for name, slug in session.execute(query)]


def _as_administrator(session: Session, person: Person) -> list[Duty]:
    others = select(func.count()).where(Person.is_administrator, Person.id != person.id)
    return [Duty(DutyKind.ADMINISTRATOR)] if person.is_administrator and not session.scalar(others) else []


def _programmes(person: Person) -> Select[*tuple[Any, ...]]:
    other = aliased(ProgrammeOrganiser)
    return (
        select(Programme.name, Programme.slug)
        .join(ProgrammeOrganiser, ProgrammeOrganiser.programme_id == Programme.id)
        .where(
            ProgrammeOrganiser.person_id == person.id,
            _no_other(other, other.programme_id == Programme.id, person),
        )
        .order_by(Programme.name)
    )


def _visits_led(person: Person, today: date) -> Select[*tuple[Any, ...]]:
    """Visits that are not over: without a known end they are not while their call is published."""
    other = aliased(HostMember)
    return (
        select(Visit.host_name, Visit.slug)
        .join(HostMember, HostMember.visit_id == Visit.id)
        .join(Call, Call.id == Visit.call_id)
        .where(
            HostMember.person_id == person.id,
            HostMember.role == HostRole.LEAD,
            Call.state != CallState.ARCHIVED,
            is_to_come(today),
            _no_other(other, and_(other.visit_id == Visit.id, other.role == HostRole.LEAD), person),
        )
        .order_by(Visit.host_name)
    )


def _documents(person: Person) -> Select[*tuple[Any, ...]]:
    other = aliased(DocumentAuthor)
    unfinished = select(AnalyticalDocument.id).where(
        AnalyticalDocument.visit_id == Visit.id, AnalyticalDocument.state.in_(_UNFINISHED)
    )
    return (
        select(Visit.host_name, Visit.slug)
        .join(DocumentAuthor, DocumentAuthor.visit_id == Visit.id)
        .where(
            DocumentAuthor.person_id == person.id,
            unfinished.exists(),
            _no_other(other, other.visit_id == Visit.id, person),
        )
        .order_by(Visit.host_name)
    )


def _no_other(other: Any, same: ColumnElement[bool], person: Person) -> ColumnElement[bool]:
    return ~select(other.person_id).where(same, other.person_id != person.id).exists()


def has_role(session: Session, person_id: uuid.UUID) -> bool:
    """Whether the person has any role at all; an account with one is not taken away by time."""
    roles = (
        select(ProgrammeOrganiser.person_id).where(ProgrammeOrganiser.person_id == person_id),
        select(HostMember.person_id).where(HostMember.person_id == person_id),
        select(DocumentAuthor.person_id).where(DocumentAuthor.person_id == person_id),
        select(Person.id).where(Person.id == person_id, Person.is_administrator),
    )
    return any(session.scalar(query.limit(1)) for query in roles)
