"""The applicant's way: draft, send, change, withdraw, and every way it can go wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import make_application, make_call, make_person, make_visit
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@dataclass
class Scene:
    """One open call with two visits, and an applicant's browser."""

    client: FlaskClient
    person_id: uuid.UUID
    path: str
    visits: list[str]
    closes_at: datetime

    def data(self, **changes: str) -> dict[str, str]:
        """A whole application as the browser sends it."""
        whole = {
            "version": "0",
            "visit_0": self.visits[0],
            "why_0": "Because of the archive.",
            "position_0": "1",
            "visit_1": self.visits[1],
            "why_1": "Because of the people.",
            "position_1": "2",
            "brings": "Six years of practice.",
            "wants": "How volunteers stay.",
            "action": "send",
        }
        return {**whole, **changes}

    def send(self, **changes: str) -> TestResponse:
        return self.client.post(self.path, data=self.data(**changes))


@pytest.fixture
def scene(app: Flask, client_of: ClientOf, at_now: datetime) -> Scene:
    with writing() as session:
        call = make_call(session, closes_at=at_now + timedelta(hours=2))  # within one signed-in session
        visits = [make_visit(session, call), make_visit(session, call)]
        person = make_person(session)
        path, ids, closes_at = (
            f"/calls/{call.slug}/apply",
            [str(visit.id) for visit in visits],
            call.closes_at,
        )
        person_id = person.id
    client = client_of(reading().get_one(Person, person_id))
    return Scene(client, person_id, path, ids, closes_at)


def stored() -> Application | None:
    reading().rollback()
    return reading().scalars(select(Application).options(selectinload(Application.choices))).one_or_none()


def count_mails() -> int:
    reading().rollback()
    return reading().scalar(select(func.count()).select_from(Message)) or 0


def test_the_form_shows_every_visit_and_the_deadline_with_its_zone(scene: Scene) -> None:
    page = scene.client.get(scene.path)
    assert page.status_code == 200
    assert all(visit in page.text for visit in scene.visits)
    assert "Brussels" in page.text


def test_sending_keeps_everything_and_mails_a_receipt_with_all_answers(scene: Scene) -> None:
    assert scene.send().status_code == 302
    application = stored()
    assert application is not None
    assert application.state is ApplicationState.SUBMITTED
    assert [str(choice.visit_id) for choice in application.choices] == scene.visits
    [receipt] = reading().scalars(select(Message))
    for words in (
        "Because of the archive.",
        "Because of the people.",
        "Six years of practice.",
        "How volunteers stay.",
    ):
        assert words in receipt.text
        assert words in receipt.html


def test_a_draft_is_kept_whatever_is_missing_and_nobody_is_told(scene: Scene) -> None:
    answer = scene.send(action="save", visit_0="", why_0="", visit_1="", why_1="", brings="", wants="")
    assert answer.status_code == 302
    application = stored()
    assert application is not None
    assert application.state is ApplicationState.DRAFT
    assert count_mails() == 0


def test_what_is_missing_is_said_at_each_field_and_nothing_is_written(scene: Scene) -> None:
    answer = scene.send(why_1="", wants="")
    assert answer.status_code == 422
    assert 'id="why_1-error"' in answer.text
    assert 'id="wants-error"' in answer.text
    assert "Because of the archive." in answer.text
    assert stored() is None
    assert count_mails() == 0


def test_positions_decide_the_rank(scene: Scene) -> None:
    scene.send(position_0="2", position_1="1")
    application = stored()
    assert application is not None
    assert [str(choice.visit_id) for choice in application.choices] == list(reversed(scene.visits))


def test_an_error_stands_at_the_line_it_was_typed_in_whatever_its_rank(scene: Scene) -> None:
    answer = scene.send(position_0="2", position_1="1", why_0="")
    assert 'id="why_0-error"' in answer.text
    assert 'id="why_1-error"' not in answer.text


def test_words_without_a_visit_are_asked_about(scene: Scene) -> None:
    answer = scene.send(action="save", visit_1="")
    assert answer.status_code == 422
    assert 'id="visit_1-error"' in answer.text
    assert "Because of the people." in answer.text


def test_sending_twice_makes_one_application_and_one_mail(scene: Scene) -> None:
    assert [scene.send().status_code for _press in range(3)] == [302, 302, 302]
    assert count_mails() == 1
    application = stored()
    assert application is not None
    assert application.version == 1


def test_a_second_window_sees_both_texts_and_then_decides(scene: Scene) -> None:
    scene.send()
    late = scene.send(brings="From the other window.")
    assert late.status_code == 422
    assert "From the other window." in late.text
    assert "Six years of practice." in late.text
    assert 'name="version" type="hidden" value="1"' in late.text
    assert scene.send(version="1", brings="From the other window.").status_code == 302
    application = stored()
    assert application is not None
    assert (application.brings, application.version) == ("From the other window.", 2)


