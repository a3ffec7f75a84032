"""Beginning an agenda from an outline, or from the agenda of another visit; on an empty board alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.moves import Stand
from peer_visits.agenda.outlines import Line, Outline
from peer_visits.agenda.queries.moves import stand_of
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.services.people import room_named
from peer_visits.agenda.services.placing import place, stand_problem
from peer_visits.agenda.services.plan import raise_version
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.visits.models import Visit

Say = Callable[[Phrase], str]


def lay_out(
    session: Session, *, actor: Person, now: datetime, visit: Visit, outline: Outline, say: Say
) -> int:
    """Put an outline's sessions on an empty board, from the visit's first day; returns how many.

    Titles are written in the language of whoever does it (`say`). What the visit has no day for is not placed.
    """
    _require_empty(session, visit)
    for line in outline.lines:
        _add(session, visit, line.kind, say(line.title), _stand(visit, line))
    _record(session, actor, now, visit, len(outline.lines))
    return len(outline.lines)


def copy_agenda(session: Session, *, actor: Person, now: datetime, visit: Visit, source: Visit) -> int:
    """Begin with the sessions of another visit, from first day to first day; returns how many.

    What is somebody's own (speakers, links, files) stays behind; rooms come along where both have one host.
    Raises Refused if the agenda has begun already or the other one is empty.
    """
    _require_empty(session, visit)
    copied = list_sessions(session, source.id)
    if not copied:
        raise Refused(phrase("The agenda of that visit is empty."), field="source")
    days = _days_between(source, visit, copied)
    for one in copied:
        new = _add(session, visit, one.kind, one.title, _moved(visit, stand_of(one), days))
        new.text, new.words, new.language, new.capacity = one.text, one.words, one.language, one.capacity
        if one.room and source.host_name == visit.host_name:
            new.room = room_named(session, visit, one.room.name)
            if new.room:
                new.room.place, new.room.capacity = one.room.place, one.room.capacity
    session.flush()
    _record(session, actor, now, visit, len(copied))
    return len(copied)


def _require_empty(session: Session, visit: Visit) -> None:
    raise_version(session, visit)
    if session.scalar(select(exists().where(AgendaSession.visit_id == visit.id))):
        raise Refused(
            phrase("There are sessions already. An agenda is begun from another on an empty board.")
        )


def first_day(visit: Visit) -> date | None:
    """The visit's first day, as held or else as announced."""
    return visit.held_starts_on or visit.announced_starts_on


def last_day(visit: Visit) -> date | None:
    """The visit's last day, as held or else as announced."""
    return visit.held_ends_on or visit.announced_ends_on


def _stand(visit: Visit, line: Line) -> Stand:
    first = first_day(visit)
    return _possible(visit, Stand(line.wall(first) if first else None, line.minutes))


def _moved(visit: Visit, stand: Stand, days: timedelta | None) -> Stand:
    wall = stand.wall + days if stand.wall and days is not None else None
    return _possible(visit, Stand(wall, stand.minutes))


def _possible(visit: Visit, stand: Stand) -> Stand:
    """Where it can stand: not placed where the visit has no such day, or the clock no such time."""
    last = last_day(visit)
    is_late = bool(stand.wall and last and stand.wall.date() > last)
    return Stand(None, stand.minutes) if is_late or stand_problem(stand, visit.zone) else stand


def _days_between(source: Visit, visit: Visit, copied: Sequence[AgendaSession]) -> timedelta | None:
    walls = [stand.wall for stand in map(stand_of, copied) if stand.wall]
    begins, first = first_day(source) or (min(walls).date() if walls else None), first_day(visit)
    return first - begins if begins and first else None


def _add(session: Session, visit: Visit, kind: object, title: str, stand: Stand) -> AgendaSession:
    item = AgendaSession(id=new_id(), visit_id=visit.id, kind=kind, title=title, version=0, speakers=[])
    place(item, stand, visit)
    session.add(item)
    session.flush()
    return item


def _record(session: Session, actor: Person, now: datetime, visit: Visit, count: int) -> None:
    record(
        session,
        actor=actor,
        now=now,
        action="agenda.begun",
        subject=visit,
        programme_id=visit.call.programme_id,
        sessions=count,
    )
