"""The moves that made a board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaMove, AgendaSession
from peer_visits.agenda.moves import Stand
from peer_visits.kernel.undoing import Logged
from peer_visits.visits.models import Visit

MOST = 100  # moves back that can be undone


def stand_of(item: AgendaSession) -> Stand:
    """Where a session stands."""
    return Stand(datetime.fromisoformat(item.starts_wall) if item.starts_wall else None, item.minutes)


def list_log(session: Session, visit: Visit, *, since: int) -> Sequence[Logged]:
    """The moves from this number on, oldest first."""
    query = (
        select(AgendaMove)
        .where(AgendaMove.visit_id == visit.id, AgendaMove.number >= since)
        .order_by(AgendaMove.number)
    )
    return [_logged(one) for one in session.scalars(query)]


def list_latest_moves(session: Session, visit: Visit) -> Sequence[AgendaMove]:
    """The latest moves, newest first, with the name of who made them."""
    query = (
        select(AgendaMove)
        .where(AgendaMove.visit_id == visit.id)
        .options(defer(AgendaMove.inverse), joinedload(AgendaMove.actor).load_only(Person.name))
        .order_by(AgendaMove.number.desc())
        .limit(MOST)
    )
    return session.scalars(query).all()


def list_moves_since(session: Session, visit: Visit, version: int) -> Sequence[AgendaMove]:
    """What was moved after this version, oldest first, with who did."""
    query = (
        select(AgendaMove)
        .where(AgendaMove.visit_id == visit.id, AgendaMove.number > version)
        .options(joinedload(AgendaMove.actor))
        .order_by(AgendaMove.number)
        .limit(MOST)
    )
    return session.scalars(query).all()


def logged(moves: Sequence[AgendaMove]) -> list[Logged]:
    """Moves as the rules of undoing see them, oldest first."""
    return sorted((_logged(one) for one in moves), key=lambda one: one.number)


def _logged(one: AgendaMove) -> Logged:
    return Logged(one.number, frozenset(step["session"] for step in one.steps), one.undoes)
