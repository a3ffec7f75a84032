"""The link in an offer's mail: good for this place alone, without signing in, and not used up by looking."""

from __future__ import annotations

import html
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.places.links import AnswerLinks
from peer_visits.places.models import Place
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing
from tests.support.allocation_factories import work_out
from tests.support.factories import NOW
from tests.support.places_factories import apply_in_order, hand_over, make_closed_call

LINKS = AnswerLinks("a key that nobody else has")


@dataclass
class Letter:
    """Ann's offer as it came by mail; Ben waits."""

    link: str
    place_id: uuid.UUID

    def place(self) -> Place:
        reading().rollback()
        return reading().get_one(Place, self.place_id)


@pytest.fixture
def letter(app: Flask, at_now: datetime) -> Letter:
    with writing() as session:
        story = make_closed_call(session, 1)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
        hand_over(session, visit, [people["ann"]], [people["ben"]])
        work_out(session, story.call, story.organiser)
        decide_call(session, actor=story.organiser, now=NOW, call_id=story.call.id)
        place = session.scalars(select(Place)).one()
        mail = session.scalars(select(Message).where(Message.kind == "offer.made")).one()
        found = re.search(r"http://localhost(/offers/\w+)", mail.text)
        assert found is not None
        assert found[1] in mail.html
        return Letter(found[1], place.id)


def test_looking_changes_nothing(letter: Letter, client: FlaskClient) -> None:
    for _time in range(3):
        page = client.get(letter.link)
        assert page.status_code == 200
        assert "There is a place for you" in page.text
        assert client.head(letter.link).status_code == 200
    assert letter.place().state is PlaceState.OFFERED
    assert letter.place().version == 1


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ("accept", PlaceState.ACCEPTED, "The place is yours"),
        ("decline", PlaceState.DECLINED, "You declined this place"),
    ],
)
def test_one_click_answers_without_signing_in(
    letter: Letter, client: FlaskClient, answer: str, state: PlaceState, said: str
) -> None:
    page = client.post(letter.link, data={"answer": answer, "version": "1"}, follow_redirects=True)
    assert page.status_code == 200
    assert said in page.text
    assert letter.place().state is state
    assert "Sign in" in page.text, "the link signs nobody in"
    assert client.get("/applications").status_code == 302


def test_the_link_does_no_more_than_answer(letter: Letter, client: FlaskClient) -> None:
    client.post(letter.link, data={"answer": "accept", "version": "1"})
    again = client.post(letter.link, data={"answer": "decline", "version": "2"})
    assert again.status_code == 422
    assert "can no longer be declined" in again.text
    assert letter.place().state is PlaceState.ACCEPTED
    assert "Give up" not in client.get(letter.link).text


@pytest.mark.parametrize("data", [{}, {"answer": "maybe"}, {"answer": "\x00"}])
def test_what_is_no_answer(letter: Letter, client: FlaskClient, data: dict[str, str]) -> None:
    assert client.post(letter.link, data=data).status_code == 400
    assert letter.place().state is PlaceState.OFFERED


def test_too_late_by_link(letter: Letter, client: FlaskClient, at_now: datetime) -> None:
    answer_by = letter.place().answer_by
    assert answer_by is not None
    with clock.frozen(answer_by + timedelta(seconds=1)):
        page = client.get(letter.link).text
        assert "The time to answer is over" in page
        assert "Accept the place" not in page
        late = client.post(letter.link, data={"answer": "accept", "version": "1"})
    assert late.status_code == 422
    assert letter.place().state is PlaceState.OFFERED


def test_a_link_that_is_none_says_so(letter: Letter, client: FlaskClient) -> None:
    stem = letter.link
    foreign = LINKS.make(letter.place_id)
    for path in (
        stem[:-1],
        stem + "0",
        stem[:-1] + ("0" if stem[-1] != "0" else "1"),
        f"/offers/{foreign}",
        "/offers/x",
    ):
        page = client.get(path)
        assert page.status_code == 200
        assert "This link does not lead to an offer" in page.text
        assert "Ann" not in page.text
        refused = client.post(path, data={"answer": "accept", "version": "1"})
        assert refused.status_code == 422
    assert letter.place().state is PlaceState.OFFERED


