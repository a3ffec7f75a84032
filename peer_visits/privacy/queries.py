"""Reads about what is due to be forgotten; a fixed number of statements each."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice, ForgottenApplication
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Call, CallRetention
from peer_visits.places.models import Place
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.privacy.duties import has_role
from peer_visits.privacy.rules import IN_USE, Limits, Outcome, outcome_of
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Kept:
    """How many applications of one outcome a call still keeps."""

    outcome: Outcome
    number: int


def limits_of(retention: CallRetention) -> Limits:
    """The limits a call has set."""
    return Limits({one: getattr(retention, f"{one}_months") for one in Outcome})


def _has_place() -> ColumnElement[bool]:
    return exists().where(
        Place.choice_id == Choice.id,
        Choice.application_id == Application.id,
        Place.state == PlaceState.ACCEPTED,
    )


def _is_kept() -> ColumnElement[bool]:
    return ~exists().where(ForgottenApplication.application_id == Application.id)


def count_kept(session: Session, call_id: uuid.UUID) -> list[Kept]:
    """How many applications of each outcome are not forgotten yet."""
    has_place = _has_place()
    rows = session.execute(
        select(Application.state, has_place, func.count())
        .where(Application.call_id == call_id, _is_kept())
        .group_by(Application.state, has_place)
    )
    counted: Counter[Outcome] = Counter()
    for state, placed, number in rows:
        counted[outcome_of(state, has_place=placed)] += number
    return [Kept(one, counted[one]) for one in Outcome]


def find_due(session: Session, now: datetime) -> list[uuid.UUID]:
    """Applications whose time is over, of calls that are not held; never before their visits are over."""
    to_come = exists().where(
        Choice.application_id == Application.id,
        Place.choice_id == Choice.id,
        Place.state.in_(LIVE),
        Visit.id == Place.visit_id,
        func.coalesce(
            Visit.held_ends_on, Visit.held_starts_on, Visit.announced_ends_on, Visit.announced_starts_on
        )
        >= now.date(),
    )
    rows = session.execute(
        select(Application.id, Application.state, _has_place(), Call.closes_at, CallRetention)
        .join(Call, Call.id == Application.call_id)
        .join(CallRetention, CallRetention.call_id == Call.id)
        .where(Call.closes_at < now, CallRetention.is_held.is_(False), _is_kept(), ~to_come)
        .order_by(Application.id)
    )
    return [
        identity
        for identity, state, placed, closes_at, retention in rows
        if limits_of(retention).is_due(outcome_of(state, has_place=placed), closes_at, now)
    ]


def is_unused(session: Session, person: Person, now: datetime) -> bool:
    """Whether an account is there for nothing any more: no role, nothing kept, nothing done for half a year."""
    if has_role(session, person.id) or person.created_at > now - IN_USE:
        return False
    kept = select(Application.id).where(Application.person_id == person.id, _is_kept())
    deeds = select(AuditLine.id).where(AuditLine.actor_id == person.id, AuditLine.at > now - IN_USE)
    to_come = (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .where(
            Place.person_id == person.id,
            Place.state.in_(LIVE),
            or_(Visit.announced_ends_on.is_(None), Visit.announced_ends_on >= now.date()),
        )
    )
    return not any(session.scalar(query.limit(1)) for query in (kept, deeds, to_come))


def list_calls_with_limits(
    session: Session, programme_id: uuid.UUID
) -> Sequence[tuple[Call, CallRetention | None]]:
    """The calls of a programme, each with its limits if it has any."""
    query = (
        select(Call, CallRetention)
        .outerjoin(CallRetention, CallRetention.call_id == Call.id)
        .where(Call.programme_id == programme_id)
        .order_by(Call.opens_at, Call.id)
    )
    return [(call, retention) for call, retention in session.execute(query).unique()]
