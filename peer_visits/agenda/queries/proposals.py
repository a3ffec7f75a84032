"""Times proposed for the sessions of a board that have none."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.agenda.asking import Hours, Part, make_instance, moves_of
from peer_visits.agenda.clashes import find_clashes
from peer_visits.agenda.clashes.values import Clash
from peer_visits.agenda.models import AgendaPlan, AgendaSearch, AgendaSession
from peer_visits.agenda.moves import Move, Stand
from peer_visits.agenda.queries.clashes import frame_of, slot_at, slots_of, speaking_of
from peer_visits.agenda.queries.moves import stand_of
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.states import SessionKind
from peer_visits.agenda.suggesting import Answer, Instance
from peer_visits.visits.models import Visit

Found = dict[str, Any]  # what a search found, as JSON


@dataclass(frozen=True)
class TimesQuestion:
    """The question when sessions are to be, and the parts of the agenda it was made of."""

    instance: Instance
    parts: Sequence[Part]

    def as_found(self, answer: Answer) -> Found:
        """The answer as it is kept."""
        moves = moves_of(answer.plan, self.parts, self.instance)
        return {
            "moves": [[str(one.session), str(one.to.wall), one.to.minutes] for one in moves],
            "is_proven": answer.status == "optimal",
            "discomfort": answer.levels.get("discomfort", 0),
        }


@dataclass(frozen=True)
class Proposal:
    """Where sessions are to stand, which find no time, and what would be wrong then, on the board as it is now.

    `discomfort` is in minutes of people outside the hours fit for meetings on their own clocks. `is_old`: the board
    has changed since.
    """

    moves: Sequence[Move]
    sessions: Sequence[AgendaSession]
    left_out: Sequence[AgendaSession]
    clashes: Sequence[Clash]
    is_proven: bool
    discomfort: int
    is_old: bool


def question_of_times(
    session: Session, visit: Visit, plan: AgendaPlan, days: Sequence[date], chosen: Collection[uuid.UUID]
) -> TimesQuestion:
    """The question for the chosen sessions that have no time, as the agenda stands."""
    sessions = [one for one in list_sessions(session, visit.id) if one.starts_at or one.id in chosen]
    frame = frame_of(session, visit, plan)
    parts = [_part(one, frame.people) for one in sessions]
    return TimesQuestion(make_instance(parts, frame, Hours(days, plan.opens, plan.closes)), parts)


def read_proposal(session: Session, visit: Visit, plan: AgendaPlan, search: AgendaSearch) -> Proposal:
    """What a search found, beside what stands on the board by now; what got a time meanwhile keeps it."""
    found: Found = search.answer or {}
    chosen = set(search.asked["sessions"])
    sessions = [one for one in list_sessions(session, visit.id) if one.starts_at or str(one.id) in chosen]
    unplaced = {one.id: one for one in sessions if not one.starts_at}
    moves = [one for one in _moves(found) if one.session in unplaced]
    stands = {move.session: move.to for move in moves}
    placed = [slot for one, to in stands.items() if (slot := slot_at(unplaced[one], to, visit.zone))]
    clashes = find_clashes([*slots_of(sessions), *placed], frame_of(session, visit, plan))
    return Proposal(
        moves,
        sessions,
        [one for one in unplaced.values() if one.id not in stands],
        [clash for clash in clashes if not stands.keys().isdisjoint(clash.sessions)],
        found["is_proven"],
        found["discomfort"],
        plan.version != search.board_version,
    )


def _moves(found: Found) -> list[Move]:
    return [
        Move(uuid.UUID(one), Stand(datetime.fromisoformat(wall), minutes), seen=Stand(None, minutes))
        for one, wall, minutes in found["moves"]
    ]


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
