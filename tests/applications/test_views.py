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
from peer_visits.applications.drafts import read_draft
from peer_visits.applications.models import Application
from peer_visits.applications.rules import ApplicationContent, question_field
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.questions.queries import list_questions
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
    brings: str
    wants: str

    def data(self, **changes: str) -> dict[str, str]:
        """A whole application as the browser sends it."""
        whole = {
            "version": self.version,
            "visit_0": self.visits[0],
            "why_0": "Because of the archive.",
            "position_0": "1",
            "visit_1": self.visits[1],
            "why_1": "Because of the people.",
            "position_1": "2",
            "brings": "Six years of practice.",
            "wants": "How volunteers stay.",
            "action": "save",
        }
        fields = {"brings": self.brings, "wants": self.wants}
        return {fields.get(name, name): value for name, value in {**whole, **changes}.items()}

    @property
    def version(self) -> str:
        """The version a page opened now would carry."""
        application = stored()
        return str(application.version if application else 0)

    def save(self, **changes: str) -> TestResponse:
        return self.client.post(self.path, data=self.data(**changes))

    def problems(self, **changes: str) -> TestResponse:
        """Press "Check and send" and follow to the form that says what is missing."""
        return self.client.post(self.path, data=self.data(action="check", **changes), follow_redirects=True)

    def confirm(self, version: str | None = None) -> TestResponse:
        return self.client.post(f"{self.path}/check", data={"version": version or self.version})

    def send(self, **changes: str) -> TestResponse:
        """Save, look at the whole, send."""
        self.save(**changes)
        return self.confirm()


@pytest.fixture
def scene(app: Flask, client_of: ClientOf, at_now: datetime) -> Scene:
    with writing() as session:
        call = make_call(session, closes_at=at_now + timedelta(hours=2))  # within one signed-in session
        visits = [make_visit(session, call), make_visit(session, call)]
        person = make_person(session)
        questions = [question_field(one.id) for one in list_questions(session, call.id)]
        path, ids, closes_at = (
            f"/calls/{call.slug}/apply",
            [str(visit.id) for visit in visits],
            call.closes_at,
        )
        person_id = person.id
    client = client_of(reading().get_one(Person, person_id))
    return Scene(client, person_id, path, ids, closes_at, *questions)


def stored() -> Application | None:
    reading().rollback()
    return reading().scalars(select(Application).options(selectinload(Application.choices))).one_or_none()


def application_now() -> Application:
    found = stored()
    assert found is not None
    return found


def draft_now() -> ApplicationContent:
    return read_draft(application_now().draft)


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
    application = application_now()
    assert application.state is ApplicationState.SUBMITTED
    assert application.draft is None
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
    answer = scene.save(visit_0="", why_0="", visit_1="", why_1="", brings="", wants="")
    assert answer.status_code == 302
    assert application_now().state is ApplicationState.DRAFT
    assert count_mails() == 0


def test_what_is_missing_is_said_at_each_field_and_the_draft_is_kept(scene: Scene) -> None:
    answer = scene.problems(why_1="", wants="")
    assert answer.status_code == 422
    assert 'id="why_1-error"' in answer.text
    assert f'id="{scene.wants}-error"' in answer.text
    assert "Because of the archive." in answer.text
    assert application_now().state is ApplicationState.DRAFT
    assert scene.confirm().status_code == 422
    assert application_now().state is ApplicationState.DRAFT
    assert count_mails() == 0


def test_positions_decide_the_rank(scene: Scene) -> None:
    scene.send(position_0="2", position_1="1")
    assert [str(choice.visit_id) for choice in application_now().choices] == list(reversed(scene.visits))


def test_words_without_a_visit_are_kept_and_asked_about(scene: Scene) -> None:
    answer = scene.problems(visit_1="")
    assert 'id="visit_1-error"' in answer.text
    assert "Because of the people." in answer.text
    assert scene.confirm().status_code == 422
    assert [choice.motivation for choice in draft_now().choices] == [
        "Because of the archive.",
        "Because of the people.",
    ]


def test_sending_twice_makes_one_application_and_one_mail(scene: Scene) -> None:
    scene.save()
    version = scene.version
    assert [scene.confirm(version).status_code for _press in range(3)] == [302, 302, 302]
    assert count_mails() == 1
    assert application_now().sent_number == 1


def test_a_second_window_sees_both_texts_and_then_decides(scene: Scene) -> None:
    scene.save()
    late = scene.save(version="0", brings="From the other window.")
    assert late.status_code == 422
    assert "From the other window." in late.text
    assert "Six years of practice." in late.text
    assert 'name="version" type="hidden" value="1"' in late.text
    assert scene.save(version="1", brings="From the other window.").status_code == 302
    assert "From the other window." in draft_now().answers.values()


def test_what_another_window_changed_meanwhile_is_not_sent_unseen(scene: Scene) -> None:
    scene.save()
    scene.save(brings="From the other window.")
    assert scene.confirm("1").status_code == 422
    assert application_now().state is ApplicationState.DRAFT


