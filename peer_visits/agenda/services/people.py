"""Rooms and speakers as they are typed on a session: known by their name, made where they are new."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.agenda.models import AgendaRoom, AgendaSpeaker
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import clean_line
from peer_visits.storage.base import LINE
from peer_visits.visits.models import Visit


def name_key(name: str) -> str:
    """A name as it is compared with others of the visit."""
    return clean_line(name).casefold()[:LINE]


def room_named(session: Session, visit: Visit, name: str) -> AgendaRoom | None:
    """The visit's room of this name, made where there is none; none for no name."""
    if not name:
        return None
    key = name_key(name)
    known = session.scalar(
        select(AgendaRoom).where(AgendaRoom.visit_id == visit.id, AgendaRoom.name_key == key)
    )
    if known:
        return known
    room = AgendaRoom(id=new_id(), visit_id=visit.id, name=name, name_key=key, place="")
    session.add(room)
    session.flush()
    return room


def speakers_named(session: Session, visit: Visit, names: Iterable[str]) -> list[AgendaSpeaker]:
    """The visit's speakers of these names, each once; who is new is listed, not yet invited."""
    wanted = {name_key(name): name for name in names if name}
    query = select(AgendaSpeaker).where(
        AgendaSpeaker.visit_id == visit.id, AgendaSpeaker.name_key.in_(wanted)
    )
    known = {one.name_key: one for one in session.scalars(query)} if wanted else {}
    return [known.get(key) or _listed(session, visit, name) for key, name in wanted.items()]


def _listed(session: Session, visit: Visit, name: str) -> AgendaSpeaker:
    speaker = AgendaSpeaker(
        id=new_id(), visit_id=visit.id, name=name, name_key=name_key(name), zone=visit.zone, windows=[]
    )
    session.add(speaker)
    session.flush()
    return speaker
