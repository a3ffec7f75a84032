"""Files of an application: with and without a script, replaced, and read only by whom their question is for."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications import attaching
from peer_visits.applications.drafts import read_draft
from peer_visits.applications.models import Application, Attachment, Choice
from peer_visits.applications.rules import question_field
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.questions.kinds import Audience, Kind
from peer_visits.questions.queries import list_questions
from peer_visits.shortlist.models import Shortlist
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_call, make_host, make_person, make_question, make_visit
from tests.support.pdfs import HTML, make_pdf

ClientOf = Callable[[Person], FlaskClient]


@dataclass
class Scene:
    """An applicant's and a host's browser, and a call that asks for two files."""

    applicant: FlaskClient
    other: FlaskClient
    host: FlaskClient
    path: str
    visit: str
    visit_id: str
    letter: str
    secret: str
    texts: list[str]
    closes_at: datetime

    def upload(self, content: bytes, name: str = "letter.pdf") -> tuple[int, dict[str, str]]:
        answer = self.applicant.post(f"{self.path}/files", data={"file": (io.BytesIO(content), name)})
        return answer.status_code, dict(answer.json or {})

    def whole(self, **changes: str) -> dict[str, str]:
        version = application_now().version if count(Application) else 0
        fields = {"visit_0": self.visit_id, "why_0": "Why.", "position_0": "1", "version": str(version)}
        return {**fields, **dict.fromkeys(self.texts, "Words."), "action": "save", **changes}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def count(model: type) -> int:
    reading().rollback()
    return len(reading().scalars(select(model)).unique().all())


def application_now() -> Application:
    reading().rollback()
    return reading().scalars(select(Application)).one()


@pytest.fixture
def scene(app: Flask, client_of: ClientOf, at_now: datetime) -> Scene:
    with writing() as session:
        call = make_call(session, closes_at=at_now + timedelta(hours=2))
        visit = make_visit(session, call)
        session.add(Shortlist(visit_id=visit.id))
        texts = [question_field(one.id) for one in list_questions(session, call.id)]
        letter = make_question(session, call, Kind.FILE, required=False)
        secret = make_question(session, call, Kind.FILE, required=False, audience=Audience.ORGANISER)
        people = make_person(session), make_person(session, "Oda Other"), make_host(session, visit)
        path, slug, visit_id = f"/calls/{call.slug}/apply", visit.slug, str(visit.id)
        fields = question_field(letter.id), question_field(secret.id)
    applicant, other, host = (client_of(one) for one in people)
    closes_at = at_now + timedelta(hours=2)
    return Scene(applicant, other, host, path, slug, visit_id, *fields, texts, closes_at)


def test_a_chosen_file_is_kept_at_once_and_shown_to_its_owner_alone(scene: Scene) -> None:
    status, answer = scene.upload(make_pdf(3))
    assert (status, answer["name"]) == (200, "letter.pdf")
    assert scene.applicant.get(answer["url"]).status_code == 200
    shown = scene.applicant.get(answer["preview"])
    assert shown.mimetype == "image/png"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert scene.other.get(answer["url"]).status_code == 404
    assert scene.other.get(answer["preview"]).status_code == 404


@pytest.mark.parametrize(
    ("content", "word"),
    [(HTML, "Choose one of these"), (b"", "empty"), (make_pdf(301), "more than 300 pages")],
)
def test_a_bad_file_is_told_and_leaves_nothing(scene: Scene, content: bytes, word: str) -> None:
    status, answer = scene.upload(content)
    assert status == 422
    assert word in str(answer["reasons"])
    assert count(Attachment) == 0
    assert scene.applicant.post(f"{scene.path}/files").status_code == 422


def test_a_missing_file_is_named_and_its_field_led_to(scene: Scene) -> None:
    with writing() as session:
        call = session.scalars(select(Call)).unique().one()
        needed = make_question(session, call, Kind.FILE, labels={"en": "A letter"}, required=True)
        field = question_field(needed.id)
    scene.applicant.post(scene.path, data=scene.whole())
    form = scene.applicant.get(f"{scene.path}?check=1").text
    assert f'<a href="#file_{field}">A letter: Add the file.</a>' in form
    assert form.count(f'name="{field}"') == 1
    assert f'id="file_{field}"' in form
    look = scene.applicant.get(f"{scene.path}/check").text
    assert f'check=1#file_{field}"><b>A letter</b></a>: Add the file.' in look


def test_without_a_script_the_file_comes_with_the_form(scene: Scene) -> None:
    data = {**scene.whole(), f"file_{scene.letter}": (io.BytesIO(picture()), "photo.png")}
    assert scene.applicant.post(scene.path, data=data).status_code == 302
    reading().rollback()
    [attachment] = reading().scalars(select(Attachment)).unique()
    assert str(attachment.id) in read_draft(application_now().draft).answers.values()
    bad = {**scene.whole(), f"file_{scene.letter}": (io.BytesIO(HTML), "photo.png")}
    answer = scene.applicant.post(scene.path, data=bad)
    assert answer.status_code == 422
    assert f'id="{scene.letter}-error"' in answer.text
    assert "Words." in answer.text


def test_somebody_elses_file_cannot_be_sent_as_ones_own(scene: Scene) -> None:
    foreign = str(uuid.uuid4())
    scene.applicant.post(scene.path, data=scene.whole(**{scene.letter: foreign}))
    version = str(application_now().version)
    answer = scene.applicant.post(f"{scene.path}/check", data={"version": version})
    assert answer.status_code == 422
    assert "no longer there" in answer.text


def test_hosts_read_what_is_for_hosts_and_nothing_else(scene: Scene) -> None:
    ids = [scene.upload(make_pdf())[1]["id"] for _file in range(2)]
    scene.applicant.post(scene.path, data=scene.whole(**{scene.letter: ids[0], scene.secret: ids[1]}))
    scene.applicant.post(f"{scene.path}/check", data={"version": str(application_now().version)})
    reading().rollback()
    choice = reading().scalars(select(Choice.id)).one()
    page = f"/host/{scene.visit}/choices/{choice}"
    text = scene.host.get(page).text
    assert ids[0] in text
    assert ids[1] not in text
    assert scene.host.get(f"{page}/files/{ids[0]}").status_code == 200
    assert scene.host.get(f"{page}/files/{ids[1]}").status_code == 404
    assert scene.other.get(f"{page}/files/{ids[0]}").status_code == 403


def test_an_application_is_no_place_to_store_things(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attaching, "MOST_FILES", 2)
    assert [scene.upload(make_pdf())[0] for _file in range(3)] == [200, 200, 422]


def test_what_is_chosen_as_the_call_closes_is_kept_for_a_day(scene: Scene) -> None:
    with clock.frozen(scene.closes_at + timedelta(hours=9)):
        assert scene.upload(make_pdf())[0] == 200
    with writing() as session:
        session.scalars(select(Call)).unique().one().closes_at -= timedelta(days=2)
    assert scene.upload(make_pdf())[0] == 422
    assert count(Attachment) == 1
