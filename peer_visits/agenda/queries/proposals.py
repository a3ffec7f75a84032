"""Times proposed for the sessions of a board that have none."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from peer_visits.agenda.asking import Hours, Part, make_instance, moves_of
from peer_visits.agenda.clashes import Clash, find_clashes
from peer_visits.agenda.models import AgendaPlan, AgendaSession
from peer_visits.agenda.moves import Move
from peer_visits.agenda.queries.clashes import frame_of, slot_at, slots_of, speaking_of
from peer_visits.agenda.queries.moves import stand_of
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.states import SessionKind
from peer_visits.agenda.suggesting import Answer, suggest
from peer_visits.visits.models import Visit

SECONDS = 10.0  # for the search, while somebody waits for the page


@dataclass(frozen=True)
class Proposal:
    """Where sessions are to stand, which find no time, what would be wrong then, and how good it is."""

    moves: Sequence[Move]
    sessions: Sequence[AgendaSession]
    left_out: Sequence[AgendaSession]
    clashes: Sequence[Clash]
    answer: Answer


def propose_times(
    session: Session, visit: Visit, plan: AgendaPlan, days: Sequence[date], chosen: Collection[uuid.UUID]
) -> Proposal:
    """Times for the chosen sessions that have none. The search runs in a process of its own, for seconds at most."""
    sessions = [one for one in list_sessions(session, visit.id) if one.starts_at or one.id in chosen]
    frame = frame_of(session, visit, plan)
    parts = [_part(one, frame.people) for one in sessions]
    instance = make_instance(parts, frame, Hours(days, plan.opens, plan.closes))
    answer = suggest(instance, seconds=SECONDS)
    moves = moves_of(answer.plan, parts, instance)
    stands = {move.session: move.to for move in moves}
    placed = [
        slot for one in sessions if one.id in stands if (slot := slot_at(one, stands[one.id], visit.zone))
    ]
    found = find_clashes([*slots_of(sessions), *placed], frame)
    return Proposal(
        moves,
        sessions,
        [one for one in sessions if not one.starts_at and one.id not in stands],
        [clash for clash in found if not stands.keys().isdisjoint(clash.sessions)],
        answer,
    )


def _part(one: AgendaSession, people: int) -> Part:
    """A session as far as its time depends on it. Breakouts for some, each in a room, may run side by side."""
    return Part(
        one.id,
        one.title,
        one.kind,
        stand_of(one),
        room=one.room_name,
        place=one.room.place if one.room else "",
        speakers=[speaking_of(speaker) for speaker in one.speakers],
        only_some=one.kind is SessionKind.BREAKOUT
        and one.room is not None
        and 0 < (one.capacity or 0) < people,
    )
