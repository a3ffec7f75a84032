"""The order of a board as a value, and the moves that made it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.kernel.undoing import Logged, is_undone, moved_since
from peer_visits.shortlist.models import ShortlistEntry, ShortlistMove
from peer_visits.shortlist.moves import Lines, Order, from_data, touched
from peer_visits.shortlist.states import Proposal
from peer_visits.visits.models import Visit

LATEST = 5
SEVERAL = "several"


def read_order(session: Session, visit: Visit) -> Order:
    """Who lies where now, withdrawn applications left out; in one narrow statement."""
    rows = session.execute(
        select(ShortlistEntry.choice_id, ShortlistEntry.proposal)
        .join(Choice, Choice.id == ShortlistEntry.choice_id)
        .where(ShortlistEntry.visit_id == visit.id, Choice.is_sent)
        .order_by(ShortlistEntry.position, ShortlistEntry.choice_id)
    )
    order: dict[Proposal, list[uuid.UUID]] = {pile: [] for pile in Proposal}
    for choice_id, pile in rows:
        order[pile].append(choice_id)
    return dict[Proposal, Lines](order)


def list_log(session: Session, visit: Visit, since: int) -> list[Logged]:
    """The moves from number `since` on, the oldest first."""
    query = (
        select(ShortlistMove.number, ShortlistMove.steps, ShortlistMove.undoes)
        .where(ShortlistMove.visit_id == visit.id, ShortlistMove.number >= since)
        .order_by(ShortlistMove.number)
    )
    return [
        Logged(number, frozenset(touched(from_data(steps))), undoes)
        for number, steps, undoes in session.execute(query)
    ]


@dataclass(frozen=True)
class MoveLine:
    """A move as it is told: who, how many, where to; and whether it can still be taken back."""

    number: int
    at: datetime
    actor_id: uuid.UUID
    name: str
    lines: Sequence[uuid.UUID]
    to: str
    is_undo: bool
    is_undone: bool
    may_undo: bool


def list_latest_moves(session: Session, visit: Visit, count: int = LATEST) -> list[MoveLine]:
    """The last moves on the board, the newest first."""
    query = _moves(visit).order_by(ShortlistMove.number.desc()).limit(count)
    return _told(list(session.scalars(query)))


def list_moves_since(session: Session, visit: Visit, version: int, count: int = 50) -> list[MoveLine]:
    """What was moved after a version, the newest first; `count` at most."""
    query = _moves(visit).where(ShortlistMove.number > version)
    return _told(list(session.scalars(query.order_by(ShortlistMove.number.desc()).limit(count))))


def _moves(visit: Visit) -> Select[ShortlistMove]:
    return (
        select(ShortlistMove)
        .join(ShortlistMove.actor)
        .options(contains_eager(ShortlistMove.actor).load_only(Person.name))
        .where(ShortlistMove.visit_id == visit.id)
    )


def _told(moves: Sequence[ShortlistMove]) -> list[MoveLine]:
    steps = {move.number: from_data(move.steps) for move in moves}
    log = [
        Logged(move.number, frozenset(touched(steps[move.number])), move.undoes) for move in reversed(moves)
    ]
    return [_line(move, log, [(one.to or "to_decide") for one in steps[move.number]]) for move in moves]


def _line(move: ShortlistMove, log: Sequence[Logged], targets: Sequence[str]) -> MoveLine:
    undone = is_undone(log, move.number)
    return MoveLine(
        move.number,
        move.at,
        move.actor_id,
        move.actor.name,
        touched(from_data(move.steps)),
        str(targets[0]) if len(set(targets)) == 1 else SEVERAL,
        move.undoes is not None,
        undone,
        not undone and not moved_since(log, move.number),
    )
