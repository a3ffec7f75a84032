"""One choice to be read, its reviews, and what stands beside it in the queue."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
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


def _is_to_read(visit: Visit, person: Person) -> ColumnElement[bool]:
    """Whether a choice is still to be read by this person.

    Where the reading is split, only what was given to them; never what they have a conflict of interest with.
    """
    is_read = exists().where(Review.choice_id == Choice.id, Review.reviewer_id == person.id, is_done())
    is_declared = exists().where(
        Conflict.choice_id == Choice.id,
        Conflict.person_id == person.id,
        Conflict.state == ConflictState.DECLARED,
    )
    is_task = exists().where(ReadingTask.choice_id == Choice.id, ReadingTask.reader_id == person.id)
    return and_(~is_read, ~is_declared, or_(~_is_split(visit), is_task))


def find_next_to_read(session: Session, visit: Visit, person: Person) -> uuid.UUID | None:
    """A choice this person has not read to the end: the one with the fewest scores, then the longest waiting."""
    scores = (
        select(func.count(Review.points))
        .where(Review.choice_id == Choice.id)
        .correlate(Choice)
        .scalar_subquery()
    )
    query = (
        select(Choice.id)
        .join(Choice.application)
        .where(Choice.visit_id == visit.id, Choice.is_sent, _is_to_read(visit, person))
        .order_by(scores, Application.submitted_at, Choice.id)
    )
    return session.scalar(query.limit(1))


def is_withdrawn(session: Session, visit: Visit, choice_id: uuid.UUID) -> bool:
    """Whether a choice for this visit was taken back with its application."""
    query = (
        select(Choice.id)
        .join(Choice.application)
        .where(
            Choice.id == choice_id,
            Choice.visit_id == visit.id,
            Application.state == ApplicationState.WITHDRAWN,
        )
    )
    return session.scalar(query) is not None


def find_review(session: Session, reader: Person, choice_id: uuid.UUID) -> Review | None:
    """A person's own review of a choice, with its scores."""
    query = (
        select(Review)
        .where(Review.choice_id == choice_id, Review.reviewer_id == reader.id)
        .options(selectinload(Review.scores))
    )
    return session.scalars(query).one_or_none()


@dataclass(frozen=True)
class Queue:
    """All choices of a visit in the order they were sent, and which of them one person has still to read.

    Ids as hexadecimal text: of some hundreds only a few are needed.
    """

    order: Sequence[str]
    to_read: frozenset[str]

    @property
    def left(self) -> int:
        """How many this person has still to read."""
        return len(self.to_read)

    def neighbours(self, choice_id: uuid.UUID) -> Neighbours:
        """What stands beside a choice, and where skipping it leads: the next to be read, from the end round."""
        at = self.order.index(choice_id.hex)
        later = (*self.order[at + 1 :], *self.order[:at])
        skip = next((one for one in later if one in self.to_read), None)
        return Neighbours(
            number=at + 1,
            total=len(self.order),
            previous=_id(self.order[at - 1] if at else None),
            next=_id(self.order[at + 1] if at + 1 < len(self.order) else None),
            skip=_id(skip),
        )


@dataclass(frozen=True)
class Neighbours:
    """Where a choice stands among all to be read, the oldest first; `number` counts from 1."""

    number: int
    total: int
    previous: uuid.UUID | None
    next: uuid.UUID | None
    skip: uuid.UUID | None


def _id(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def read_queue(session: Session, visit: Visit, person: Person) -> Queue:
    """The queue of a visit as one person reads it, in one statement."""
    query = (
        select(cast(Choice.id, String), _is_to_read(visit, person))
        .join(Choice.application)
        .where(Choice.visit_id == visit.id, Choice.is_sent)
        .order_by(Application.submitted_at, Choice.id)
    )
    rows = [(one.replace("-", ""), is_to_read) for one, is_to_read in session.execute(query)]
    return Queue([one for one, _is in rows], frozenset(one for one, is_to_read in rows if is_to_read))


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
