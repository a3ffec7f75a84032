"""What came of the commitments of a programme, counted: in three statements, whatever the number of visits."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.followup.commitments.models import Commitment, CommitmentAnswer, CommitmentSheet
from peer_visits.followup.commitments.queries import LEARNERS
from peer_visits.followup.commitments.rules import ASKS, months_passed, state_at
from peer_visits.followup.commitments.states import CommitmentState, DropReason
from peer_visits.places.models import Place
from peer_visits.places.rules import last_day
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit

States = Counter[CommitmentState]


@dataclass
class VisitFigures:
    """One visit: who could write, who did, and how what they wrote stands now."""

    visit: Visit
    people: int = 0
    wrote: int = 0
    states: States = field(default_factory=Counter)


@dataclass
class Figures:
    """Everything that is told of a programme. `at` holds how things stood at each ask that has come."""

    visits: list[VisitFigures] = field(default_factory=list)
    at: dict[int, States] = field(default_factory=lambda: {months: Counter() for months in ASKS})
    answered: Counter[int] = field(default_factory=Counter)
    reasons: Counter[DropReason] = field(default_factory=Counter)
    countries: defaultdict[str, States] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def states(self) -> States:
        """How all of them stand now."""
        return sum((one.states for one in self.visits), Counter())

    @property
    def people(self) -> int:
        """Everybody who took part."""
        return sum(one.people for one in self.visits)

    @property
    def wrote(self) -> int:
        """Everybody who wrote."""
        return sum(one.wrote for one in self.visits)


@dataclass(frozen=True)
class _Told:
    id: uuid.UUID
    visit_id: uuid.UUID
    state: CommitmentState
    reason: DropReason | None
    country: str


def read_figures(session: Session, programme_id: uuid.UUID, now: datetime) -> Figures:
    """The figures of a programme's visits that have begun to be followed: somebody took part in them."""
    visits = _read_visits(session, programme_id)
    figures = Figures(list(visits.values()))
    answers = _read_answers(session, programme_id)
    for one in _read_commitments(session, programme_id):
        visits[one.visit_id].states[one.state] += 1
        figures.countries[one.country][one.state] += 1
        if one.reason:
            figures.reasons[one.reason] += 1
        _count_asks(figures, visits[one.visit_id].visit, answers.get(one.id, ()), now)
    return figures


def _count_asks(
    figures: Figures, visit: Visit, answers: Iterable[tuple[int, CommitmentState]], now: datetime
) -> None:
    passed, answers = months_passed(last_day(visit), visit.zone, now), list(answers)
    for months in (one for one in ASKS if one <= passed):
        figures.at[months][state_at(answers, months)] += 1
        figures.answered[months] += any(said == months for said, _state in answers)


def _read_visits(session: Session, programme_id: uuid.UUID) -> dict[uuid.UUID, VisitFigures]:
    people = (
        select(
            Place.visit_id, func.count().label("people"), func.count(CommitmentSheet.place_id).label("wrote")
        )
        .outerjoin(CommitmentSheet, CommitmentSheet.place_id == Place.id)
        .where(Place.state == PlaceState.ACCEPTED, Place.kind.in_(LEARNERS))
        .group_by(Place.visit_id)
        .subquery()
    )
    rows = session.execute(
        select(Visit, people.c.people, people.c.wrote)
        .join(people, people.c.visit_id == Visit.id)
        .join(Visit.call)
        .where(Call.programme_id == programme_id, Call.state != CallState.DRAFT)
        .order_by(Call.closes_at, Visit.position)
    ).unique()
    return {visit.id: VisitFigures(visit, number, wrote) for visit, number, wrote in rows}


def _read_commitments(session: Session, programme_id: uuid.UUID) -> list[_Told]:
    rows = session.execute(
        select(Commitment.id, Place.visit_id, Commitment.state, Commitment.reason, Application.country)
        .join(Place, Place.id == Commitment.place_id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .outerjoin(Choice, Choice.id == Place.choice_id)
        .outerjoin(Application, Application.id == Choice.application_id)
        .where(
            Call.programme_id == programme_id,
            Call.state != CallState.DRAFT,
            Place.state == PlaceState.ACCEPTED,
            Place.kind.in_(LEARNERS),
        )
    )
    return [
        _Told(one, visit_id, state, reason, country or "") for one, visit_id, state, reason, country in rows
    ]


def _read_answers(
    session: Session, programme_id: uuid.UUID
) -> dict[uuid.UUID, list[tuple[int, CommitmentState]]]:
    rows = session.execute(
        select(CommitmentAnswer.commitment_id, CommitmentAnswer.months, CommitmentAnswer.state)
        .join(Commitment, Commitment.id == CommitmentAnswer.commitment_id)
        .join(Place, Place.id == Commitment.place_id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(Call.programme_id == programme_id)
        .order_by(CommitmentAnswer.commitment_id, CommitmentAnswer.number)
    )
    answers: dict[uuid.UUID, list[tuple[int, CommitmentState]]] = defaultdict(list)
    for commitment_id, months, state in rows:
        answers[commitment_id].append((months, state))
    return answers