def test_changing_a_sent_application_mails_a_new_receipt_and_keeps_choices_that_stay(scene: Scene) -> None:
    scene.send()
    before = stored()
    assert before is not None
    kept = before.choices[1].id
    scene.send(version="1", visit_0="", why_0="")
    after = stored()
    assert after is not None
    assert [(choice.id, choice.rank) for choice in after.choices] == [(kept, 1)]
    assert count_mails() == 2


@pytest.mark.parametrize(("seconds", "status"), [(-1, 302), (0, 422), (1, 422)])
@pytest.mark.parametrize("action", ["send", "save"])
def test_the_deadline_is_exact_to_the_second(scene: Scene, seconds: int, status: int, action: str) -> None:
    with clock.frozen(scene.closes_at + timedelta(seconds=seconds)):
        answer = scene.send(action=action)
    assert answer.status_code == status
    if status == 422:
        assert "The call is closed" in answer.text
        assert "Because of the archive." in answer.text
        assert stored() is None


def test_before_the_call_opens_nothing_is_taken(scene: Scene, at_now: datetime) -> None:
    with clock.frozen(at_now - timedelta(days=30)):
        assert scene.send().status_code in {302, 422}
    assert stored() is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"email_verified_at": None}, "Confirm your e-mail address"),
        ({"organisation": ""}, "your organisation"),
        ({"country": None}, "your country"),
    ],
)
def test_who_is_not_ready_may_save_but_not_send(scene: Scene, change: dict[str, object], word: str) -> None:
    with writing() as session:
        person = session.get_one(Person, scene.person_id)
        for name, value in change.items():
            setattr(person, name, value)
    assert scene.send(action="save").status_code == 302
    refused = scene.send(version="1")
    assert refused.status_code == 422
    assert word in refused.text


def test_people_of_other_countries_are_told(app: Flask, client_of: ClientOf, at_now: datetime) -> None:
    with writing() as session:
        call = make_call(session, eligible_countries=["NL"])
        visit = make_visit(session, call)
        person = make_person(session, country="FI")
        path, visit_id, person_id = f"/calls/{call.slug}/apply", str(visit.id), person.id
    client = client_of(reading().get_one(Person, person_id))
    whole = {"visit_0": visit_id, "why_0": "w", "brings": "b", "wants": "w", "action": "send", "version": "0"}
    assert "not open to people from your country" in client.post(path, data=whole).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visit_0", "not-a-visit"),
        ("visit_0", "00000000-0000-4000-8000-000000000000"),
        ("why_0", "x" * 2001),
        ("why_0", "a\x00b"),
        ("brings", "a\u202eb"),
        ("wants", "y" * 4001),
        ("position_0", "first"),
        ("position_0", "99"),
    ],
)
def test_bad_input_is_answered_and_nothing_is_written(scene: Scene, field: str, value: str) -> None:
    answer = scene.send(**{field: value})
    assert answer.status_code == 422
    assert "How volunteers stay." in answer.text or field == "wants"
    assert stored() is None


@pytest.mark.parametrize("length", [1999, 2000])
def test_a_text_of_the_full_length_is_kept_whole_line_ends_counting_once(scene: Scene, length: int) -> None:
    words = ("line\r\n" * 400)[: length + 400].replace("\r\n", "\n")[:length].rstrip()
    assert scene.send(why_0=words.replace("\n", "\r\n")).status_code == 302
    application = stored()
    assert application is not None
    assert application.choices[0].motivation == words


def test_withdrawing_and_starting_again(scene: Scene) -> None:
    scene.send()
    application = stored()
    assert application is not None
    path = f"/applications/{application.id}"
    assert scene.client.get(path).status_code == 200
    assert scene.client.post(f"{path}/withdraw").status_code == 302
    withdrawn = stored()
    assert withdrawn is not None
    assert withdrawn.state is ApplicationState.WITHDRAWN
    assert scene.client.post(f"{path}/withdraw").status_code == 409
    assert scene.client.get(scene.path).status_code == 302
    assert scene.client.post(f"{path}/reopen").status_code == 302
    again = stored()
    assert again is not None
    assert (again.state, len(again.choices)) == (ApplicationState.DRAFT, 2)


def test_after_the_deadline_a_withdrawn_application_stays_so(scene: Scene) -> None:
    scene.send()
    application = stored()
    assert application is not None
    with clock.frozen(scene.closes_at + timedelta(hours=1)):
        assert scene.client.post(f"/applications/{application.id}/withdraw").status_code == 302
        assert scene.client.post(f"/applications/{application.id}/reopen").status_code == 409


def test_my_applications_cost_the_same_for_one_and_three(
    app: Flask, client_of: ClientOf, at_now: datetime
) -> None:
    counts = []
    for calls in (1, 3):
        with writing() as session:
            person = make_person(session)
            for _number in range(calls):
                call = make_call(session)
                make_application(
                    session, call, [make_visit(session, call), make_visit(session, call)], person
                )
            person_id = person.id
        client = client_of(reading().get_one(Person, person_id))
        with counting(db.engine) as seen:
            assert client.get("/applications").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
