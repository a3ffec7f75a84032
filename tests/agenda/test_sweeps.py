"""Who accepts a place after the agenda was published gets it once."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.agenda.services.sessions import SessionContent, add_session
from peer_visits.agenda.states import SessionKind
from peer_visits.agenda.sweeps import tell_newcomers
from peer_visits.calls.models import Call
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place

WALL = datetime(2026, 9, 14, 10, 30)


def publish(session: Session, visit: Visit, host: Person, now: datetime, *, day: int = 0) -> AgendaRelease:
    """One more session, and a release of it."""
    content = SessionContent(SessionKind.WELCOME, f"Session {day}", WALL + timedelta(days=day), 60)
    add_session(session, actor=host, now=now, visit=visit, content=content)
    seen = content_mark(release_content(list_sessions(session, visit.id), visit))
    return publish_agenda(session, actor=host, now=now, visit=visit, after=day, seen=seen)


def accept(session: Session, call: Call, visit: Visit, name: str, seat: int) -> None:
    application = make_application(session, call, [visit], make_person(session, name))
    make_place(session, visit, application, PlaceState.ACCEPTED, seat)


def told() -> list[tuple[str, bool]]:
    """Who was told, and whether with changes."""
    reading().rollback()
    query = select(Message).where(Message.kind == "agenda.published").order_by(Message.to_name)
    return [(mail.to_name, "has changed" in mail.text) for mail in reading().scalars(query)]


def test_a_newcomer_gets_the_latest_release_once(app: Flask, now: datetime) -> None:
    with writing() as session:
        call = make_call(session)
        visit, other = make_visit(session, call), make_visit(session, call)
        host = make_host(session, visit)
        accept(session, call, visit, "Ann", 1)
        publish(session, visit, host, now)
    assert tell_newcomers(now) == 0
    with writing() as session:
        accept(session, call, visit, "Ben", 2)
        accept(session, call, other, "Cyd", 1)  # of a visit without an agenda
        make_place(session, visit, make_application(session, call, [visit]), PlaceState.OFFERED, 3)
    assert tell_newcomers(now) == 1
    assert tell_newcomers(now) == 0
    assert told() == [("Ann", False), ("Ben", False)]


def test_a_newcomer_gets_the_whole_agenda_and_not_what_changed(app: Flask, now: datetime) -> None:
    with writing() as session:
        call = make_call(session)
        visit = make_visit(session, call)
        host = make_host(session, visit)
        publish(session, visit, host, now)
        publish(session, visit, host, now, day=1)
        accept(session, call, visit, "Ben", 1)
    assert tell_newcomers(now) == 1
    assert told() == [("Ben", False)]


def test_an_agenda_that_is_over_is_not_sent(app: Flask, now: datetime) -> None:
    with writing() as session:
        call = make_call(session)
        visit = make_visit(session, call)
        publish(session, visit, make_host(session, visit), now)
        accept(session, call, visit, "Ben", 1)
    assert tell_newcomers(now + timedelta(days=365)) == 0
    assert told() == []
