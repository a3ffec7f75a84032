"""Rooms and places of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRoom, AgendaSession
from peer_visits.agenda.queries.sessions import list_rooms
from peer_visits.agenda.services.people import name_key, room_named
from peer_visits.agenda.services.plan import raise_version
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class RoomContent:
    """What is typed about a room; `known` is its id, none for a new one. Without a name it goes."""

    known: str
    name: str
    place: str
    capacity: int | None


def save_rooms(
    session: Session, *, actor: Person, now: datetime, visit: Visit, contents: Sequence[RoomContent]
) -> None:
    """Add, change and remove rooms at once. Raises Refused for two of one name; sessions keep their time."""
    raise_version(session, visit)
    names = [name_key(one.name) for one in contents if one.name]
    if len(names) != len(set(names)):
        raise Refused(phrase("Two rooms have the same name. Give each its own."))
    known = {str(room.id): room for room in list_rooms(session, visit.id)}
    for content in contents:
        room = known.get(content.known)
        if room and not content.name:
            _remove(session, room)
        elif room and name_key(content.name) != room.name_key:
            room.name_key = f" {room.id}"  # two rooms may exchange their names
    session.flush()
    for content in contents:
        if content.name:
            _write(session, visit, known.get(content.known), content)
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="agenda.rooms_saved",
        subject=visit,
        programme_id=visit.call.programme_id,
    )


def _remove(session: Session, room: AgendaRoom) -> None:
    session.execute(
        update(AgendaSession)
        .where(AgendaSession.room_id == room.id)
        .values(room_id=None, version=AgendaSession.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    session.delete(room)
    session.flush()


def _write(session: Session, visit: Visit, room: AgendaRoom | None, content: RoomContent) -> None:
    room = room or room_named(session, visit, content.name)
    if room is None:
        return
    room.name, room.name_key = content.name, name_key(content.name)
    room.place, room.capacity = content.place, content.capacity
