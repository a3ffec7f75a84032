"""Adding, changing and removing sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaMove, AgendaSession
from peer_visits.agenda.moves import Move, Stand, as_data
from peer_visits.agenda.queries.attendance import has_attendance
from peer_visits.agenda.queries.moves import stand_of
from peer_visits.agenda.rules import length_problem, wall_time_problem
from peer_visits.agenda.services.people import room_named, speakers_named
from peer_visits.agenda.services.placing import place
from peer_visits.agenda.services.plan import raise_version
from peer_visits.agenda.states import SessionKind
from peer_visits.audit.services import record
from peer_visits.files.models import StoredFile
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class SessionContent:
    """What is typed about a session; rooms and speakers by name, `words` in further languages by code.

    `wall` is the start by the clock of the visit's zone, `minutes` the length. Without a start it is not placed yet.
    """

    kind: SessionKind
    title: str
    wall: datetime | None
    minutes: int
    text: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    room: str = ""
    speakers: Sequence[str] = ()
    online_link: str = ""
    material_link: str = ""
    capacity: int | None = None
    language: str = ""
    notes: str = ""


def add_session(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    content: SessionContent,
    material: StoredFile | None = None,
) -> AgendaSession:
    """Add a session. Raises Refused for a time the clock does not show once, or what is there already."""
    raise_version(session, visit)  # a form sent twice waits here for the first one to end
    stand = _stand(content, visit)
    item = AgendaSession(id=new_id(), visit_id=visit.id, version=0, speakers=[])
    _fill(session, visit, item, content, material)
    place(item, stand, visit)
    _refuse_twice(session, item)
    session.add(item)
    session.flush()
    _record(session, actor, now, visit, item, "added")
    return item


def _refuse_twice(session: Session, item: AgendaSession) -> None:
    names = ("visit_id", "kind", "title", "text", "starts_wall", "minutes", "room_id", "online_link")
    same = (getattr(AgendaSession, name) == getattr(item, name) for name in names)
    with session.no_autoflush:
        if session.scalar(select(exists().where(*same))):
            raise Refused(phrase("The session is on the board already."), field="title")


def change_session(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    item: AgendaSession,
    version: int,
    content: SessionContent,
    material: StoredFile | None = None,
) -> None:
    """Change a session; another time is a move like any other. Raises Stale if somebody changed it meanwhile."""
    number = raise_version(session, visit).version
    session.refresh(item, with_for_update={"of": AgendaSession})
    if item.version != version:
        raise Stale
    before, after = stand_of(item), _stand(content, visit)
    _fill(session, visit, item, content, material)
    place(item, after, visit)
    if before != after:
        session.add(_move(visit, number, actor, now, item, before, after))
    session.flush()
    _record(session, actor, now, visit, item, "changed")


def _move(
    visit: Visit, number: int, actor: Person, now: datetime, item: AgendaSession, before: Stand, after: Stand
) -> AgendaMove:
    return AgendaMove(
        visit_id=visit.id,
        number=number,
        at=now,
        actor_id=actor.id,
        steps=as_data([Move(item.id, after)]),
        inverse=as_data([Move(item.id, before)]),
    )


def remove_session(
    session: Session, *, actor: Person, now: datetime, visit: Visit, item: AgendaSession, version: int
) -> None:
    """Remove a session; the next release says so to those who had it.

    Raises Stale if it was changed, Refused once it is noted who was there.
    """
    raise_version(session, visit)
    if item.version != version:
        raise Stale
    if has_attendance(session, item.id):
        raise Refused(phrase("Who was at the session has been noted, so it stays in the agenda."))
    _record(session, actor, now, visit, item, "removed")
    session.delete(item)
    session.flush()


def _stand(content: SessionContent, visit: Visit) -> Stand:
    problem = wall_time_problem(content.wall, visit.zone) if content.wall else None
    if problem:
        raise Refused(problem, field="starts_at")
    problem = length_problem(content.minutes)
    if problem:
        raise Refused(problem, field="minutes")
    return Stand(content.wall, content.minutes)


def _fill(
    session: Session,
    visit: Visit,
    item: AgendaSession,
    content: SessionContent,
    material: StoredFile | None,
) -> None:
    plain = ("kind", "title", "text", "online_link", "material_link", "capacity", "language", "notes")
    for name in plain:
        setattr(item, name, getattr(content, name))
    item.words = {code: dict(words) for code, words in content.words.items() if any(words.values())}
    item.room = room_named(session, visit, content.room)
    item.room_id = item.room.id if item.room else None
    item.speakers = speakers_named(session, visit, content.speakers)
    item.material = material
    item.material_id = material.id if material else None


def _record(
    session: Session, actor: Person, now: datetime, visit: Visit, item: AgendaSession, what: str
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action=f"session.{what}",
        subject=item,
        programme_id=visit.call.programme_id,
    )
