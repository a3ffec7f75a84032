"""The sessions of a board as plain values: of two hundred records, half the price is in their being records."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.agenda.models import SESSION_SPEAKER, AgendaRoom, AgendaSession, AgendaSpeaker, Spoken
from peer_visits.agenda.moves import Stand
from peer_visits.agenda.queries.sessions import IN_TIME
from peer_visits.agenda.states import SessionKind
from peer_visits.files.models import StoredFile

Named = Any  # a row that has the names of its columns


@dataclass(frozen=True, slots=True)
class OnBoard(Spoken):
    """A session as boards show it and releases keep it; room, material and speakers are rows with named columns."""

    room: Named | None
    material: Named | None
    speakers: Sequence[Named]
    id: uuid.UUID
    kind: SessionKind
    title: str
    text: str
    words: dict[str, Any]
    minutes: int
    starts_wall: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    online_link: str
    material_link: str
    capacity: int | None
    language: str
    groups: list[list[str]]
    sequence: int


_OWN: tuple[Any, ...] = (
    AgendaSession.id,
    AgendaSession.kind,
    AgendaSession.title,
    AgendaSession.text,
    AgendaSession.words,
    AgendaSession.minutes,
    AgendaSession.starts_wall,
    AgendaSession.starts_at,
    AgendaSession.ends_at,
    AgendaSession.online_link,
    AgendaSession.material_link,
    AgendaSession.capacity,
    AgendaSession.language,
    AgendaSession.groups,
    AgendaSession.sequence,
)


def list_on_board(session: Session, visit_id: uuid.UUID) -> list[OnBoard]:
    """The sessions in the order of time, those without one last; with rooms, files and speakers, in five statements."""
    rooms, files = _rooms(session, visit_id), _files(session, visit_id)
    speakers = _speakers(session, visit_id)
    query = (
        select(*_OWN, AgendaSession.room_id, AgendaSession.material_id)
        .where(AgendaSession.visit_id == visit_id)
        .order_by(*IN_TIME)
    )
    return [
        OnBoard(rooms.get(room_id), files.get(file_id), speakers.get(own[0], ()), *own)
        for *own, room_id, file_id in session.execute(query)
    ]


def _rooms(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, Named]:
    query = select(AgendaRoom.id, AgendaRoom.name, AgendaRoom.place, AgendaRoom.capacity).where(
        AgendaRoom.visit_id == visit_id
    )
    return {row.id: row for row in session.execute(query)}


def _files(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, Named]:
    query = (
        select(StoredFile.id, StoredFile.name, StoredFile.sha256)
        .join(AgendaSession, AgendaSession.material_id == StoredFile.id)
        .where(AgendaSession.visit_id == visit_id)
    )
    return {row.id: row for row in session.execute(query)}


def _speakers(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, list[Named]]:
    """By session, in the order of their names."""
    about = select(
        AgendaSpeaker.id, AgendaSpeaker.name, AgendaSpeaker.windows, AgendaSpeaker.zone, AgendaSpeaker.state
    ).where(AgendaSpeaker.visit_id == visit_id)
    known = {row.id: row for row in session.execute(about)}
    links = (
        select(SESSION_SPEAKER.c.session_id, SESSION_SPEAKER.c.speaker_id)
        .join(AgendaSpeaker, AgendaSpeaker.id == SESSION_SPEAKER.c.speaker_id)
        .where(AgendaSpeaker.visit_id == visit_id)
        .order_by(AgendaSpeaker.name_key)
    )
    found: dict[uuid.UUID, list[Named]] = {}
    for session_id, speaker_id in session.execute(links):
        found.setdefault(session_id, []).append(known[speaker_id])
    return found


def titles_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The titles of these sessions, by id; of those that are gone, none."""
    wanted = [uuid.UUID(one) for one in ids]
    query = select(AgendaSession.id, AgendaSession.title).where(AgendaSession.id.in_(wanted))
    return {str(one): title for one, title in session.execute(query)}


def list_stands(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, Stand]:
    """Where every session of a visit stands."""
    query = select(AgendaSession.id, AgendaSession.starts_wall, AgendaSession.minutes).where(
        AgendaSession.visit_id == visit_id
    )
    return {
        one: Stand(datetime.fromisoformat(wall) if wall else None, minutes)
        for one, wall, minutes in session.execute(query)
    }
