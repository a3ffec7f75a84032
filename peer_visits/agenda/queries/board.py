"""The sessions of a board as plain values: of two hundred records, half the price is in their being records."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, String, Text, bindparam, cast, select, type_coerce
from sqlalchemy.orm import Session

from peer_visits.agenda.models import SESSION_SPEAKER, AgendaRoom, AgendaSession, AgendaSpeaker, Spoken
from peer_visits.agenda.moves import Stand
from peer_visits.agenda.queries.sessions import IN_TIME
from peer_visits.agenda.states import SessionKind
from peer_visits.files.models import StoredFile

Named = Any  # a row that has the names of its columns
Key = Any  # an id as the database hands it out: to be looked up by, and never shown


class _Values(NamedTuple):
    room: Named | None
    material: Named | None
    speakers: Sequence[Named]
    words: dict[str, Any]
    groups: list[list[str]]
    id: uuid.UUID
    kind: SessionKind
    title: str
    text: str
    minutes: int
    starts_wall: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    online_link: str
    material_link: str
    capacity: int | None
    language: str
    sequence: int


class OnBoard(Spoken, _Values):
    """A session as boards show it and releases keep it; room, material and speakers are rows with named columns."""

    __slots__ = ()


def _key(column: Any) -> Any:
    return type_coerce(column, String)


# Statements are written once: a board asks them with every move, and half of what they cost is to put them together.
_VISIT: BindParameter[uuid.UUID] = bindparam("visit", type_=AgendaSession.visit_id.type)
_SESSIONS = (
    select(
        _key(AgendaSession.id),
        _key(AgendaSession.room_id),
        _key(AgendaSession.material_id),
        # Most sessions have neither: as text they need not be read.
        cast(AgendaSession.words, Text),
        cast(AgendaSession.groups, Text),
        AgendaSession.id,
        AgendaSession.kind,
        AgendaSession.title,
        AgendaSession.text,
        AgendaSession.minutes,
        AgendaSession.starts_wall,
        AgendaSession.starts_at,
        AgendaSession.ends_at,
        AgendaSession.online_link,
        AgendaSession.material_link,
        AgendaSession.capacity,
        AgendaSession.language,
        AgendaSession.sequence,
    )
    .where(AgendaSession.visit_id == _VISIT)
    .order_by(*IN_TIME)
)
_ROOMS = select(
    _key(AgendaRoom.id).label("key"), AgendaRoom.name, AgendaRoom.place, AgendaRoom.capacity
).where(AgendaRoom.visit_id == _VISIT)
_FILES = (
    select(_key(StoredFile.id).label("key"), StoredFile.name, StoredFile.sha256)
    .join(AgendaSession, AgendaSession.material_id == StoredFile.id)
    .where(AgendaSession.visit_id == _VISIT)
)
_SPEAKERS = select(
    _key(AgendaSpeaker.id).label("key"),
    AgendaSpeaker.id,
    AgendaSpeaker.name,
    AgendaSpeaker.windows,
    AgendaSpeaker.zone,
    AgendaSpeaker.state,
).where(AgendaSpeaker.visit_id == _VISIT)
_SPEAK_IN = (
    select(_key(SESSION_SPEAKER.c.session_id), _key(SESSION_SPEAKER.c.speaker_id))
    .join(AgendaSpeaker, AgendaSpeaker.id == SESSION_SPEAKER.c.speaker_id)
    .where(AgendaSpeaker.visit_id == _VISIT)
    .order_by(AgendaSpeaker.name_key)
)
_STANDS = select(AgendaSession.id, AgendaSession.starts_wall, AgendaSession.minutes).where(
    AgendaSession.visit_id == _VISIT
)


def list_on_board(session: Session, visit_id: uuid.UUID) -> list[OnBoard]:
    """The sessions in the order of time, those without one last; with rooms, files and speakers, in five statements."""
    visit = {"visit": visit_id}
    rooms, files = _by_key(session, _ROOMS, visit), _by_key(session, _FILES, visit)
    speakers = _speakers(session, visit)
    return [
        OnBoard(
            rooms.get(room), files.get(file), speakers.get(key, ()), _read(words, {}), _read(groups, []), *own
        )
        for key, room, file, words, groups, *own in session.execute(_SESSIONS, visit)
    ]


def _by_key(session: Session, query: Select[Any], visit: Mapping[str, Any]) -> dict[Key, Named]:
    return {row.key: row for row in session.execute(query, visit)}


def _speakers(session: Session, visit: Mapping[str, Any]) -> dict[Key, list[Named]]:
    """By session, in the order of their names."""
    known = _by_key(session, _SPEAKERS, visit)
    found: dict[Key, list[Named]] = {}
    for one, speaker in session.execute(_SPEAK_IN, visit):
        found.setdefault(one, []).append(known[speaker])
    return found


def _read(text: str | None, nothing: Any) -> Any:
    return json.loads(text) if text and text not in ("{}", "[]", "null") else nothing


def titles_of(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The titles of these sessions, by id; of those that are gone, none."""
    wanted = [uuid.UUID(one) for one in ids]
    query = select(AgendaSession.id, AgendaSession.title).where(AgendaSession.id.in_(wanted))
    return {str(one): title for one, title in session.execute(query)}


def list_stands(session: Session, visit_id: uuid.UUID) -> dict[uuid.UUID, Stand]:
    """Where every session of a visit stands."""
    return {
        one: Stand(datetime.fromisoformat(wall) if wall else None, minutes)
        for one, wall, minutes in session.execute(_STANDS, {"visit": visit_id})
    }
