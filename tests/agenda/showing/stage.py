"""A visit with a published agenda, and everybody who stands to it in some way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSession, AgendaSpeaker
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.agenda.states import SessionKind, SpeakerState
from peer_visits.kernel.zones import to_wall
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import (
    NOW,
    make_application,
    make_call,
    make_host,
    make_organiser,
    make_person,
    make_visit,
)
from tests.support.places_factories import make_place

LINK = "https://meet.example.org/secret-room"
MATERIAL = "https://files.example.org/slides"


@dataclass
class Stage:
    """Ids of what was made; a client for everybody."""

    slug: str
    visit_id: uuid.UUID
    people: dict[str, uuid.UUID]
    places: dict[str, uuid.UUID]
    client_of: Callable[[Person], FlaskClient]
    visitor: FlaskClient
    sessions: list[uuid.UUID] = field(default_factory=list)

    def client(self, name: str) -> FlaskClient:
        """The browser of one of them."""
        return self.client_of(reading().get_one(Person, self.people[name]))

    def add(self, title: str, *, begins: datetime = NOW, minutes: int = 60, **values: Any) -> uuid.UUID:
        """A session on the board, with an online link."""
        with writing() as session:
            visit = session.get_one(Visit, self.visit_id)
            made = add_session(session, visit, title, begins, minutes, **values)
            self.sessions.append(made.id)
            return made.id

    def publish(self, at: datetime = NOW) -> AgendaRelease:
        """The next release of what stands on the board."""
        with writing() as session:
            visit = session.get_one(Visit, self.visit_id)
            latest = find_latest_release(session, visit.id)
            publish_agenda(
                session,
                actor=session.get_one(Person, self.people["host"]),
                now=at,
                visit=visit,
                after=latest.number if latest else 0,
                seen=content_mark(release_content(list_sessions(session, visit.id), visit)),
            )
        return self.release()

    def release(self) -> AgendaRelease:
        """What was published last."""
        reading().rollback()
        found = find_latest_release(reading(), self.visit_id)
        assert found is not None
        return found

    def open(self, *, to_everybody: bool = True) -> None:
        """Say who may read it."""
        with writing() as session:
            lock_plan(session, session.get_one(Visit, self.visit_id)).is_public = to_everybody

    def change(self, session_id: uuid.UUID, **values: Any) -> None:
        """Another value on the board; nothing is published by it."""
        with writing() as session:
            one = session.get_one(AgendaSession, session_id)
            for name, value in values.items():
                setattr(one, name, value)

    def remove(self, session_id: uuid.UUID) -> None:
        """Take a session off the board."""
        with writing() as session:
            session.delete(session.get_one(AgendaSession, session_id))


def make_stage(client_of: Callable[[Person], FlaskClient], visitor: FlaskClient) -> Stage:
    """Ann takes part, Cyd was offered a place, Sven speaks, Stella is nobody in particular."""
    with writing() as session:
        call = make_call(session)
        visit = make_visit(session, call)
        people = {
            "host": make_host(session, visit),
            "organiser": make_organiser(session, call.programme),
            "ann": make_person(session, "Ann", time_zone="America/New_York"),
            "cyd": make_person(session, "Cyd"),
            "sven": make_person(session, "Sven"),
            "stella": make_person(session, "Stella"),
        }
        states = {"ann": PlaceState.ACCEPTED, "cyd": PlaceState.OFFERED}
        places = {
            name: make_place(
                session, visit, make_application(session, call, [visit], people[name]), state, seat
            )
            for seat, (name, state) in enumerate(states.items(), start=1)
        }
        return Stage(
            visit.slug,
            visit.id,
            {name: one.id for name, one in people.items()},
            {name: one.id for name, one in places.items()},
            client_of,
            visitor,
        )


def add_session(
    session: Session, visit: Visit, title: str, begins: datetime, minutes: int, **values: Any
) -> AgendaSession:
    """A session of a visit at a moment."""
    fields: dict[str, Any] = {
        "kind": SessionKind.WELCOME,
        "online_link": LINK,
        "material_link": MATERIAL,
        "starts_wall": to_wall(begins, visit.zone).isoformat(),
        "starts_at": begins,
        "ends_at": begins + timedelta(minutes=minutes),
    }
    made = AgendaSession(visit_id=visit.id, title=title, minutes=minutes, **{**fields, **values})
    session.add(made)
    session.flush()
    return made


def let_speak(stage: Stage, name: str, *sessions: uuid.UUID, **values: Any) -> uuid.UUID:
    """Somebody with an account confirms to speak in these sessions."""
    with writing() as session:
        person = session.get_one(Person, stage.people[name])
        fields: dict[str, Any] = {"state": SpeakerState.CONFIRMED, "email": person.email, **values}
        speaker = AgendaSpeaker(
            visit_id=stage.visit_id,
            name=person.name,
            name_key=person.name.casefold(),
            zone="Europe/Brussels",
            **fields,
        )
        session.add(speaker)
        spoken = [session.get_one(AgendaSession, one) for one in sessions]
        for one in spoken:
            one.speakers.append(speaker)
        session.flush()
        return speaker.id
