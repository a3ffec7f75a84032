"""What is wrong with an agenda as it stands, or as it would stand."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.clashes import find_clashes
from peer_visits.agenda.clashes.values import Clash, Frame, Slot, Speaking
from peer_visits.agenda.models import AgendaPlan, AgendaSession, AgendaSpeaker
from peer_visits.agenda.moves import Stand
from peer_visits.agenda.queries.board import OnBoard
from peer_visits.agenda.rules import windows_as_moments
from peer_visits.agenda.states import SessionKind, SpeakerState
from peer_visits.kernel.zones import to_utc
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit
from peer_visits.visits.states import VisitFormat


def list_clashes(
    session: Session, visit: Visit, plan: AgendaPlan, sessions: Sequence[AgendaSession | OnBoard]
) -> list[Clash]:
    """Everything to mend about these sessions."""
    return find_clashes(slots_of(sessions), frame_of(session, visit, plan))


def frame_of(session: Session, visit: Visit, plan: AgendaPlan) -> Frame:
    """What the rules need to know of the visit, in one statement. Before anybody has accepted, all seats are taken."""
    zones = _zones(session, visit.id)
    return Frame(
        visit.zone,
        visit.held_starts_on or visit.announced_starts_on,
        visit.held_ends_on or visit.announced_ends_on,
        is_online=visit.format is VisitFormat.ONLINE,
        is_onsite=visit.format is VisitFormat.ONSITE,
        people=sum(zones.values()) or visit.capacity,
        zones=zones,
        travel={frozenset((one, other)): minutes for one, other, minutes in plan.travel},
        travel_minutes=plan.travel_minutes,
    )


def _zones(session: Session, visit_id: uuid.UUID) -> Mapping[str, int]:
    query = (
        select(Person.time_zone, func.count())
        .join(Place, Place.person_id == Person.id)
        .where(Place.visit_id == visit_id, Place.state == PlaceState.ACCEPTED)
        .group_by(Person.time_zone)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def slots_of(sessions: Iterable[AgendaSession | OnBoard]) -> list[Slot]:
    """The sessions that are placed, as the rules see them."""
    known: dict[uuid.UUID, Speaking] = {}
    return [
        _slot(one, one.starts_at, one.ends_at, known) for one in sessions if one.starts_at and one.ends_at
    ]


def slot_at(one: AgendaSession | OnBoard, stand: Stand, zone: str) -> Slot | None:
    """A session as the rules would see it there. Raises ValueError for a time the clock skips."""
    if stand.wall is None:
        return None
    starts_at = to_utc(stand.wall, zone)
    return _slot(one, starts_at, starts_at + timedelta(minutes=stand.minutes), {})


def _slot(
    one: AgendaSession | OnBoard, start: datetime, end: datetime, known: dict[uuid.UUID, Speaking]
) -> Slot:
    for speaker in one.speakers:
        if speaker.id not in known:
            known[speaker.id] = speaking_of(speaker)
    room = one.room
    return Slot(
        one.id,
        one.title,
        start,
        end,
        room.name if room else "",
        room.place if room else "",
        room.capacity if room else None,
        tuple(known[speaker.id] for speaker in one.speakers),
        one.kind is SessionKind.BREAK,
        one.capacity,
    )


def speaking_of(speaker: AgendaSpeaker | Row[Any]) -> Speaking:
    """Somebody who speaks, as the rules see them."""
    return Speaking(
        speaker.id,
        speaker.name,
        windows_as_moments(speaker.windows, speaker.zone),
        speaker.state is SpeakerState.DECLINED,
    )
