"""Earlier answers are offered where the same question is asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.drafts import read_draft
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.editor.services.cloning import clone_call
from peer_visits.questions.queries import list_questions
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_application, make_call, make_organiser, make_person, make_visit

ClientOf = Callable[[Person], FlaskClient]


def test_an_earlier_answer_is_taken_over_by_a_button(
    app: Flask, client_of: ClientOf, at_now: datetime
) -> None:
    with writing() as session:
        before = make_call(
            session, closes_at=at_now - timedelta(days=100), opens_at=at_now - timedelta(days=200)
        )
        organiser = make_organiser(session, before.programme)
        person, stranger = make_person(session), make_person(session, "Stan Stranger")
        visits = [make_visit(session, before)]
        make_application(session, before, visits, person, brings="As I said before.")
        make_application(session, before, visits, stranger, brings="Somebody else's words.")
        call = clone_call(session, actor=organiser, now=at_now, call=before, title="Again", with_visits=True)
        call.state, call.opens_at, call.closes_at = (
            before.state,
            at_now - timedelta(days=1),
            at_now + timedelta(days=1),
        )
        path, question = f"/calls/{call.slug}/apply", list_questions(session, call.id)[0].id
    client = client_of(person)
    page = client.get(path).text
    assert f'value="reuse_{question.hex}"' in page
    assert "As I said before." not in page, "offered, not typed in unasked"
    data = {"version": "0", "why_0": "Kept beside it.", "action": f"reuse_{question.hex}"}
    assert client.post(path, data=data).status_code == 302
    page = client.get(path).text
    assert "As I said before." in page
    assert "Kept beside it." in page
    assert "Somebody else" not in page
    reading().rollback()
    drafts = reading().scalars(select(Application).where(Application.state == ApplicationState.DRAFT))
    assert read_draft(drafts.one().draft).answers[question] == "As I said before."