def test_changes_after_sending_count_only_once_they_are_sent(scene: Scene) -> None:
    scene.send()
    kept = application_now().choices[1].id
    scene.save(visit_0="", why_0="")
    waiting = application_now()
    assert (waiting.state, len(waiting.choices)) == (ApplicationState.SUBMITTED, 2)
    page = scene.client.get(f"/applications/{waiting.id}").text
    assert "You have changed something and not sent it" in page
    assert "Because of the archive." in page
    assert scene.confirm().status_code == 302
    after = application_now()
    assert [(choice.id, choice.rank) for choice in after.choices] == [(kept, 1)]
    assert after.sent_number == 2
    assert count_mails() == 2


def test_changes_can_be_discarded(scene: Scene) -> None:
    scene.send()
    scene.save(brings="Better words.")
    path = f"/applications/{application_now().id}"
    assert scene.client.post(f"{path}/discard").status_code == 302
    assert application_now().draft is None
    assert "Six years of practice." in scene.client.get(path).text
    assert "Better words." not in scene.client.get(path).text


@pytest.mark.parametrize(("seconds", "status"), [(-1, 302), (0, 422), (1, 422)])
def test_the_deadline_is_exact_to_the_second(scene: Scene, seconds: int, status: int) -> None:
    scene.save()
    with clock.frozen(scene.closes_at + timedelta(seconds=seconds)):
        answer = scene.confirm()
    assert answer.status_code == status
    if status == 422:
        assert "The call is closed" in answer.text
        assert application_now().state is ApplicationState.DRAFT


def test_what_is_typed_when_the_call_closes_is_kept_as_a_draft_and_not_sent(scene: Scene) -> None:
    with clock.frozen(scene.closes_at + timedelta(seconds=1)):
        answer = scene.client.post(scene.path, data=scene.data(action="check"), follow_redirects=True)
    assert "it was not sent" in answer.text
    assert "Because of the archive." in answer.text
    assert application_now().state is ApplicationState.DRAFT
    assert count_mails() == 0


def test_before_the_call_opens_nothing_is_taken(scene: Scene, at_now: datetime) -> None:
    with clock.frozen(at_now - timedelta(days=30)):
        assert scene.save().status_code in {302, 422}
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
    assert scene.save().status_code == 302
    refused = scene.confirm()
    assert refused.status_code == 422
    assert word in refused.text


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({"eligible_countries": ["NL"]}, "not open to people from your country"),
        ({"eligible_kinds": ["civil"]}, "not open to your kind of organisation"),
    ],
)
def test_people_whom_the_rules_keep_out_are_told(scene: Scene, rule: dict[str, list[str]], word: str) -> None:
    with writing() as session:
        for name, value in rule.items():
            setattr(session.scalars(select(Call)).one(), name, value)
    assert word in scene.client.get(scene.path).text
    scene.save()
    assert word in scene.confirm().text
    assert application_now().state is ApplicationState.DRAFT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visit_0", "not-a-visit"),
        ("visit_0", "00000000-0000-4000-8000-000000000000"),
        ("position_0", "first"),
        ("position_0", "99"),
        ("brings", "y" * 20_001),
    ],
)
def test_what_no_form_sends_is_refused_and_nothing_is_written(scene: Scene, field: str, value: str) -> None:
    answer = scene.save(**{field: value})
    assert answer.status_code == 422
    assert "How volunteers stay." in answer.text
    assert stored() is None


@pytest.mark.parametrize(
    ("field", "value"), [("why_0", "x" * 2001), ("brings", "a\u202eb"), ("wants", "y" * 4001)]
)
def test_what_is_too_much_is_kept_and_said(scene: Scene, field: str, value: str) -> None:
    answer = scene.problems(**{field: value})
    target = {"brings": scene.brings, "wants": scene.wants}.get(field, field)
    assert f'id="{target}-error"' in answer.text
    assert scene.confirm().status_code == 422
    assert value in {*draft_now().answers.values(), draft_now().choices[0].motivation}


def test_a_nul_is_left_out_of_what_is_kept(scene: Scene) -> None:
    assert scene.save(why_0="a\x00b").status_code == 302
    assert draft_now().choices[0].motivation == "ab"


@pytest.mark.parametrize("length", [1999, 2000])
def test_a_text_of_the_full_length_is_kept_whole_line_ends_counting_once(scene: Scene, length: int) -> None:
    words = ("line\r\n" * 400)[: length + 400].replace("\r\n", "\n")[:length].rstrip()
    assert scene.send(why_0=words.replace("\n", "\r\n")).status_code == 302
    assert application_now().choices[0].motivation == words


def test_withdrawing_and_starting_again(scene: Scene) -> None:
    scene.send()
    application = stored()
    assert application is not None
    path = f"/applications/{application.id}"
    assert scene.client.get(path).status_code == 200
    assert scene.client.post(f"{path}/withdraw", data={"reason": "No budget for travel."}).status_code == 302
    withdrawn = stored()
    assert withdrawn is not None
    assert withdrawn.state is ApplicationState.WITHDRAWN
    assert withdrawn.withdrawal_reason == "No budget for travel."
    assert scene.client.post(f"{path}/withdraw").status_code == 409
    assert scene.client.get(scene.path).status_code == 302
    assert scene.client.post(f"{path}/reopen").status_code == 302
    again = stored()
    assert again is not None
    assert (again.state, len(draft_now().choices)) == (ApplicationState.DRAFT, 2)


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
