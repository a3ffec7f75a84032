"""What is forgotten of applications and when: found before, so that people are told, and when it is due."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from peer_visits.applications.models import Application, Choice, ForgottenApplication
from peer_visits.calls.models import Call, CallRetention
from peer_visits.places.models import Place
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.privacy.rules import USUAL_WARNING, Limits, Outcome, outcome_of
from peer_visits.questions.models import Question
from peer_visits.questions.rules import kept_until
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import LAST_DAY


@dataclass(frozen=True)
class Ending:
    """What of an application is forgotten at a moment: the answers to `questions`, or without any all of it.

    Its person is told from a moment before on; never, if both are the same.
    """

    application_id: uuid.UUID
    at: datetime
    told_from: datetime
    questions: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Group:
    """How many applications of one outcome are kept until when; without limits until nothing."""

    outcome: Outcome
    number: int
    at: datetime | None
    told_from: datetime | None = None


@dataclass(frozen=True)
class QuestionAhead:
    """A question whose answers are forgotten at a moment, and from when on people are told."""

    question: Question
    at: datetime
    told_from: datetime


def limits_of(retention: CallRetention) -> Limits:
    """The limits a call has set."""
    months = {one: getattr(retention, f"{one}_months") for one in Outcome}
    return Limits(months, retention.changed_at, retention.warn_days)


def _has_place() -> ColumnElement[bool]:
    return exists().where(
        Place.choice_id == Choice.id,
        Choice.application_id == Application.id,
        Place.state == PlaceState.ACCEPTED,
    )


def is_kept() -> ColumnElement[bool]:
    """Whether an application is not forgotten yet."""
    return ~exists().where(ForgottenApplication.application_id == Application.id)


def _last_day() -> ColumnElement[Any]:
    """The last day of the visits an application holds a place in, as far as days are known."""
    return (
        select(func.max(LAST_DAY))
        .join(Place, Place.visit_id == Visit.id)
        .join(Choice, Choice.id == Place.choice_id)
        .where(Choice.application_id == Application.id, Place.state.in_(LIVE))
        .correlate(Application)
        .scalar_subquery()
    )


# All of it


def find_whole(session: Session, until: datetime, *wanted: ColumnElement[bool]) -> list[Ending]:
    """Applications that are forgotten by then, of calls that are not held."""
    rows = session.execute(
        select(Call.id, Call.closes_at, CallRetention)
        .join(CallRetention, CallRetention.call_id == Call.id)
        .where(CallRetention.is_held.is_(False))
    )
    calls = {
        call_id: (limits_of(retention), closes_at)
        for call_id, closes_at, retention in rows
        if limits_of(retention).earliest(closes_at) <= until
    }
    query = (
        select(Application.id, Application.call_id, Application.state, _has_place(), _last_day())
        .where(Application.call_id.in_(calls), is_kept(), *wanted)
        .order_by(Application.id)
    )
    found = [
        _whole(identity, *calls[call_id], outcome_of(state, has_place=placed), last_day)
        for identity, call_id, state, placed, last_day in (session.execute(query) if calls else ())
    ]
    return [one for one in found if one.at <= until]


def _whole(
    application_id: uuid.UUID, limits: Limits, closes_at: datetime, outcome: Outcome, last_day: date | None
) -> Ending:
    at = limits.ends(outcome, closes_at, last_day)
    return Ending(application_id, at, at - timedelta(days=limits.warn_days))


def list_groups(session: Session, call: Call, retention: CallRetention | None) -> list[Group]:
    """How many applications of each outcome a call still keeps, the soonest to go first."""
    placed, last_day = _has_place(), _last_day()
    rows = session.execute(
        select(Application.state, placed, last_day, func.count())
        .where(Application.call_id == call.id, is_kept())
        .group_by(Application.state, placed, last_day)
    )
    counted: Counter[tuple[datetime | None, Outcome]] = Counter()
    for state, has_place, last, number in rows:
        outcome = outcome_of(state, has_place=has_place)
        at = limits_of(retention).ends(outcome, call.closes_at, last) if retention else None
        counted[at, outcome] += number
    before = timedelta(days=retention.warn_days) if retention else None
    groups = [
        Group(outcome, number, at, at - before if at and before else None)
        for (at, outcome), number in counted.items()
    ]
    return sorted(groups, key=lambda one: (one.at or call.closes_at, list(Outcome).index(one.outcome)))


# Single answers


def find_questions(
    session: Session, until: datetime, *wanted: ColumnElement[bool]
) -> dict[tuple[uuid.UUID, datetime, datetime], list[Question]]:
    """Questions whose answers are forgotten by then: by call, when, and from when on people are told."""
    days = func.coalesce(CallRetention.warn_days, USUAL_WARNING)
    query = (
        select(Question, Call.closes_at, days)
        .join(Call, Call.id == Question.call_id)
        .outerjoin(CallRetention, CallRetention.call_id == Call.id)
        .where(Question.answers_forgotten_at.is_(None), *wanted)
        .order_by(Question.position, Question.id)
    )
    found: dict[tuple[uuid.UUID, datetime, datetime], list[Question]] = defaultdict(list)
    for question, closes_at, warn_days in session.execute(query):
        at = kept_until(closes_at, question.definition["keep_months"])
        if at <= until:
            found[question.call_id, at, at - timedelta(days=warn_days)].append(question)
    return found


def questions_ahead(session: Session, call: Call) -> list[QuestionAhead]:
    """The questions of a call whose answers are still to be forgotten, the soonest first."""
    found = find_questions(session, datetime.max.replace(tzinfo=UTC), Question.call_id == call.id)
    ahead = [
        QuestionAhead(one, at, told_from)
        for (_call_id, at, told_from), questions in found.items()
        for one in questions
    ]
    return sorted(ahead, key=lambda one: (one.at, one.question.position))


def find_answers(
    session: Session,
    until: datetime,
    *wanted: ColumnElement[bool],
    unless: Callable[[datetime], ColumnElement[bool]] | None = None,
) -> list[Ending]:
    """Applications with answers that are forgotten by then; `unless` leaves out by the moment it happens."""
    return [
        Ending(application_id, at, told_from, answered)
        for (call_id, at, told_from), questions in find_questions(session, until).items()
        for application_id, answered in _answered(
            session,
            [one.id for one in questions],
            Application.call_id == call_id,
            *wanted,
            *([~unless(at)] if unless else []),
        )
    ]


def _answered(
    session: Session, questions: Sequence[uuid.UUID], *wanted: ColumnElement[bool]
) -> Iterator[tuple[uuid.UUID, tuple[uuid.UUID, ...]]]:
    """Which applications hold which of these answers."""
    query = (
        select(Application)
        .where(is_kept(), _may_hold(questions), *wanted)
        .order_by(Application.id)
        .options(selectinload(Application.choices))
    )
    for application in session.scalars(query):
        held = held_answers(application)
        if answered := tuple(one for one in questions if str(one) in held):
            yield application.id, answered


def _may_hold(questions: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """Whether a question is named in the JSON of an application; what stands there exactly is looked at afterwards."""

    def named(column: Any) -> ColumnElement[bool]:
        return or_(*(cast(column, Text).contains(str(one)) for one in questions))

    of_choice = exists().where(Choice.application_id == Application.id, named(Choice.answers))
    return or_(named(Application.answers), named(Application.draft), of_choice)


def held_answers(application: Application) -> set[str]:
    """The questions, as texts, of which an application holds an answer."""
    draft = application.draft or {}
    parts = [
        application.answers,
        *(choice.answers for choice in application.choices),
        draft.get("answers", {}),
        *(choice.get("answers", {}) for choice in draft.get("choices", ())),
    ]
    return {name for part in parts for name, answer in part.items() if answer}
