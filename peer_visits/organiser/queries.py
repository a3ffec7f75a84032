"""Lists for the organiser: applications, the log, the outbox. Each page a fixed number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.shortlist.models import Review, ShortlistEntry
from peer_visits.visits.models import Visit

SORTS: dict[str, Any] = {
    "name": func.lower(Person.name),
    "organisation": func.lower(Person.organisation),
    "country": Person.country,
    "sent": Application.submitted_at,
}
SORTS_BY_PERSON = SORTS.keys() - {"sent"}


@dataclass(frozen=True)
class ApplicationFilter:
    """What an organiser looks for among the applications of a call."""

    words: str = ""
    state: ApplicationState | None = None
    visit_slug: str = ""
    sort: str = "sent"
    descending: bool = True


def applications_of_call(call_id: uuid.UUID, wanted: ApplicationFilter) -> Select[Application]:
    """The applications to a call with people and choices, to be fetched page by page."""
    query = (
        select(Application)
        .where(Application.call_id == call_id)
        .options(
            joinedload(Application.person, innerjoin=True),
            selectinload(Application.choices).joinedload(Choice.visit),
        )
    )
    if wanted.words or wanted.sort in SORTS_BY_PERSON:
        query = query.join(Application.person)
    if wanted.words:
        query = query.where(_has_words(wanted.words))
    if wanted.state:
        query = query.where(Application.state == wanted.state)
    if wanted.visit_slug:
        query = query.where(_has_chosen(wanted.visit_slug))
    key = SORTS.get(wanted.sort, SORTS["sent"])
    order = key.desc().nulls_last() if wanted.descending else key.asc().nulls_last()
    # The same direction for both, so that an index can be walked instead of sorting every row.
    return query.order_by(order, Application.id.desc() if wanted.descending else Application.id)


def _has_words(words: str) -> ColumnElement[bool]:
    """Name, organisation or address holds the words as typed: % and _ are nothing special."""
    return or_(
        *(
            column.icontains(words, autoescape=True)
            for column in (Person.name, Person.organisation, Person.email)
        )
    )


def _has_chosen(visit_slug: str) -> ColumnElement[bool]:
    return (
        select(Choice.id)
        .join(Visit, Visit.id == Choice.visit_id)
        .where(Choice.application_id == Application.id, Visit.slug == visit_slug)
        .exists()
    )


def count_applications(session: Session, call_id: uuid.UUID) -> Mapping[ApplicationState, int]:
    """How many applications a call has in each state."""
    query = (
        select(Application.state, func.count())
        .where(Application.call_id == call_id)
        .group_by(Application.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_places_by_choice(session: Session, choice_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Place]:
    """The place that came of each choice, where there is one."""
    places = session.scalars(select(Place).where(Place.choice_id.in_(choice_ids)))
    return {place.choice_id: place for place in places if place.choice_id}


def list_waiting_by_choice(
    session: Session, choice_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, WaitingEntry]:
    """The position on a waiting list of each choice, where there is one."""
    entries = session.scalars(select(WaitingEntry).where(WaitingEntry.choice_id.in_(choice_ids)))
    return {entry.choice_id: entry for entry in entries}


def list_entries_by_choice(
    session: Session, choice_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, ShortlistEntry]:
    """What the host proposes for each choice."""
    entries = session.scalars(select(ShortlistEntry).where(ShortlistEntry.choice_id.in_(choice_ids)))
    return {entry.choice_id: entry for entry in entries}


def list_reviews_by_choice(
    session: Session, choice_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, list[Review]]:
    """The reviews of each choice with scores and reviewers, by name."""
    query = (
        select(Review)
        .join(Review.reviewer)
        .where(Review.choice_id.in_(choice_ids))
        .order_by(Person.name, Review.id)
        .options(contains_eager(Review.reviewer), selectinload(Review.scores))
    )
    reviews: dict[uuid.UUID, list[Review]] = {}
    for review in session.scalars(query):
        reviews.setdefault(review.choice_id, []).append(review)
    return reviews


MAILS_SHOWN = 50


def list_mails_to(session: Session, person_id: uuid.UUID, programme_id: uuid.UUID) -> Sequence[Message]:
    """The latest mails of a programme to a person."""
    query = (
        select(Message)
        .where(Message.person_id == person_id, Message.programme_id == programme_id)
        .order_by(Message.created_at.desc(), Message.id)
        .limit(MAILS_SHOWN)
    )
    return session.scalars(query).all()


def log_of_programme(
    programme_id: uuid.UUID, *, action: str = "", words: str = ""
) -> Select[AuditLine, Person]:
    """The audit log, line and actor, the latest first, to be fetched page by page."""
    query = (
        select(AuditLine, Person)
        .outerjoin(Person, Person.id == AuditLine.actor_id)
        .where(AuditLine.programme_id == programme_id)
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
    )
    if action:
        query = query.where(AuditLine.action == action)
    if words:
        query = query.where(
            or_(Person.name.icontains(words, autoescape=True), Person.email.icontains(words, autoescape=True))
        )
    return query


def list_actions(session: Session, programme_id: uuid.UUID) -> Sequence[str]:
    """The kinds of action in a programme's log."""
    query = select(AuditLine.action).where(AuditLine.programme_id == programme_id).distinct()
    return session.scalars(query.order_by(AuditLine.action)).all()


def mails_of_programme(
    programme_id: uuid.UUID, *, state: MessageState | None = None, words: str = ""
) -> Select[Message]:
    """The outbox of a programme: what failed first, then the latest, to be fetched page by page."""
    failed_first = case((Message.state == MessageState.FAILED, 0), else_=1)
    query = (
        select(Message)
        .where(Message.programme_id == programme_id)
        .order_by(failed_first, Message.created_at.desc(), Message.id)
    )
    if state:
        query = query.where(Message.state == state)
    if words:
        columns = (Message.to_name, Message.to_address, Message.subject)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    return query


def count_mails(session: Session, programme_id: uuid.UUID) -> Mapping[MessageState, int]:
    """How many mails of a programme are in each state."""
    query = (
        select(Message.state, func.count())
        .where(Message.programme_id == programme_id)
        .group_by(Message.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_drafts(session: Session, call_id: uuid.UUID) -> Sequence[Application]:
    """Applications to a call that were begun and not sent, with their people."""
    query = (
        select(Application)
        .where(Application.call_id == call_id, Application.state == ApplicationState.DRAFT)
        .options(joinedload(Application.person))
        .order_by(Application.id)
    )
    return session.scalars(query).all()
