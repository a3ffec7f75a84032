"""Reads about documents. The public ones ask for what is published, and nothing else."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call, ProgrammeOrganiser
from peer_visits.library.models import AnalyticalDocument, DocumentAuthor
from peer_visits.library.rules import UNFINISHED
from peer_visits.library.states import DocumentState
from peer_visits.visits.models import HostMember, Visit
from peer_visits.visits.states import HostRole

PUBLISHED = AnalyticalDocument.state == DocumentState.PUBLISHED


def with_visit(query: Select[Any]) -> Select[Any]:
    """With the visit, its call and its file at hand."""
    return (
        query.join(AnalyticalDocument.visit)
        .join(Visit.call)
        .options(
            contains_eager(AnalyticalDocument.visit).contains_eager(Visit.call),
            joinedload(AnalyticalDocument.file),
        )
    )


def find_published(session: Session, slug: str) -> AnalyticalDocument | None:
    """The published edition under this slug."""
    query = with_visit(select(AnalyticalDocument)).where(AnalyticalDocument.slug == slug, PUBLISHED)
    return session.scalars(query).unique().first()


def find_edition(session: Session, slug: str, number: int) -> AnalyticalDocument | None:
    """The edition of this number under the slug, if it is or was published."""
    query = with_visit(select(AnalyticalDocument)).where(
        AnalyticalDocument.slug == slug,
        AnalyticalDocument.edition == number,
        AnalyticalDocument.state.in_((DocumentState.PUBLISHED, DocumentState.SUPERSEDED)),
    )
    return session.scalars(query).unique().first()


def list_published_editions(session: Session, visit_id: uuid.UUID) -> Sequence[AnalyticalDocument]:
    """The published edition of a visit's document, if there is one."""
    query = with_visit(select(AnalyticalDocument)).where(AnalyticalDocument.visit_id == visit_id, PUBLISHED)
    return session.scalars(query).unique().all()


def may_open(person: Person) -> ColumnElement[bool]:
    """A document somebody may open behind the scenes: its authors, its visit's hosts, its programme's organisers."""
    return or_(_writes(person), _hosts(person), _organises(person))


def _writes(person: Person) -> ColumnElement[bool]:
    return exists().where(DocumentAuthor.visit_id == Visit.id, DocumentAuthor.person_id == person.id)


def _hosts(person: Person) -> ColumnElement[bool]:
    """Lead or reviewer of the visit's host team; an expert has no part in the visit itself."""
    return exists().where(
        HostMember.visit_id == Visit.id,
        HostMember.person_id == person.id,
        HostMember.role != HostRole.EXPERT,
    )


def _organises(person: Person) -> ColumnElement[bool]:
    return exists().where(
        ProgrammeOrganiser.programme_id == Call.programme_id, ProgrammeOrganiser.person_id == person.id
    )


def documents_query(person: Person) -> Select[Any]:
    """Every document this person writes, hosts or organises: what is unfinished first, the earliest due on top."""
    is_finished = AnalyticalDocument.state.in_((DocumentState.PUBLISHED, DocumentState.SUPERSEDED))
    return (
        with_visit(select(AnalyticalDocument))
        .where(may_open(person))
        .order_by(
            is_finished,
            AnalyticalDocument.due_on.is_(None),
            AnalyticalDocument.due_on,
            AnalyticalDocument.slug,
            AnalyticalDocument.edition,
        )
    )


def find_document(session: Session, person: Person, document_id: uuid.UUID) -> AnalyticalDocument | None:
    """A document this person writes, hosts or organises."""
    query = with_visit(select(AnalyticalDocument)).where(
        AnalyticalDocument.id == document_id, may_open(person)
    )
    return session.scalars(query).unique().one_or_none()


def is_author(session: Session, person: Person, visit_id: uuid.UUID) -> bool:
    """Whether the person writes this visit's document."""
    return session.get(DocumentAuthor, (visit_id, person.id)) is not None


def is_host(session: Session, person: Person, visit_id: uuid.UUID) -> bool:
    """Whether the person belongs to the visit's host team as lead or reviewer."""
    member = session.get(HostMember, (visit_id, person.id))
    return member is not None and member.role is not HostRole.EXPERT


def list_authors(session: Session, visit_id: uuid.UUID) -> Sequence[Person]:
    """Who writes a visit's document, by name."""
    query = (
        select(Person)
        .join(DocumentAuthor, DocumentAuthor.person_id == Person.id)
        .where(DocumentAuthor.visit_id == visit_id)
        .order_by(Person.name, Person.id)
    )
    return session.scalars(query).all()


def find_latest_edition(session: Session, visit_id: uuid.UUID) -> AnalyticalDocument:
    """The latest edition of a visit that owes a document or has one."""
    query = with_visit(select(AnalyticalDocument)).where(AnalyticalDocument.visit_id == visit_id)
    newest = query.order_by(AnalyticalDocument.edition.desc()).limit(1)
    found: AnalyticalDocument = session.scalars(newest).unique().one()
    return found


def count_editions(session: Session, visit_id: uuid.UUID) -> int:
    """The number of the latest edition; 0 if there is none."""
    query = select(func.max(AnalyticalDocument.edition)).where(AnalyticalDocument.visit_id == visit_id)
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Duty:
    """What a visit of a call owes: its latest edition, if there is one, and who writes it."""

    visit: Visit
    document: AnalyticalDocument | None
    authors: Sequence[Person]


def list_duties(session: Session, call_id: uuid.UUID) -> list[Duty]:
    """The reports of a call, visit by visit in its own order: three statements."""
    visits = session.scalars(select(Visit).where(Visit.call_id == call_id).order_by(Visit.position)).all()
    editions = session.scalars(
        with_visit(select(AnalyticalDocument))
        .where(Visit.call_id == call_id)
        .order_by(AnalyticalDocument.edition)
    ).unique()
    latest = {one.visit_id: one for one in editions}
    writing: defaultdict[uuid.UUID, list[Person]] = defaultdict(list)
    for visit_id, person in session.execute(
        select(DocumentAuthor.visit_id, Person)
        .join(Person, Person.id == DocumentAuthor.person_id)
        .join(Visit, Visit.id == DocumentAuthor.visit_id)
        .where(Visit.call_id == call_id)
        .order_by(Person.name, Person.id)
    ):
        writing[visit_id].append(person)
    return [Duty(one, latest.get(one.id), writing[one.id]) for one in visits]


def count_late(session: Session, call_ids: Sequence[uuid.UUID], today: date) -> Counter[uuid.UUID]:
    """How many reports of each call should have been published by now."""
    query = (
        select(Visit.call_id, func.count())
        .join(AnalyticalDocument, AnalyticalDocument.visit_id == Visit.id)
        .where(
            Visit.call_id.in_(call_ids),
            AnalyticalDocument.due_on < today,
            AnalyticalDocument.state.in_(UNFINISHED),
        )
        .group_by(Visit.call_id)
    )
    return Counter(dict(session.execute(query).all()))


def list_latest(session: Session, most: int = 50) -> Sequence[AnalyticalDocument]:
    """What was published last, the newest first."""
    query = with_visit(select(AnalyticalDocument)).where(PUBLISHED)
    order = (AnalyticalDocument.published_at.desc(), AnalyticalDocument.id)
    return session.scalars(query.order_by(*order).limit(most)).all()
