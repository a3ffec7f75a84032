"""Reads about surveys. What may not be shown is not read."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.followup.survey.models import Survey, SurveyRemark, SurveySide, SurveyTally, SurveyTicket
from peer_visits.followup.survey.rules import FEWEST, Question, Remark, Side, average, is_enough
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import LAST_DAY

Tally = Mapping[int, int]


@dataclass
class Results:
    """What one side answered: counts by question and value, and words."""

    tallies: dict[Question, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    remarks: dict[Remark, list[str]] = field(default_factory=lambda: defaultdict(list))

    def average(self, question: Question) -> float | None:
        """The mean of a question, if enough could say."""
        return average(self.tallies.get(question, {}))


@dataclass(frozen=True)
class SideOfVisit:
    """How many of a side were asked and answered, and what, where that may be shown."""

    invited: int
    answered: int
    results: Results | None


@dataclass(frozen=True)
class VisitResults:
    """One survey with both sides."""

    survey: Survey
    visit: Visit
    sides: Mapping[Side, SideOfVisit]

    @property
    def shown(self) -> dict[Side, Results]:
        """The sides with enough answers, once the survey is closed."""
        return {side: one.results for side, one in self.sides.items() if one.results is not None}


@dataclass(frozen=True)
class ProgrammeResults:
    """All surveys of a programme side by side, and added up where enough answers come together.

    `small` are the words of sides too small to be shown with their visit; `waiting` is how many answers of small sides
    wait until five have come together.
    """

    visits: Sequence[VisitResults]
    totals: Mapping[Side, Results]
    counted: Mapping[Side, int]
    waiting: Mapping[Side, int]
    small: Mapping[Side, Results]


def find_survey(session: Session, visit_id: uuid.UUID) -> Survey | None:
    """The survey of a visit."""
    return session.scalar(select(Survey).where(Survey.visit_id == visit_id))


def find_ticket(session: Session, ticket_id: uuid.UUID | None) -> SurveyTicket | None:
    """A ticket with its survey and visit; nothing for a closed survey, whose tickets are gone."""
    if ticket_id is None:
        return None
    return session.scalars(_tickets().where(SurveyTicket.id == ticket_id)).unique().one_or_none()


def find_ticket_of_person(session: Session, visit_id: uuid.UUID, person_id: uuid.UUID) -> SurveyTicket | None:
    """What this person is asked about a visit."""
    query = _tickets().where(Survey.visit_id == visit_id, SurveyTicket.person_id == person_id)
    return session.scalars(query).unique().one_or_none()


def find_place_of_ticket(session: Session, ticket: SurveyTicket) -> Place | None:
    """The place of somebody who is asked as a guest."""
    query = select(Place).where(
        Place.visit_id == ticket.survey.visit_id,
        Place.person_id == ticket.person_id,
        Place.state == PlaceState.ACCEPTED,
    )
    return session.scalars(query.limit(1)).one_or_none()


def _tickets() -> Select[SurveyTicket]:
    return (
        select(SurveyTicket)
        .join(SurveyTicket.survey)
        .join(Survey.visit)
        .join(Visit.call)
        .options(contains_eager(SurveyTicket.survey).contains_eager(Survey.visit).contains_eager(Visit.call))
    )


def list_visits_to_ask(session: Session, now: datetime) -> Sequence[Visit]:
    """Visits of published calls that ended in the last days, with people and without a survey."""
    came = select(Place.visit_id).where(Place.state == PlaceState.ACCEPTED)
    query = (
        select(Visit)
        .join(Visit.call)
        .where(
            Call.state == CallState.PUBLISHED,
            LAST_DAY.between(_day(now, -8), _day(now, 1)),
            Visit.id.in_(came),
            Visit.id.not_in(select(Survey.visit_id)),
        )
        .order_by(Visit.id)
        .options(contains_eager(Visit.call))
    )
    return session.scalars(query).unique().all()


def _day(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()


def list_to_close(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Surveys whose time is over."""
    query = select(Survey.id).where(Survey.closed_at.is_(None), Survey.closes_at <= now)
    return session.scalars(query.order_by(Survey.closes_at, Survey.id)).all()


def read_results(session: Session, visit_id: uuid.UUID) -> VisitResults | None:
    """The survey of a visit with what may be shown, in four statements."""
    found = _read(session, select(Survey).where(Survey.visit_id == visit_id))
    return found[0] if found else None


