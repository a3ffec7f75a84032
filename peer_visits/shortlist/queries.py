"""What a host sees: sent applications' choices for the own visit, and nothing of the other choices."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from peer_visits.accounts.models import OrganisationKind, Person
from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.shortlist.models import Review, Shortlist, ShortlistEntry
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.visits.models import HostMember, Visit

TO_DECIDE = "to_decide"


@dataclass(frozen=True)
class DeskCard:
    """One of a host's visits, with how far the reading has come."""

    visit: Visit
    choices: int
    read: int
    decided: int
    state: ShortlistState


@dataclass(frozen=True)
class BoardRow:
    """One choice on the board: who, not how to reach them, and none of their other choices."""

    choice_id: uuid.UUID
    rank: int
    name: str
    organisation: str
    organisation_kind: OrganisationKind | None
    country: str | None
    is_synthetic: bool
    points: float | None
    proposal: Proposal | None
    position: int | None
    in_conflict: bool


@dataclass(frozen=True)
class Group:
    """The shortlisted so far: how many, from which countries and kinds of organisation."""

    size: int
    countries: dict[str, int]
    kinds: dict[OrganisationKind | None, int]


def list_desk(session: Session, person: Person) -> list[DeskCard]:
    """Every visit the person hosts, those of the latest call first, in one statement."""
    query = (
        select(
            Visit,
            _count_choices(),
            _count_choices(Choice.is_read.is_(True)),
            _count_entries(),
            func.coalesce(Shortlist.state, ShortlistState.OPEN),
        )
        .join(Visit.call)
        .options(contains_eager(Visit.call))
        .join(HostMember, HostMember.visit_id == Visit.id)
        .outerjoin(Shortlist, Shortlist.visit_id == Visit.id)
        .where(HostMember.person_id == person.id)
        .order_by(Call.closes_at.desc(), Visit.position)
    )
    return [DeskCard(*row) for row in session.execute(query).unique()]


def _count_choices(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Choice)
        .where(Choice.visit_id == Visit.id, Choice.is_sent, *conditions)
        .correlate(Visit)
        .scalar_subquery()
    )


def _count_entries() -> ScalarSelect[int]:
    query = select(func.count()).select_from(ShortlistEntry)
    return query.where(ShortlistEntry.visit_id == Visit.id).correlate(Visit).scalar_subquery()


def board_query(
    visit: Visit, *, reader: Person, sees_team: bool, pile: str = "", words: str = ""
) -> Select[Any]:
    """The choices of the board in its order: shortlisted, reserve, then the undecided by score.

    Narrow on purpose: a page is found here, and only its rows are read whole (`list_board_rows`).
    A reviewer's order follows own scores; whoever leads sees the team's mean.
    """
    undecided = ShortlistEntry.proposal.is_(None)
    points = case((undecided, _points(reader, sees_team=sees_team)))
    query: Select[Any] = (
        select(Choice.id)
        .outerjoin(ShortlistEntry, ShortlistEntry.choice_id == Choice.id)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .order_by(_PILES, ShortlistEntry.position, points.desc().nulls_last(), Choice.rank, Choice.id)
    )
    if pile == TO_DECIDE:
        query = query.where(undecided)
    elif pile in set(Proposal):
        query = query.where(ShortlistEntry.proposal == Proposal(pile))
    return _with_words(query, words) if words else query


def _with_words(query: Select[Any], words: str) -> Select[Any]:
    by_name = Person.name.icontains(words, autoescape=True)
    return (
        query.join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(or_(by_name, Person.organisation.icontains(words, autoescape=True)))
    )


