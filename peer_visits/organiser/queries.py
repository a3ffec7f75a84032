"""Lists for the organiser: applications, the log. Each page a fixed number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice, SavedView
from peer_visits.applications.searching import has_words
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Call
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.shortlist.models import Review, ShortlistEntry
from peer_visits.visits.models import Visit


class Eligibility(StrEnum):
    """How an application stands to the rules of its call."""

    FITS = "fits"
    KEPT_OUT = "kept_out"
    LET_IN = "let_in"


SORTS: dict[str, Any] = {
    "name": Application.sort_name,
    "organisation": Application.sort_organisation,
    "country": Application.country,
    "sent": Application.submitted_at,
}


@dataclass(frozen=True)
class ApplicationFilter:
    """What an organiser looks for among the applications of a call."""

    words: str = ""
    state: ApplicationState | None = None
    visit_slug: str = ""
    rank: int | None = None
    country: str = ""
    kind: str = ""
    eligibility: Eligibility | None = None
    is_changed: bool = False
    sort: str = "sent"
    descending: bool = True

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return replace(self, sort="sent", descending=True) != ApplicationFilter()


def applications_of_call(session: Session, call: Call, wanted: ApplicationFilter) -> Select[Application]:
    """The applications to a call with people and choices, to be fetched page by page."""
    query = (
        select(Application)
        .where(Application.call_id == call.id, *_conditions(session, call, wanted))
        .options(
            joinedload(Application.person, innerjoin=True),
            selectinload(Application.choices).joinedload(Choice.visit),
        )
    )
    key = SORTS.get(wanted.sort, SORTS["sent"])
    order = key.desc().nulls_last() if wanted.descending else key.asc().nulls_last()
    # The same direction for both, so that an index can be walked instead of sorting every row.
    return query.order_by(order, Application.id.desc() if wanted.descending else Application.id)


def _conditions(session: Session, call: Call, wanted: ApplicationFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.words:
        yield has_words(session, wanted.words)
    if wanted.state:
        yield Application.state == wanted.state
    if wanted.visit_slug:
        yield _has_chosen(wanted.visit_slug, wanted.rank)
    if wanted.country:
        yield Application.country == wanted.country
    if wanted.kind:
        yield Application.organisation_kind == wanted.kind
    if wanted.eligibility:
        yield _is_eligible(call, wanted.eligibility)
    if wanted.is_changed:
        yield Application.state == ApplicationState.SUBMITTED
        yield Application.draft.is_not(None)


def _has_chosen(visit_slug: str, rank: int | None) -> ColumnElement[bool]:
    query = (
        select(Choice.id)
        .join(Visit, Visit.id == Choice.visit_id)
        .where(Choice.application_id == Application.id, Visit.slug == visit_slug)
    )
    return (query.where(Choice.rank == rank) if rank else query).exists()


def _is_eligible(call: Call, wanted: Eligibility) -> ColumnElement[bool]:
    if wanted is Eligibility.LET_IN:
        return Application.allowed_reason != ""
    rules: list[ColumnElement[bool]] = [true()]
    if call.eligible_countries:
        rules.append(Application.country.in_(call.eligible_countries))
    if call.eligible_kinds:
        rules.append(Application.organisation_kind.in_(call.eligible_kinds))
    fits = and_(*rules)
    return fits if wanted is Eligibility.FITS else not_(func.coalesce(fits, false()))


def count_applications(session: Session, call_id: uuid.UUID) -> Mapping[ApplicationState, int]:
    """How many applications a call has in each state."""
    query = (
        select(Application.state, func.count())
        .where(Application.call_id == call_id)
        .group_by(Application.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def count_by_country(session: Session, call_id: uuid.UUID) -> Mapping[str, int]:
    """How many applications come from each country."""
    query = (
        select(Application.country, func.count())
        .where(Application.call_id == call_id, Application.country.is_not(None))
        .group_by(Application.country)
    )
    return {str(row[0]): row[1] for row in session.execute(query)}


def find_duplicates(session: Session, call_id: uuid.UUID) -> Sequence[Sequence[Application]]:
    """Groups of applications that may be one person with two accounts: the same name, folded, in one country."""
    same = (
        select(Application.sort_name, Application.country)
        .where(*_named(call_id))
        .group_by(Application.sort_name, Application.country)
        .having(func.count() > 1)
        .subquery()
    )
    query = (
        select(Application)
        .join(
            same,
            and_(
                same.c.sort_name == Application.sort_name,
                func.coalesce(same.c.country, "") == func.coalesce(Application.country, ""),
            ),
        )
        .where(Application.call_id == call_id, Application.state != ApplicationState.WITHDRAWN)
        .options(joinedload(Application.person), selectinload(Application.choices).joinedload(Choice.visit))
        .order_by(Application.sort_name, Application.created_at, Application.id)
    )
    groups: dict[tuple[str, str | None], list[Application]] = {}
    for application in session.scalars(query).unique():
        groups.setdefault((application.sort_name, application.country), []).append(application)
    return list(groups.values())


def count_duplicates(session: Session, call_id: uuid.UUID) -> int:
    """How many such groups there are."""
    same = (
        select(Application.sort_name)
        .where(*_named(call_id))
        .group_by(Application.sort_name, Application.country)
        .having(func.count() > 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(same)) or 0


def _named(call_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    """What can be a duplicate: an application whose person was erased has no name, like every other such."""
    is_live = Application.state != ApplicationState.WITHDRAWN
    return (Application.call_id == call_id, is_live, Application.sort_name != "")


def list_views(session: Session, person_id: uuid.UUID, call_id: uuid.UUID) -> Sequence[SavedView]:
    """A person's own views of a call's applications, by name."""
    query = select(SavedView).where(SavedView.person_id == person_id, SavedView.call_id == call_id)
    return session.scalars(query.order_by(SavedView.name)).all()


def list_history(session: Session, application_id: uuid.UUID) -> Sequence[tuple[AuditLine, Person | None]]:
    """What happened to an application, the latest first."""
    query = (
        select(AuditLine, Person)
        .outerjoin(Person, Person.id == AuditLine.actor_id)
        .where(AuditLine.subject_kind == "application", AuditLine.subject_id == application_id)
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .limit(MAILS_SHOWN)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


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


def list_drafts(session: Session, call_id: uuid.UUID) -> Sequence[Application]:
    """Applications to a call that were begun and not sent, with their people."""
    query = (
        select(Application)
        .where(Application.call_id == call_id, Application.state == ApplicationState.DRAFT)
        .options(joinedload(Application.person))
        .order_by(Application.id)
    )
    return session.scalars(query).all()
