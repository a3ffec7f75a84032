"""The person's pages about a place: one click to answer, and a clear word when it comes too late."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from tests.support.factories import make_application, make_person
from tests.support.places_factories import (
    apply_in_order,
    make_closed_call,
    make_place,
    make_waiting,
    person_of,
)
from tests.support.statements import counting

ClientOf = Callable[[Person], FlaskClient]


@dataclass
class Offer:
    """Ann is offered the only place; Ben waits."""

    place_id: uuid.UUID
    ann: Person
    ben: Person

    @property
    def address(self) -> str:
        return f"/places/{self.place_id}"

    def place(self) -> Place:
        reading().rollback()
        return reading().get_one(Place, self.place_id)

    def sent(self, answer: str, version: int = 1) -> dict[str, str]:
        return {"answer": answer, "version": str(version)}


@pytest.fixture
def offer(app: Flask, at_now: datetime) -> Offer:
    with writing() as session:
        story = make_closed_call(session, 1)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
        place = make_place(session, visit, people["ann"])
        make_waiting(session, visit, people["ben"])
        return Offer(place.id, person_of(session, people["ann"]), person_of(session, people["ben"]))


def test_the_offer_says_until_when_and_has_two_buttons(offer: Offer, client_of: ClientOf) -> None:
    page = client_of(offer.ann).get(offer.address).text
    assert "There is a place for you" in page
    assert "11 May 2026, 12:00 (Brussels, UTC+2)" in page
    assert "Accept the place" in page
    assert "Decline" in page


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ("accept", PlaceState.ACCEPTED, "The place is yours"),
        ("decline", PlaceState.DECLINED, "You have declined the place"),
    ],
)
def test_one_click_answers(
    offer: Offer, client_of: ClientOf, answer: str, state: PlaceState, said: str
) -> None:
    client = client_of(offer.ann)
    response = client.post(f"{offer.address}/answer", data=offer.sent(answer), follow_redirects=True)
    assert response.status_code == 200
    assert said in response.text
    assert offer.place().state is state


def test_a_second_click_changes_nothing_and_says_so(offer: Offer, client_of: ClientOf) -> None:
    client = client_of(offer.ann)
    client.post(f"{offer.address}/answer", data=offer.sent("accept"))
    again = client.post(f"{offer.address}/answer", data=offer.sent("decline"))
    assert again.status_code == 422
    assert "changed by someone else" in again.text
    assert "The place is yours" in again.text
    assert offer.place().state is PlaceState.ACCEPTED


@pytest.mark.parametrize("data", [{}, {"answer": "maybe"}, {"answer": "\x00"}])
def test_an_answer_that_is_none(offer: Offer, client_of: ClientOf, data: dict[str, str]) -> None:
    assert client_of(offer.ann).post(f"{offer.address}/answer", data=data).status_code == 400
    assert offer.place().state is PlaceState.OFFERED


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "2"])
def test_an_odd_version_is_stale(offer: Offer, client_of: ClientOf, version: str) -> None:
    data = {"answer": "accept", "version": version}
    assert client_of(offer.ann).post(f"{offer.address}/answer", data=data).status_code == 422
    assert offer.place().state is PlaceState.OFFERED


def test_too_late(offer: Offer, client_of: ClientOf, at_now: datetime) -> None:
    with clock.frozen(at_now + timedelta(days=7, seconds=1)):
        client = client_of(offer.ann)
        page = client.get(offer.address).text
        assert "The time to answer is over" in page
        assert "Accept the place" not in page
        refused = client.post(f"{offer.address}/answer", data=offer.sent("accept"))
    assert refused.status_code == 422
    assert "The time to answer this offer ended" in refused.text
    assert offer.place().state is PlaceState.OFFERED


def test_giving_up(offer: Offer, client_of: ClientOf) -> None:
    client = client_of(offer.ann)
    client.post(f"{offer.address}/answer", data=offer.sent("accept"))
    assert "Give up my place" in client.get(offer.address).text
    gone = client.post(f"{offer.address}/give-up", data={"version": "2"}, follow_redirects=True)
    assert "You have given the place up" in gone.text
    assert offer.place().state is PlaceState.WITHDRAWN
    again = client.post(f"{offer.address}/give-up", data={"version": "3"})
    assert again.status_code == 422
    assert "Only an accepted place can be given up" in again.text


def test_nobody_else_sees_or_answers_it(offer: Offer, client_of: ClientOf) -> None:
    stranger = client_of(offer.ben)
    assert stranger.get(offer.address).status_code == 404
    assert stranger.post(f"{offer.address}/answer", data=offer.sent("accept")).status_code == 404
    assert stranger.post(f"{offer.address}/give-up", data={"version": "1"}).status_code == 404
    assert offer.place().state is PlaceState.OFFERED


@pytest.mark.parametrize("state", list(PlaceState))
def test_every_state_has_its_page(
    offer: Offer, client_of: ClientOf, at_now: datetime, state: PlaceState
) -> None:
    with writing() as session:
        place = session.get_one(Place, offer.place_id)
        place.state = state
        if state is not PlaceState.OFFERED:
            place.settled_at = at_now
        if state not in {PlaceState.OFFERED, PlaceState.ACCEPTED}:
            place.seat = None
    response = client_of(offer.ann).get(offer.address)
    assert response.status_code == 200
    assert ("Accept the place" in response.text) is (state is PlaceState.OFFERED)


def test_my_applications_show_what_came_of_them(offer: Offer, client_of: ClientOf) -> None:
    assert "Answer the offer for" in client_of(offer.ann).get("/applications").text
    assert "You are number 1 on the waiting list." in client_of(offer.ben).get("/applications").text


def test_my_applications_cost_the_same_with_more_of_them(
    app: Flask, at_now: datetime, client_of: ClientOf
) -> None:
    counts = []
    for size in (1, 3):
        with writing() as session:
            person = make_person(session, "Ada")
            for _number in range(size):
                story = make_closed_call(session, 1, 1)
                application = make_application(session, story.call, story.visits, person)
                make_place(session, story.visits[0], application)
                make_waiting(session, story.visits[1], application)
        client = client_of(person)
        with counting(db.engine) as statements:
            assert client.get("/applications").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
