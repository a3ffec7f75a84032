"""Speakers and host staff: invited by mail, answering by a link on their own clock, introduced if they agree."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSession, AgendaSpeaker
from peer_visits.agenda.queries.releases import find_latest_release
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.releases import content_mark, release_content
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.states import SpeakerState
from peer_visits.agenda.sweeps import tell_new_speakers
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.agenda.calendars import kept_by
from tests.agenda.test_views import TYPED
from tests.support.factories import make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place

ANSWER = {
    "comes": "yes",
    "zone": "America/New_York",
    "windows-0-day": "2026-09-14",
    "windows-0-starts": "04:00",
    "windows-0-ends": "08:00",
    "biography": "Ada keeps the archive.",
}


@dataclass
class Desk:
    """A board with one session, in which Ada speaks."""

    slug: str
    visit_id: uuid.UUID
    host: FlaskClient
    anybody: FlaskClient
    now: datetime

    def speaker(self) -> AgendaSpeaker | None:
        reading().rollback()
        query = select(AgendaSpeaker).where(AgendaSpeaker.visit_id == self.visit_id)
        return reading().scalars(query.order_by(AgendaSpeaker.name)).first()

    def ada(self) -> AgendaSpeaker:
        found = self.speaker()
        assert found is not None
        return found

    def save(self, **typed: str) -> TestResponse:
        speaker = self.ada()
        data = {"name": "Ada", "email": "ada@example.org", "version": str(speaker.version), **typed}
        return self.host.post(f"/agenda/{self.slug}/speakers/{speaker.id}", data=data)

    def invite(self) -> TestResponse:
        return self.host.post(f"/agenda/{self.slug}/speakers/{self.ada().id}/invite", follow_redirects=True)

    def link(self) -> str:
        [mail] = [one for one in self.mails("speaker.invited") if one.state is not MessageState.WITHDRAWN]
        found = re.search(r"/speaking/[\w-]+", mail.text)
        assert found
        return found[0]

    def answer(self, **typed: str) -> TestResponse:
        return self.anybody.post(self.link(), data={**ANSWER, **typed})

    def mails(self, kind: str) -> list[Message]:
        reading().rollback()
        query = select(Message).where(Message.kind == kind).order_by(Message.created_at, Message.id)
        return list(reading().scalars(query))

    def sessions(self) -> list[AgendaSession]:
        reading().rollback()
        return list(list_sessions(reading(), self.visit_id))

    def publish(self) -> None:
        visit, sessions = reading().get_one(Visit, self.visit_id), self.sessions()
        latest = find_latest_release(reading(), visit.id)
        seen = content_mark(release_content(sessions, visit))
        after = str(latest.number if latest else 0)
        answer = self.host.post(f"/agenda/{self.slug}/publish", data={"after": after, "seen": seen})
        assert answer.status_code == 302

    def public(self, rest: str = "") -> TestResponse:
        return self.anybody.get(f"/visits/{self.slug}/agenda{rest}")


@pytest.fixture
def desk(
    app: Flask, at_now: datetime, client: FlaskClient, client_of: Callable[[Person], FlaskClient]
) -> Desk:
    with writing() as session:
        call = make_call(session)
        visit = make_visit(session, call)
        host = make_host(session, visit)
        application = make_application(session, call, [visit], make_person(session, "Ann"))
        make_place(session, visit, application, PlaceState.ACCEPTED, 1)
        lock_plan(session, visit).is_public = True
        slug, visit_id, host_id = visit.slug, visit.id, host.id
    desk = Desk(slug, visit_id, client_of(reading().get_one(Person, host_id)), client, at_now)
    desk.host.post(f"/agenda/{slug}/sessions/new", data={**TYPED, "speaker": "Ada"})
    return desk


def test_a_speaker_is_invited_and_answers_on_the_own_clock(desk: Desk) -> None:
    assert "Write the speaker&#39;s e-mail address first." in desk.invite().text
    assert desk.save().status_code == 302
    assert "The invitation is on its way." in desk.invite().text
    assert "Walk along the canal" in desk.mails("speaker.invited")[0].text
    assert desk.anybody.get(desk.link()).status_code == 200
    assert desk.ada().state is SpeakerState.INVITED, "opening the link uses nothing up"
    assert desk.answer().status_code == 302
    ada = desk.ada()
    assert (ada.state, ada.zone) == (SpeakerState.CONFIRMED, "America/New_York")
    assert ada.windows == [["2026-09-14", "04:00", "08:00"]]
    assert "Mon 14 Sept, 04:00–08:00" in desk.host.get(f"/agenda/{desk.slug}/speakers").text
    assert "cannot at this time" not in desk.host.get(f"/agenda/{desk.slug}").text, "10:30 is 4:30 there"
    desk.answer(**{"windows-0-starts": "05:00"})
    assert "Ada cannot at this time" in desk.host.get(f"/agenda/{desk.slug}").text
    desk.answer(comes="no")
    assert "Ada does not come" in desk.host.get(f"/agenda/{desk.slug}").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"comes": ""}, "Choose one."),
        ({"zone": "Mars/Crater"}, "Choose a zone from the list"),
        ({"windows-0-ends": ""}, "Fill in day, from and until"),
        ({"windows-0-day": ""}, "Fill in day, from and until"),
        ({"windows-0-ends": "04:00"}, "ends after it begins"),
        ({"windows-0-ends": "03:00"}, "ends after it begins"),
        ({"biography": "x" * 3000}, "at most 2000 characters"),
    ],
)
def test_an_answer_that_cannot_be_is_told_and_kept(desk: Desk, typed: dict[str, str], words: str) -> None:
    desk.save()
    desk.invite()
    answer = desk.answer(**typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "America/New_York" in answer.text or "zone" in typed
    assert desk.ada().state is SpeakerState.INVITED


def test_a_guessed_or_old_link_opens_nothing(desk: Desk) -> None:
    assert desk.anybody.get("/speaking/guessed").status_code == 410
    assert desk.anybody.post("/speaking/guessed", data=ANSWER).status_code == 410
    desk.save()
    desk.invite()
    first = desk.link()
    desk.invite()
    second = desk.link()
    assert second != first
    assert desk.anybody.get(first).status_code == 410
    assert desk.anybody.get(second).status_code == 200
    desk.save(email="other@example.org")
    assert desk.anybody.get(second).status_code == 410, "another address has not been asked"


def test_what_a_speaker_says_of_themselves_is_shown_by_consent_alone(desk: Desk) -> None:
    desk.save()
    desk.invite()
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    sent = {**ANSWER, "picture": (io.BytesIO(picture.getvalue()), "me.png")}
    assert desk.anybody.post(desk.link(), data=sent).status_code == 302
    desk.publish()
    address = f"/speakers/{desk.ada().id}/picture"
    assert "Ada keeps the archive." not in desk.public().text
    assert desk.public(address).status_code == 404
    desk.answer(consents="y")
    assert "Ada keeps the archive." in desk.public().text
    assert desk.public(address).status_code == 200
    desk.answer()
    assert desk.public(address).status_code == 404, "consent is taken back"


def test_a_speaker_taken_off_leaves_the_sessions(desk: Desk) -> None:
    desk.save()
    desk.invite()
    link = desk.link()
    answer = desk.host.post(f"/agenda/{desk.slug}/speakers/{desk.ada().id}/remove")
    assert answer.status_code == 302
    assert desk.speaker() is None
    [session] = desk.sessions()
    assert (session.title, session.speakers) == ("Walk along the canal", [])
    assert desk.anybody.get(link).status_code == 410
    assert [mail.state.value for mail in desk.mails("speaker.invited")] == ["withdrawn"]


def test_two_speakers_of_one_name_are_told_apart(desk: Desk) -> None:
    answer = desk.host.post(f"/agenda/{desk.slug}/speakers/new", data={"name": "ADA", "version": "0"})
    assert answer.status_code == 422
    assert "There is a speaker of this name already." in answer.text


def test_speakers_are_told_of_their_own_sessions_alone(desk: Desk) -> None:
    desk.host.post(
        f"/agenda/{desk.slug}/sessions/new",
        data={**TYPED, "title": "Talk", "starts_at": "14:00", "speaker": "Bo"},
    )
    desk.publish()
    assert desk.mails("agenda.speaking") == [], "nobody was invited"
    desk.save()
    desk.invite()
    assert desk.answer().status_code == 302
    reading().rollback()
    assert tell_new_speakers(desk.now) == 1
    assert tell_new_speakers(desk.now) == 0
    [first] = desk.mails("agenda.speaking")
    assert first.to_address == "ada@example.org"
    assert {entry[0] for entry in kept_by("icalendar", [str(first.calendar)])} == {"Walk along the canal"}
    change(desk, "Talk", room="Quay 9")
    desk.publish()
    assert len(desk.mails("agenda.speaking")) == 1, "a session of somebody else has changed"
    change(desk, "Walk along the canal", speaker="Bo")
    desk.publish()
    assert len(desk.mails("agenda.not_speaking")) == 1
    parts = [str(first.calendar), str(desk.mails("agenda.not_speaking")[0].calendar)]
    for reader in ("icalendar", "vobject"):
        assert kept_by(reader, parts) == set()


def change(desk: Desk, title: str, **typed: str) -> None:
    [item] = [one for one in desk.sessions() if one.title == title]
    assert item.starts_wall
    data = {**TYPED, "title": title, "starts_at": item.starts_wall[11:16], "speaker": item.speaker_names}
    data["version"] = str(item.version)
    answer = desk.host.post(f"/agenda/{desk.slug}/sessions/{item.id}", data={**data, **typed})
    assert answer.status_code == 302
