"""Changes at short notice: mails that say so in their subject, and the banner for as long as it matters."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.agenda.late import late_changes
from peer_visits.agenda.models import AgendaSession
from peer_visits.agenda.queries.late import list_late_changes
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import Change, ChangedItem, content_mark, release_content
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.services.publishing import publish_agenda
from peer_visits.agenda.services.sessions import SessionContent, add_session, remove_session
from peer_visits.agenda.states import SessionKind
from peer_visits.kernel import clock
from peer_visits.kernel.zones import to_wall
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import NOW, make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place
from tests.support.statements import counting

WELCOME = NOW + timedelta(days=3)


class Stage:
    """A visit that begins in three days, published, with one participant who reads French."""

    def __init__(self) -> None:
        self.number = 0
        with writing() as session:
            call = make_call(session)
            visit = make_visit(session, call)
            lock_plan(session, visit).is_public = True
            self.slug, self.visit, self.host = visit.slug, visit.id, make_host(session, visit).id
            person = make_person(session, "Ann", language="fr")
            application = make_application(session, call, [visit], person)
            make_place(session, visit, application, PlaceState.ACCEPTED)
        for day in range(2):
            self.add(f"Session {day}", WELCOME + timedelta(days=day))
        self.publish(NOW)

    def add(self, title: str, at: datetime) -> None:
        with writing() as session:
            visit, host = session.get_one(Visit, self.visit), session.get_one(Person, self.host)
            wall = to_wall(at, visit.zone).replace(tzinfo=None)
            content = SessionContent(SessionKind.WELCOME, title, wall, 60)
            add_session(session, actor=host, now=NOW, visit=visit, content=content)

    def move(self, title: str, by: timedelta) -> None:
        with writing() as session:
            [one] = session.scalars(select(AgendaSession).filter_by(title=title)).unique()
            assert one.starts_at is not None
            assert one.ends_at is not None
            one.starts_at, one.ends_at = one.starts_at + by, one.ends_at + by

    def remove(self, title: str) -> None:
        with writing() as session:
            [one] = session.scalars(select(AgendaSession).filter_by(title=title)).unique()
            visit, host = session.get_one(Visit, self.visit), session.get_one(Person, self.host)
            remove_session(session, actor=host, now=NOW, visit=visit, item=one, version=one.version)

    def publish(self, now: datetime) -> list[str]:
        """The subjects of what it sends."""
        with writing() as session:
            visit, host = session.get_one(Visit, self.visit), session.get_one(Person, self.host)
            seen = content_mark(release_content(list_sessions(session, visit.id), visit))
            publish_agenda(session, actor=host, now=now, visit=visit, after=self.number, seen=seen)
        self.number += 1
        reading().rollback()
        query = select(Message.subject).where(Message.created_at == now).order_by(Message.kind)
        return list(reading().scalars(query))

    def banner(self, now: datetime) -> list[str]:
        reading().rollback()
        return [one.item["title"] for one in list_late_changes(reading(), self.visit, now)]


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage()


@pytest.mark.parametrize(
    ("starts", "was", "is_late"),
    [
        (23, None, True),
        (24, None, True),
        (25, None, False),
        (-1, None, False),
        (72, 5, True),
        (72, 30, False),
    ],
)
def test_what_begins_or_was_to_begin_within_a_day(starts: int, was: int | None, is_late: bool) -> None:
    item = {"id": "1", "starts_at": (NOW + timedelta(hours=starts)).isoformat()}
    was_at = None if was is None else NOW + timedelta(hours=was)
    assert bool(late_changes([ChangedItem(Change.MOVED, item, was_at)], NOW)) is is_late


def test_a_change_in_good_time_is_not_urgent(stage: Stage) -> None:
    stage.move("Session 0", timedelta(hours=1))
    [subject] = stage.publish(WELCOME - timedelta(hours=30))
    assert not subject.startswith("Urgent")
    assert stage.banner(WELCOME - timedelta(hours=29)) == []


def test_a_late_change_is_urgent_in_the_readers_language(stage: Stage) -> None:
    stage.move("Session 0", timedelta(hours=1))
    [subject] = stage.publish(WELCOME - timedelta(hours=3))
    assert subject.startswith("Urgent: Votre visite")


def test_a_session_moved_away_from_today_is_urgent_too(stage: Stage) -> None:
    stage.move("Session 0", timedelta(days=2))
    [subject] = stage.publish(WELCOME - timedelta(hours=3))
    assert subject.startswith("Urgent: ")
    assert stage.banner(WELCOME) == ["Session 0"]


def test_only_what_is_near_makes_a_mail_urgent(stage: Stage) -> None:
    stage.move("Session 1", timedelta(hours=1))
    [subject] = stage.publish(WELCOME - timedelta(hours=3))
    assert not subject.startswith("Urgent")


def test_a_cancelled_session_is_urgent_in_both_mails(stage: Stage) -> None:
    stage.remove("Session 0")
    subjects = stage.publish(WELCOME - timedelta(hours=3))
    assert [subject.startswith("Urgent: ") for subject in subjects] == [True, True]
    assert stage.banner(WELCOME - timedelta(hours=2)) == ["Session 0"]
    assert stage.banner(WELCOME + timedelta(minutes=1)) == []


def test_the_banner_shows_the_latest_of_each_until_it_is_over(stage: Stage) -> None:
    stage.move("Session 0", timedelta(hours=1))
    stage.publish(WELCOME - timedelta(hours=3))
    stage.add("Coffee", WELCOME + timedelta(hours=3))
    stage.publish(WELCOME - timedelta(hours=2))
    stage.move("Session 0", timedelta(hours=1))
    stage.publish(WELCOME - timedelta(hours=1))
    assert stage.banner(WELCOME) == ["Session 0", "Coffee"]
    assert stage.banner(WELCOME + timedelta(hours=3, minutes=30)) == ["Coffee"]
    assert stage.banner(WELCOME + timedelta(hours=5)) == []
    with counting(db.engine) as seen:
        list_late_changes(reading(), stage.visit, WELCOME)
    assert len(seen) <= 2


def test_everybody_sees_it_on_the_agenda(stage: Stage, client: FlaskClient) -> None:
    stage.move("Session 0", timedelta(hours=1))
    with clock.frozen(WELCOME - timedelta(hours=2)):
        assert "Changed at short notice" not in client.get(f"/visits/{stage.slug}/agenda").text
        stage.publish(WELCOME - timedelta(hours=3))
        assert "Changed at short notice" in client.get(f"/visits/{stage.slug}/agenda").text
