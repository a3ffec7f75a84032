"""Moving sessions on the board, and taking a move back.

A move is applied under the plan's lock to the board as it is then, so nobody's move overwrites another's unseen.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaMove, AgendaSession
from peer_visits.agenda.moves import (
    Board,
    Move,
    Stand,
    Wanted,
    applied,
    as_data,
    changing,
    from_data,
    inverse,
    moved_meanwhile,
)
from peer_visits.agenda.queries.board import list_stands
from peer_visits.agenda.queries.moves import list_log
from peer_visits.agenda.rules import length_problem, wall_time_problem
from peer_visits.agenda.services.plan import raise_version
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.undoing import is_undone, moved_since
from peer_visits.kernel.zones import to_utc
from peer_visits.visits.models import Visit

Sessions = Mapping[uuid.UUID, AgendaSession]

GONE = phrase("This move has been taken back already.")
MOVED_SINCE = phrase(
    "These sessions have been moved again since, so this move cannot be taken back. Move them by hand."
)


def move_sessions(
    session: Session, *, actor: Person, now: datetime, visit: Visit, wanted: Wanted
) -> AgendaMove | None:
    """Make these moves on the board as it is now. Nothing is noted where nothing changes.

    Raises Refused for a time that cannot be promised, Stale where somebody moved the same session meanwhile.
    """
    number = raise_version(session, visit).version
    board = list_stands(session, visit.id)
    return _make(session, actor, now, visit, number, board, list(wanted(board)))


def undo_move(
    session: Session, *, actor: Person, now: datetime, visit: Visit, number: int
) -> AgendaMove | None:
    """Take a move back, whoever made it. Refused once somebody has moved the same sessions again."""
    version = raise_version(session, visit).version
    log = list_log(session, visit, since=number)
    if not log or log[0].number != number or is_undone(log, number):
        raise Refused(GONE)
    if moved_since(log, number):
        raise Refused(MOVED_SINCE)
    back = from_data(session.get_one(AgendaMove, (visit.id, number)).inverse)
    board = list_stands(session, visit.id)
    return _make(session, actor, now, visit, version, board, back, undoes=number)


def _make(
    session: Session,
    actor: Person,
    now: datetime,
    visit: Visit,
    number: int,
    board: Board,
    moves: Sequence[Move],
    *,
    undoes: int | None = None,
) -> AgendaMove | None:
    sessions = _records(session, visit, moves)
    _refuse_unknown_or_moved(sessions, board, moves)
    steps = changing(board, moves)
    if not steps:
        return None
    for one, stand in applied(board, steps).items():
        if stand != board[one]:
            place(sessions[one], stand, visit)
    made = AgendaMove(
        visit_id=visit.id,
        number=number,
        at=now,
        actor_id=actor.id,
        steps=as_data(steps),
        inverse=as_data(inverse(board, steps)),
        undoes=undoes,
    )
    session.add(made)
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="agenda.moved",
        subject=visit,
        programme_id=visit.call.programme_id,
        sessions=len(steps),
    )
    return made


def _records(session: Session, visit: Visit, moves: Sequence[Move]) -> Sessions:
    """What is moved, without the rooms and speakers of it."""
    query = (
        select(AgendaSession)
        .where(AgendaSession.visit_id == visit.id, AgendaSession.id.in_([move.session for move in moves]))
        .options(lazyload("*"))
    )
    return {one.id: one for one in session.scalars(query)}


def _refuse_unknown_or_moved(sessions: Sessions, board: Board, moves: Sequence[Move]) -> None:
    if moves and not any(move.session in sessions for move in moves):
        raise Refused(phrase("The session has been removed from the agenda meanwhile."))
    for one in moved_meanwhile(board, moves):
        raise Stale(
            phrase(
                "“%(title)s” has been moved by someone else meanwhile. Look where it stands now, then move it again.",
                title=sessions[one].title,
            )
        )


def place(item: AgendaSession, stand: Stand, visit: Visit) -> None:
    """Write where a session stands. Raises Refused, naming the session, for a time that cannot be promised."""
    problem = stand_problem(stand, visit.zone)
    if problem:
        raise Refused(phrase("“%(title)s”: %(problem)s", title=item.title, problem=problem))
    starts_at = to_utc(stand.wall, visit.zone) if stand.wall else None
    item.minutes = stand.minutes
    item.starts_wall = stand.wall.isoformat() if stand.wall else None
    item.starts_at = starts_at
    item.ends_at = starts_at + timedelta(minutes=stand.minutes) if starts_at else None
    item.version += 1


def stand_problem(stand: Stand, zone: str) -> Phrase | None:
    """Why a session cannot stand there."""
    wall = wall_time_problem(stand.wall, zone) if stand.wall else None
    return length_problem(stand.minutes) or wall