def read_programme(session: Session, programme_id: uuid.UUID) -> ProgrammeResults:
    """Every survey of a programme, the oldest first, in six statements."""
    of_programme = Survey.visit_id.in_(
        select(Visit.id).join(Call, Call.id == Visit.call_id).where(Call.programme_id == programme_id)
    )
    visits = _read(session, select(Survey).where(of_programme).order_by(Survey.opened_at, Survey.id))
    summed = and_(of_programme, Survey.closed_at.is_not(None), or_(_is_shown(), SurveySide.pool.is_not(None)))
    rows = session.execute(
        select(SurveyTally.side, SurveyTally.question, SurveyTally.value, func.sum(SurveyTally.number))
        .select_from(SurveyTally)
        .join(SurveySide, _same_side(SurveyTally))
        .join(Survey, Survey.id == SurveySide.survey_id)
        .where(summed)
        .group_by(SurveyTally.side, SurveyTally.question, SurveyTally.value)
    )
    totals: dict[Side, Results] = defaultdict(Results)
    for side, question, value, number in rows:
        totals[side].tallies[question][value] = int(number)
    counted, waiting = _count(session, of_programme)
    pooled = and_(of_programme, Survey.closed_at.is_not(None), SurveySide.pool.is_not(None))
    small: dict[Side, Results] = defaultdict(Results)
    for remark in _remarks(session, pooled):
        small[remark.side].remarks[remark.question].append(remark.words)
    return ProgrammeResults(visits, dict(totals), counted, waiting, dict(small))


def _count(
    session: Session, of_programme: ColumnElement[bool]
) -> tuple[Mapping[Side, int], Mapping[Side, int]]:
    """How many answers the sums are made of, and how many wait."""
    query = (
        select(SurveySide.side, SurveySide.answered, SurveySide.pool)
        .join(Survey, Survey.id == SurveySide.survey_id)
        .where(of_programme, Survey.closed_at.is_not(None))
    )
    counted: dict[Side, int] = defaultdict(int)
    waiting: dict[Side, int] = defaultdict(int)
    for side, answered, pool in session.execute(query):
        (counted if is_enough(answered) or pool is not None else waiting)[side] += answered
    return counted, waiting


def _read(session: Session, query: Select[Survey]) -> list[VisitResults]:
    surveys = session.scalars(query.options(joinedload(Survey.visit))).unique().all()
    ids = [one.id for one in surveys]
    sides: dict[uuid.UUID, dict[Side, SideOfVisit]] = defaultdict(dict)
    closed = {one.id for one in surveys if one.closed_at is not None}
    for row in session.scalars(select(SurveySide).where(SurveySide.survey_id.in_(ids))):
        results = Results() if row.survey_id in closed and is_enough(row.answered) else None
        sides[row.survey_id][row.side] = SideOfVisit(row.invited, row.answered, results)
    shown = and_(Survey.id.in_(ids), Survey.closed_at.is_not(None), _is_shown())
    _fill(sides, _tallies(session, shown), _remarks(session, shown))
    return [VisitResults(one, one.visit, sides[one.id]) for one in surveys]


def _fill(
    sides: Mapping[uuid.UUID, Mapping[Side, SideOfVisit]],
    tallies: Iterable[SurveyTally],
    remarks: Iterable[SurveyRemark],
) -> None:
    for tally in tallies:
        results = sides[tally.survey_id][tally.side].results
        if results is not None:
            results.tallies[tally.question][tally.value] = tally.number
    for remark in remarks:
        results = sides[remark.survey_id][remark.side].results
        if results is not None:
            results.remarks[remark.question].append(remark.words)


def _is_shown() -> ColumnElement[bool]:
    return SurveySide.answered >= FEWEST


def _same_side(model: type[SurveyTally] | type[SurveyRemark]) -> ColumnElement[bool]:
    return and_(SurveySide.survey_id == model.survey_id, SurveySide.side == model.side)


def _tallies(session: Session, which: ColumnElement[bool]) -> Sequence[SurveyTally]:
    query = select(SurveyTally).join(SurveySide, _same_side(SurveyTally))
    return session.scalars(query.join(Survey, Survey.id == SurveySide.survey_id).where(which)).all()


def _remarks(session: Session, which: ColumnElement[bool]) -> Sequence[SurveyRemark]:
    query = select(SurveyRemark).join(SurveySide, _same_side(SurveyRemark))
    query = query.join(Survey, Survey.id == SurveySide.survey_id).where(which)
    return session.scalars(query.order_by(SurveyRemark.question, SurveyRemark.id)).all()


def list_small_sides(session: Session, programme_id: uuid.UUID, side: Side) -> Sequence[SurveySide]:
    """Closed sides of a programme that are too small to be shown and not added up with others yet."""
    query = (
        select(SurveySide)
        .join(Survey, Survey.id == SurveySide.survey_id)
        .join(Visit, Visit.id == Survey.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(
            Call.programme_id == programme_id,
            Survey.closed_at.is_not(None),
            SurveySide.side == side,
            SurveySide.answered.between(1, FEWEST - 1),
            SurveySide.pool.is_(None),
        )
    )
    return session.scalars(query).all()


def last_pool(session: Session, programme_id: uuid.UUID) -> int:
    """The highest number of a set of small sides in a programme."""
    query = (
        select(func.coalesce(func.max(SurveySide.pool), 0))
        .join(Survey, Survey.id == SurveySide.survey_id)
        .join(Visit, Visit.id == Survey.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(Call.programme_id == programme_id)
    )
    return session.scalar(query) or 0


def is_cell(answers: Mapping[Question, int]) -> ColumnElement[bool]:
    """The counts these answers belong to."""
    return tuple_(SurveyTally.question, SurveyTally.value).in_(
        [(one, value) for one, value in answers.items()]
    )
