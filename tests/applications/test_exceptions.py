"""One applicant let in whom the rules keep out, and one asked for more after the deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import (
    make_application,
    make_call,
    make_organiser,
    make_person,
    make_programme,
    make_visit,
)

ClientOf = Callable[[Person], FlaskClient]
UNTIL = "2026-05-04T20:00"  # wall time in Brussels; the call closes at 14:00 there


@dataclass
class Scene:
    """An organiser's and an applicant's browser, and a draft from a country the call is not for."""

    organiser: FlaskClient
    applicant: FlaskClient
    path: str
    page: str
    closes_at: datetime

    def send(self) -> int:
        version = application_now().version
        return self.applicant.post(f"{self.path}/check", data={"version": str(version)}).status_code


def application_now() -> Application:
    reading().rollback()
    return reading().scalars(select(Application)).one()


@pytest.fixture
def scene(app: Flask, client_of: ClientOf, at_now: datetime) -> Scene:
    closes = at_now + timedelta(hours=2)
    with writing() as session:
        programme = make_programme(session)
        organiser = make_organiser(session, programme)
        call = make_call(session, programme, closes_at=closes, eligible_countries=["NL"])
        person = make_person(session, country="FI")
        application = make_application(session, call, [make_visit(session, call)], person, submitted=False)
        names = f"/calls/{call.slug}/apply", f"/organise/applications/{application.id}"
    return Scene(client_of(organiser), client_of(person), *names, closes)


def test_a_reason_lets_somebody_in_and_no_reason_takes_it_back(scene: Scene) -> None:
    assert scene.send() == 422
    assert "Kept out by the rules" in scene.organiser.get(scene.page).text
    answer = scene.organiser.post(f"{scene.page}/let-in", data={"reason": "A partner of ours."})
    assert answer.status_code == 302
    assert "A partner of ours." in scene.organiser.get(scene.page).text
    scene.organiser.post(f"{scene.page}/let-in", data={"reason": ""})
    assert scene.send() == 422
    scene.organiser.post(f"{scene.page}/let-in", data={"reason": "A partner of ours."})
    assert scene.send() == 302
    assert application_now().state is ApplicationState.SUBMITTED


def test_one_person_is_asked_for_more_and_sends_after_the_deadline(scene: Scene) -> None:
    scene.organiser.post(f"{scene.page}/let-in", data={"reason": "A partner of ours."})
    with clock.frozen(scene.closes_at + timedelta(minutes=1)):
        assert scene.send() == 422
        asked = {"note": "The letter of your mayor, please.", "until": UNTIL}
        assert scene.organiser.post(f"{scene.page}/complete", data=asked).status_code == 302
        assert "The letter of your mayor, please." in scene.applicant.get(scene.path).text
    reading().rollback()
    [mail] = reading().scalars(select(Message).where(Message.kind == "application.completion_asked"))
    assert "The letter of your mayor, please." in mail.text
    until = application_now().open_until
    assert until is not None
    with clock.frozen(until):
        assert scene.send() == 422
    with clock.frozen(until - timedelta(seconds=1)):
        assert scene.send() == 302


@pytest.mark.parametrize(
    "data",
    [
        {"note": "", "until": UNTIL},
        {"note": "The letter.", "until": ""},
        {"note": "The letter.", "until": "2026-05-04T13:00"},
        {"note": "The letter.", "until": "2027-03-28T02:30"},
    ],
    ids=["no words", "no moment", "before the deadline", "a time the clock skips"],
)
def test_asking_needs_words_and_a_moment_ahead(scene: Scene, data: dict[str, str]) -> None:
    assert scene.organiser.post(f"{scene.page}/complete", data=data).status_code == 422
    assert application_now().open_until is None


def test_once_decided_nobody_is_asked(scene: Scene, at_now: datetime) -> None:
    with writing() as session:
        session.scalars(select(Call)).unique().one().decided_at = at_now
    answer = scene.organiser.post(f"{scene.page}/complete", data={"note": "The letter.", "until": UNTIL})
    assert answer.status_code == 422
    assert "has been decided" in answer.text
