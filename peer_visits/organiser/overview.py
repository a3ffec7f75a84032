"""A call at a glance: how far every visit is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.organiser.queries import count_applications
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.queries import count_marked, count_places, count_waiting
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.shortlist.models import ReadingTask, Shortlist, ShortlistEntry
from peer_visits.shortlist.states import Proposal, ShortlistState
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import list_visits_of_call

Counts = Mapping[uuid.UUID, int]


@dataclass(frozen=True)
class VisitProgress:
    """How far one visit is."""

    visit: Visit
    choices: int
    first_choices: int
    read: int
    shortlisted: int
    reserve: int
    # Readings given out where the reading is split; without any, everybody reads all.
    assigned: int
    handed_over_at: datetime | None
    places: Mapping[PlaceState, int]
    waiting: int
    marked: int

    @property
    def is_handed_over(self) -> bool:
        """Whether the shortlist is here."""
        return self.handed_over_at is not None

    @property
    def accepted(self) -> int:
        """Places whose people have said yes."""
        return self.places.get(PlaceState.ACCEPTED, 0)

    @property
    def offered(self) -> int:
        """Offers that wait for an answer."""
        return self.places.get(PlaceState.OFFERED, 0)


@dataclass(frozen=True)
class Overview:
    """The whole call."""

    applications: Mapping[ApplicationState, int]
    visits: Sequence[VisitProgress]
    failed_mails: int

    @property
    def submitted(self) -> int:
        """Applications that take part."""
        return self.applications.get(ApplicationState.SUBMITTED, 0)

    @property
    def drafts(self) -> int:
        """Applications not sent."""
        return self.applications.get(ApplicationState.DRAFT, 0)

    @property
    def handed_over(self) -> int:
        """Visits whose shortlist is here."""
        return sum(one.is_handed_over for one in self.visits)

    @property
    def capacity(self) -> int:
        """Places in all visits."""
        return sum(one.visit.capacity for one in self.visits)

    @property
    def accepted(self) -> int:
        """Places accepted in all visits."""
        return sum(one.accepted for one in self.visits)

    @property
    def offered(self) -> int:
        """Offers without an answer in all visits."""
        return sum(one.offered for one in self.visits)


def read_overview(session: Session, call: Call) -> Overview:
    """All of it in eleven statements, whatever the number of visits and applications."""
    choices, firsts = _count_choices(session, call), _count_choices(session, call, Choice.rank == 1)
    read, entries = _count_read(session, call), _count_entries(session, call)
    handed_over, places = _handed_over(session, call), count_places(session, call.id)
    waiting, marked = count_waiting(session, call.id), count_marked(session, call.id)
    assigned = _count_assigned(session, call)
    visits = [
        VisitProgress(
            visit=visit,
            choices=choices.get(visit.id, 0),
            first_choices=firsts.get(visit.id, 0),
            read=read.get(visit.id, 0),
            shortlisted=entries.get((visit.id, Proposal.SHORTLISTED), 0),
            reserve=entries.get((visit.id, Proposal.RESERVE), 0),
            assigned=assigned.get(visit.id, 0),
            handed_over_at=handed_over.get(visit.id),
            places=places.get(visit.id, {}),
            waiting=waiting.get(visit.id, 0),
            marked=marked.get(visit.id, 0),
        )
        for visit in list_visits_of_call(session, call.id)
    ]
    return Overview(count_applications(session, call.id), visits, _count_failed(session, call))


def _counts(session: Session, query: Select[uuid.UUID, int]) -> Counts:
    return {row[0]: row[1] for row in session.execute(query)}


def _of_call(call: Call) -> ColumnElement[bool]:
    return Choice.visit_id.in_(select(Visit.id).where(Visit.call_id == call.id))


def _count_choices(session: Session, call: Call, *more: ColumnElement[bool]) -> Counts:
    query = (
        select(Choice.visit_id, func.count())
        .where(_of_call(call), Choice.is_sent, *more)
        .group_by(Choice.visit_id)
    )
    return _counts(session, query)


def _count_read(session: Session, call: Call) -> Counts:
    return _count_choices(session, call, Choice.is_read.is_(True))


def _count_entries(session: Session, call: Call) -> Mapping[tuple[uuid.UUID, Proposal], int]:
    visits = select(Visit.id).where(Visit.call_id == call.id)
    rows = session.execute(
        select(ShortlistEntry.visit_id, ShortlistEntry.proposal, func.count())
        .where(ShortlistEntry.visit_id.in_(visits))
        .group_by(ShortlistEntry.visit_id, ShortlistEntry.proposal)
    )
    return {(visit_id, proposal): number for visit_id, proposal, number in rows}


def _count_assigned(session: Session, call: Call) -> Counts:
    query = (
        select(Choice.visit_id, func.count())
        .join(ReadingTask, ReadingTask.choice_id == Choice.id)
        .where(_of_call(call), Choice.is_sent)
        .group_by(Choice.visit_id)
    )
    return _counts(session, query)


def _handed_over(session: Session, call: Call) -> Mapping[uuid.UUID, datetime | None]:
    query = (
        select(Shortlist.visit_id, Shortlist.handed_over_at)
        .join(Visit, Visit.id == Shortlist.visit_id)
        .where(Visit.call_id == call.id, Shortlist.state == ShortlistState.HANDED_OVER)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _count_failed(session: Session, call: Call) -> int:
    query = select(func.count(Message.id)).where(
        Message.programme_id == call.programme_id, Message.state == MessageState.FAILED
    )
    return session.scalar(query) or 0


@dataclass(frozen=True)
class CallFigures:
    """A call in the list of all of them."""

    applications: Counts
    accepted: Counts


def read_figures(session: Session, call_ids: Sequence[uuid.UUID]) -> CallFigures:
    """Sent applications and accepted places of these calls."""
    applications = (
        select(Application.call_id, func.count())
        .where(Application.call_id.in_(call_ids), Application.state == ApplicationState.SUBMITTED)
        .group_by(Application.call_id)
    )
    accepted = (
        select(Visit.call_id, func.count())
        .join(Place, Place.visit_id == Visit.id)
        .where(
            Visit.call_id.in_(call_ids),
            Place.kind == PlaceKind.PARTICIPANT,
            Place.state == PlaceState.ACCEPTED,
        )
        .group_by(Visit.call_id)
    )
    return CallFigures(_counts(session, applications), _counts(session, accepted))
