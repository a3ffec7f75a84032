"""One choice to be read, its reviews, and what stands beside it in the queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.shortlist.models import Conflict, ReadingTask, Review, Shortlist
from peer_visits.shortlist.states import ConflictState
from peer_visits.visits.models import HostMember, Visit


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


def is_done() -> ColumnElement[bool]:
    """Whether nothing more is asked of a review's reader: every criterion scored, or a conflict declared."""
    return or_(Review.points.is_not(None), Review.conflict_of_interest)


def find_next_to_read(session: Session, visit: Visit, person: Person) -> uuid.UUID | None:
    """A choice this person has not read to the end: the one with the fewest scores, then the longest waiting.

    Where the reading is split, only those given to this person; never one with a conflict of interest.
    """
    read = select(Review.choice_id).where(Review.reviewer_id == person.id, is_done())
    declared = select(Conflict.choice_id).where(
        Conflict.person_id == person.id, Conflict.state == ConflictState.DECLARED
    )
    tasks = select(ReadingTask.choice_id).where(ReadingTask.reader_id == person.id)
    reviews = (
        select(func.count(Review.points))
        .where(Review.choice_id == Choice.id)
        .correlate(Choice)
        .scalar_subquery()
    )
    query = (
        select(Choice.id)
        .join(Choice.application)
        .where(
            Choice.visit_id == visit.id, Choice.is_sent, Choice.id.not_in(read), Choice.id.not_in(declared)
        )
        .where(or_(~_is_split(visit), Choice.id.in_(tasks)))
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


def count_missing(session: Session, visit: Visit) -> int:
    """How many readings the team still owes: of the tasks where the reading is split, else of everything.

    Declared conflicts of interest are no debt.
    """
    is_mine = and_(Review.choice_id == Choice.id, Review.reviewer_id == HostMember.person_id, is_done())
    is_conflict = and_(
        Conflict.choice_id == Choice.id,
        Conflict.person_id == HostMember.person_id,
        Conflict.state == ConflictState.DECLARED,
    )
    is_task = and_(ReadingTask.choice_id == Choice.id, ReadingTask.reader_id == HostMember.person_id)
    query = (
        select(func.count())
        .select_from(Choice)
        .join(HostMember, HostMember.visit_id == Choice.visit_id)
        .where(
            Choice.visit_id == visit.id,
            Choice.is_sent,
            ~exists().where(is_mine),
            ~exists().where(is_conflict),
            or_(~_is_split(visit), exists().where(is_task)),
        )
    )
    return session.scalar(query) or 0


def _is_split(visit: Visit) -> ColumnElement[bool]:
    return exists().where(Shortlist.visit_id == visit.id, Shortlist.readers_per_choice.is_not(None))
