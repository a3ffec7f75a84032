"""Reads about what is due to be forgotten; a fixed number of statements each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, ForgottenApplication
from peer_visits.audit.models import AuditLine
from peer_visits.calls.models import Call, CallRetention
from peer_visits.places.models import Place
from peer_visits.places.states import LIVE
from peer_visits.privacy.duties import has_role
from peer_visits.privacy.endings import is_kept
from peer_visits.privacy.models import ErasedPerson
from peer_visits.privacy.rules import IN_USE
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import is_to_come


def find_latest_removal(session: Session) -> datetime | None:
    """When somebody was erased, or an application forgotten, for the last time."""
    moments = session.execute(
        select(
            select(func.max(ErasedPerson.at)).scalar_subquery(),
            select(func.max(ForgottenApplication.at)).scalar_subquery(),
        )
    ).one()
    return max((one for one in moments if one), default=None)


def is_unused(session: Session, person: Person, now: datetime) -> bool:
    """Whether an account is there for nothing any more: no role, nothing kept, nothing done for half a year."""
    if has_role(session, person.id) or person.created_at > now - IN_USE:
        return False
    kept = select(Application.id).where(Application.person_id == person.id, is_kept())
    deeds = select(AuditLine.id).where(AuditLine.actor_id == person.id, AuditLine.at > now - IN_USE)
    to_come = (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .where(
            Place.person_id == person.id,
            Place.state.in_(LIVE),
            is_to_come(now.date()),
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
