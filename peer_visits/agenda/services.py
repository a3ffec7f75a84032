"""What host and organiser do with an agenda: add, change, remove sessions, publish a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.rules import length_problem, wall_time_problem
from peer_visits.agenda.states import SessionKind
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused, Stale
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class SessionContent:
    """What is typed about a session: when by the wall clock of the visit's zone, for how many minutes."""

    kind: SessionKind
    title: str
    wall: datetime
    minutes: int
    text: str = ""
    room: str = ""
    speaker: str = ""
    online_link: str = ""


def add_session(
    session: Session, *, actor: Person, now: datetime, visit: Visit, content: SessionContent
) -> AgendaSession:
    """Add a session. Raises Refused for a time the clock does not show once, or what is there already."""
    columns = _columns(content, visit)
    _refuse_twice(session, visit, columns)
    added = AgendaSession(id=new_id(), visit_id=visit.id, **columns)
    session.add(added)
    session.flush()
    _record(session, actor, now, visit, added, "added")
    return added


def _refuse_twice(session: Session, visit: Visit, columns: dict[str, object]) -> None:
    # A form sent twice waits here for the first one to end.
    session.execute(select(Visit.id).where(Visit.id == visit.id).with_for_update(key_share=True))
    same = (getattr(AgendaSession, name) == value for name, value in columns.items())
    if session.scalar(select(exists().where(AgendaSession.visit_id == visit.id, *same))):
        raise Refused(phrase("This session is on the board already."), field="title")


def change_session(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    item: AgendaSession,
    version: int,
    content: SessionContent,
) -> None:
    """Change a session. Raises Stale if somebody changed it meanwhile."""
    values = _columns(content, visit)
    expected = (AgendaSession.id == item.id, AgendaSession.version == version)
    update_one(session, AgendaSession, *expected, version=version + 1, **values)
    _record(session, actor, now, visit, item, "changed")


def remove_session(
    session: Session, *, actor: Person, now: datetime, visit: Visit, item: AgendaSession, version: int
) -> None:
    """Remove a session; the next release says so to those who had it. Raises Stale if it was changed."""
    if item.version != version:
        raise Stale
    _record(session, actor, now, visit, item, "removed")
    session.delete(item)
    session.flush()


def _columns(content: SessionContent, visit: Visit) -> dict[str, object]:
    problem = wall_time_problem(content.wall, visit.zone)
    if problem:
        raise Refused(problem, field="starts_at")
    problem = length_problem(content.minutes)
    if problem:
        raise Refused(problem, field="minutes")
    starts_at = to_utc(content.wall, visit.zone)
    return {
        "kind": content.kind,
        "title": content.title,
        "text": content.text,
        "room": content.room,
        "speaker": content.speaker,
        "online_link": content.online_link,
        "starts_wall": content.wall.isoformat(),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=content.minutes),
    }


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
