"""Reads about who was at which session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, Attendance
from peer_visits.agenda.presence import opens_at
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.releases import Item, released_items
from peer_visits.places.models import Place
from peer_visits.places.queries import list_participants

Noted = Mapping[uuid.UUID, Attendance]


@dataclass(frozen=True)
class AtSession:
    """A published session with what was noted of those who take part now; `by_person` holds a row for each noted."""

    item: Item
    by_person: Noted

    @property
    def present(self) -> int:
        """How many were there."""
        return sum(one.was_there for one in self.by_person.values())

    @property
    def absent(self) -> int:
        """How many were noted as not there."""
        return len(self.by_person) - self.present


@dataclass(frozen=True)
class Register:
    """Who was where: the published sessions in the order of time, and everybody who takes part, by name."""

    sessions: Sequence[AtSession]
    participants: Sequence[Place]

    def came_to(self, place: Place) -> int:
        """At how many sessions somebody was."""
        return sum(one.was_there for one in self._noted(place))

    def noted_of(self, place: Place) -> int:
        """Of how many sessions it is known whether they were there."""
        return len(self._noted(place))

    def is_no_show(self, place: Place) -> bool:
        """Whether they were noted as absent, and nowhere as present."""
        noted = self._noted(place)
        return bool(noted) and not any(one.was_there for one in noted)

    @property
    def no_shows(self) -> Sequence[Place]:
        """Everybody who came to nothing so far."""
        return [place for place in self.participants if self.is_no_show(place)]

    def _noted(self, place: Place) -> list[Attendance]:
        return [row for one in self.sessions for row in [one.by_person.get(place.person_id)] if row]


def read_register(session: Session, visit_id: uuid.UUID) -> Register:
    """The whole register of a visit, in four statements."""
    participants = list_participants(session, visit_id)
    people = {place.person_id for place in participants}
    noted: dict[uuid.UUID, dict[uuid.UUID, Attendance]] = {}
    query = select(Attendance).join(AgendaSession, AgendaSession.id == Attendance.session_id)
    for row in session.scalars(query.where(AgendaSession.visit_id == visit_id)):
        if row.person_id in people:
            noted.setdefault(row.session_id, {})[row.person_id] = row
    sessions = [
        AtSession(item, noted.get(uuid.UUID(item["id"]), {})) for item in list_held(session, visit_id)
    ]
    return Register(sessions, participants)


def names_of_noters(session: Session, register: Register) -> dict[uuid.UUID, str]:
    """The names of those who noted what the register holds, by person, in one statement."""
    noted_by = {row.noted_by for one in register.sessions for row in one.by_person.values()}
    query = select(Person.id, Person.name).where(Person.id.in_(noted_by))
    return {row.id: row.name for row in session.execute(query)}


def list_held(session: Session, visit_id: uuid.UUID) -> list[Item]:
    """The sessions of the latest release that are still on the board, in the order of time."""
    release = find_latest_release(session, visit_id)
    there = {str(one) for one in session.scalars(select(AgendaSession.id).filter_by(visit_id=visit_id))}
    return [item for item in released_items(release) if item["id"] in there] if release else []


def list_noted(session: Session, session_id: uuid.UUID) -> dict[uuid.UUID, Attendance]:
    """What was noted of one session, by person."""
    rows = session.scalars(select(Attendance).where(Attendance.session_id == session_id))
    return {row.person_id: row for row in rows}


def list_own(session: Session, place: Place) -> dict[str, Attendance]:
    """What was noted of a place's person at the sessions of the visit, by session."""
    query = (
        select(Attendance)
        .join(AgendaSession, AgendaSession.id == Attendance.session_id)
        .where(AgendaSession.visit_id == place.visit_id, Attendance.person_id == place.person_id)
    )
    return {str(row.session_id): row for row in session.scalars(query)}


def is_due(item: Item, now: datetime) -> bool:
    """Whether a session's list may be filled in."""
    return opens_at(item["starts_at"]) <= now


def has_attendance(session: Session, session_id: uuid.UUID) -> bool:
    """Whether anybody was noted at a session: then it stays."""
    return bool(session.scalar(select(exists().where(Attendance.session_id == session_id))))