def list_board_rows(
    session: Session, choice_ids: Sequence[uuid.UUID], *, reader: Person, sees_team: bool
) -> list[BoardRow]:
    """The rows of these choices, in the sequence given."""
    columns: list[Any] = [
        Choice.id,
        Choice.rank,
        Person.name,
        Person.organisation,
        Person.organisation_kind,
        Person.country,
        Person.is_synthetic,
        _points(reader, sees_team=sees_team),
        ShortlistEntry.proposal,
        ShortlistEntry.position,
        _in_conflict(reader),
    ]
    query = (
        select(*columns)
        .join(Application, Application.id == Choice.application_id)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(ShortlistEntry, ShortlistEntry.choice_id == Choice.id)
        .where(Choice.id.in_(choice_ids))
    )
    rows = {row[0]: BoardRow(*row) for row in session.execute(query)}
    return [rows[one] for one in choice_ids]


_PILES = case(
    (ShortlistEntry.proposal == Proposal.SHORTLISTED, 0),
    (ShortlistEntry.proposal == Proposal.RESERVE, 1),
    (ShortlistEntry.proposal.is_(None), 2),
    else_=3,
)


def _points(reader: Person, *, sees_team: bool) -> ScalarSelect[float | None]:
    query = select(func.avg(Review.points)).where(Review.choice_id == Choice.id)
    if not sees_team:
        query = query.where(Review.reviewer_id == reader.id)
    return query.correlate(Choice).scalar_subquery()


def _in_conflict(reader: Person) -> ColumnElement[bool]:
    return exists().where(
        Review.choice_id == Choice.id, Review.reviewer_id == reader.id, Review.conflict_of_interest
    )


def count_piles(session: Session, visit: Visit) -> dict[str, int]:
    """How many choices lie on each pile. Whoever withdraws leaves the piles, so entries alone are counted."""
    entries = (
        select(ShortlistEntry.proposal, func.count())
        .where(ShortlistEntry.visit_id == visit.id)
        .group_by(ShortlistEntry.proposal)
    )
    counted: dict[Proposal, int] = dict(session.execute(entries).all())
    total = session.scalar(select(func.count()).where(Choice.visit_id == visit.id, Choice.is_sent)) or 0
    undecided = total - sum(counted.values())
    return {TO_DECIDE: undecided, **{pile.value: counted.get(pile, 0) for pile in Proposal}}


def find_group(session: Session, visit: Visit) -> Group:
    """The shortlisted so far, in one statement."""
    query = (
        select(Person.country, Person.organisation_kind, func.count())
        .select_from(ShortlistEntry)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .join(Choice.application)
        .join(Person, Person.id == Application.person_id)
        .where(
            ShortlistEntry.visit_id == visit.id,
            ShortlistEntry.proposal == Proposal.SHORTLISTED,
            Choice.is_sent,
        )
        .group_by(Person.country, Person.organisation_kind)
    )
    countries: dict[str, int] = {}
    kinds: dict[OrganisationKind | None, int] = {}
    for country, kind, count in session.execute(query):
        countries[country or ""] = countries.get(country or "", 0) + count
        kinds[kind] = kinds.get(kind, 0) + count
    largest_first = dict(sorted(countries.items(), key=lambda one: (-one[1], one[0])))
    return Group(sum(kinds.values()), largest_first, kinds)


def find_shortlist(session: Session, visit: Visit) -> Shortlist:
    """The visit's shortlist; one that was never touched is open, at version 0."""
    found = session.get(Shortlist, visit.id)
    return found or Shortlist(visit_id=visit.id, state=ShortlistState.OPEN, version=0, note="")


def list_entries(session: Session, visit_id: uuid.UUID) -> Sequence[ShortlistEntry]:
    """The ordered entries of a visit, withdrawn applications left out."""
    query = (
        select(ShortlistEntry)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(ShortlistEntry.visit_id == visit_id, Choice.is_sent)
        .order_by(ShortlistEntry.proposal, ShortlistEntry.position)
    )
    return session.scalars(query).all()