def test_a_link_fits_one_place_of_one_installation() -> None:
    place, other = uuid.uuid4(), uuid.uuid4()
    token = LINKS.make(place)
    assert LINKS.read(token) == place
    assert LINKS.read(other.hex + token[32:]) is None
    assert AnswerLinks("another key").read(token) is None
    for odd in ("", "z" * 72, token.upper(), token + "\n", "{" + token[1:], place.hex, "é" * 72):
        assert LINKS.read(odd) is None


def test_a_reason_and_a_colleague_reach_the_organiser(letter: Letter, client: FlaskClient) -> None:
    said = {
        "note": "I am <b>ill</b>.",
        "substitute_name": "Sanna Stand-in",
        "substitute_email": " SANNA@Example.org ",
    }
    client.post(letter.link, data={"answer": "decline", "version": "1", **said})
    place = letter.place()
    assert (place.note, place.substitute_name) == ("I am <b>ill</b>.", "Sanna Stand-in")
    assert place.substitute_email == "sanna@example.org"
    mail = reading().scalars(select(Message).where(Message.kind == "offer.substitute_named")).one()
    assert mail.to_name == "Olga Organiser"
    assert "Sanna Stand-in, sanna@example.org" in mail.text
    assert "I am &lt;b&gt;ill&lt;/b&gt;." in mail.html
    places = reading().scalars(select(Place.state)).all()
    assert sorted(places) == [PlaceState.DECLINED, PlaceState.OFFERED], (
        "the list goes first, not the colleague"
    )


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"substitute_name": "Sanna"}, "Give both the name and the address"),
        ({"substitute_email": "sanna@example.org"}, "Give both the name and the address"),
        ({"substitute_name": "Sanna", "substitute_email": "no address"}, "Write an e-mail address such as"),
        ({"note": "x" * 501}, "Write at most 500 characters."),
        ({"note": "a\u202eb"}, "Remove the invisible characters"),
        (
            {"substitute_name": "x" * 201, "substitute_email": "s@example.org"},
            "Write at most 200 characters.",
        ),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_lost(
    letter: Letter, client: FlaskClient, said: dict[str, str], complaint: str
) -> None:
    page = client.post(letter.link, data={"answer": "decline", "version": "1", "note": "Because.", **said})
    assert page.status_code == 422
    assert complaint in page.text
    if "note" not in said:
        assert "Because." in page.text
    assert letter.place().state is PlaceState.OFFERED


def test_oneself_is_no_substitute(letter: Letter, client: FlaskClient) -> None:
    email = reading().get_one(Person, letter.place().person_id).email
    data = {"answer": "decline", "version": "1", "substitute_name": "Me", "substitute_email": email}
    page = client.post(letter.link, data=data)
    assert page.status_code == 422
    assert "This is your own address" in page.text


def test_whom_the_application_named_is_there_already(letter: Letter, client: FlaskClient) -> None:
    person_id = letter.place().person_id
    with writing() as session:
        application = session.scalars(select(Application).where(Application.person_id == person_id)).one()
        application.substitute_name, application.substitute_email = "Sanna Stand-in", "sanna@example.org"
    page = client.get(letter.link).text
    assert 'value="Sanna Stand-in"' in page
    assert 'value="sanna@example.org"' in page
    assert "You named them in your application" in page
    emptied = {"answer": "decline", "version": "1", "substitute_name": "", "substitute_email": ""}
    client.post(letter.link, data=emptied)
    place = letter.place()
    assert (place.state, place.substitute_name) == (PlaceState.DECLINED, ""), (
        "what was emptied is not proposed"
    )


def test_the_colleague_is_of_the_same_organisation(letter: Letter, client: FlaskClient) -> None:
    said = {"substitute_name": "Sanna", "substitute_email": "sanna@elsewhere.example"}
    page = client.post(letter.link, data={"answer": "decline", "version": "1", **said})
    assert page.status_code == 422
    organisation = html.escape(reading().get_one(Person, letter.place().person_id).organisation)
    assert f"Your colleague has to come from {organisation} like you" in page.text
    assert "ending in @example.org" in page.text
    assert 'value="sanna@elsewhere.example"' in page.text
    assert letter.place().state is PlaceState.OFFERED