def list_positions(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Where everybody on the two ordered piles stands now, counted anew where somebody withdrew."""
    positions: dict[uuid.UUID, int] = {}
    heights: Counter[Proposal] = Counter()
    rows = session.execute(
        select(ShortlistEntry.choice_id, ShortlistEntry.proposal)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(
            ShortlistEntry.visit_id == visit_id,
            ShortlistEntry.position.is_not(None),
            Choice.is_sent,
        )
        .order_by(ShortlistEntry.position)
    )
    for choice_id, pile in rows:
        heights[pile] += 1
        positions[choice_id] = heights[pile]
    return positions


def list_choice_ids(session: Session, visit: Visit, wanted: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those of the wanted that are sent choices for this visit, in the sequence given."""
    query = select(Choice.id).where(
        Choice.id.in_(wanted),
        Choice.visit_id == visit.id,
        Choice.is_sent,
    )
    known = set(session.scalars(query))
    return [one for one in dict.fromkeys(wanted) if one in known]


def find_choice(session: Session, visit: Visit, choice_id: uuid.UUID) -> Choice | None:
    """A sent choice for this visit, with its application and person."""
    query = (
        select(Choice)
        .join(Choice.application)
        .where(
            Choice.id == choice_id,
            Choice.visit_id == visit.id,
            Choice.is_sent,
        )
        .options(joinedload(Choice.application).joinedload(Application.person))
    )
    return session.scalars(query).unique().one_or_none()


def list_reviews(session: Session, choice_id: uuid.UUID) -> Sequence[Review]:
    """All reviews of a choice with their reader and scores; `access` decides who sees which."""
    query = (
        select(Review)
        .where(Review.choice_id == choice_id)
        .options(joinedload(Review.reviewer), selectinload(Review.scores))
        .order_by(Review.saved_at)
    )
    return session.scalars(query).unique().all()


def find_next_to_read(session: Session, visit: Visit, person: Person) -> uuid.UUID | None:
    """A choice this person has not read yet: the one with the fewest reviews, then the longest waiting."""
    read = select(Review.choice_id).where(Review.reviewer_id == person.id)
    reviews = (
        select(func.count(Review.id)).where(Review.choice_id == Choice.id).correlate(Choice).scalar_subquery()
    )
    query = (
        select(Choice.id)
        .join(Choice.application)
        .where(Choice.visit_id == visit.id, Choice.is_sent, Choice.id.not_in(read))
        .order_by(reviews, Application.submitted_at, Choice.id)
        .limit(1)
    )
    return session.scalar(query)


def find_review(session: Session, reader: Person, choice_id: uuid.UUID) -> Review | None:
    """A person's own review of a choice, with its scores."""
    query = (
        select(Review)
        .where(Review.choice_id == choice_id, Review.reviewer_id == reader.id)
        .options(selectinload(Review.scores))
    )
    return session.scalars(query).one_or_none()


@dataclass(frozen=True)
class Neighbours:
    """Where a choice stands among all to be read, the oldest first; `number` counts from 1."""

    number: int
    total: int
    previous: uuid.UUID | None
    next: uuid.UUID | None


def find_neighbours(session: Session, choice: Choice) -> Neighbours:
    """The applications before and after this one, in the order they were sent."""
    queue = (
        select(Choice.id).join(Choice.application).where(Choice.visit_id == choice.visit_id, Choice.is_sent)
    )
    sent_at = choice.application.submitted_at
    tied = Application.submitted_at == sent_at
    before = queue.where(or_(Application.submitted_at < sent_at, and_(tied, Choice.id < choice.id)))
    after = queue.where(or_(Application.submitted_at > sent_at, and_(tied, Choice.id > choice.id)))
    previous = before.order_by(Application.submitted_at.desc(), Choice.id.desc()).limit(1)
    following = after.order_by(Application.submitted_at, Choice.id).limit(1)
    ahead, total, *beside = session.execute(
        select(
            *(select(func.count()).select_from(one.subquery()).scalar_subquery() for one in (before, queue)),
            *(one.scalar_subquery() for one in (previous, following)),
        )
    ).one()
    return Neighbours(ahead + 1, total, *beside)
