"""What others are called, where they are and how they were scored stands on no page or mail of an applicant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer, decline_offer, lapse_offer
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.states import PlaceState
from peer_visits.places.sweeps import remind_of_offers
from peer_visits.storage.transaction import reading, writing
from tests.support.allocation_factories import work_out
from tests.support.factories import NOW
from tests.support.places_factories import apply_in_order, hand_over, make_closed_call, person_of

ClientOf = Callable[[Person], FlaskClient]
NAMES = ("quentin", "ursula", "wanda", "xenia", "yorick", "zelda")


@dataclass
class Crowd:
    """Six applicants of whom two are offered a place, three wait and one gets none; and what has become of them."""

    slug: str
    people: dict[str, Person]

    def tokens(self, name: str) -> list[str]:
        """What would give somebody away: name, address, organisation."""
        person = self.people[name]
        return [person.name, person.email, person.organisation]


@pytest.fixture
def crowd(app: Flask, at_now: datetime) -> Crowd:
    with writing() as session:
        story = make_closed_call(session, 1, 1, upgrade_chain=True)
        first, second = story.visits
        wishes = {name: [first, second] for name in NAMES}
        applications = apply_in_order(session, story.call, **wishes)
        for name, application in applications.items():
            person = person_of(session, application)
            person.email, person.organisation = f"{name}@secret-{name}.example", f"Archive of {name.upper()}"
        listed = [applications[name] for name in NAMES]
        hand_over(session, first, listed[:2], listed[2:4])
        hand_over(session, second, listed[1:3], listed[3:5])
        work_out(session, story.call, story.organiser)
        decide_call(session, actor=story.organiser, now=NOW, call_id=story.call.id)
        people = {name: person_of(session, one) for name, one in applications.items()}
        _ = [(one.name, one.email, one.organisation, one.id) for one in people.values()]
        return Crowd(story.call.slug, people)


def move_on(crowd: Crowd) -> None:
    """Decline, change, accept, lapse: the list moves, and mails about it go out."""
    for at in range(4):
        with writing() as session:
            place = session.scalars(select(Place).where(Place.state == PlaceState.OFFERED)).first()
            if place is None:
                return
            actor = session.get_one(Person, place.person_id)
            if at == 0:
                decline_offer(session, place_id=place.id, actor=actor, now=NOW)
            elif at == 1:
                accept_offer(session, place_id=place.id, actor=actor, now=NOW)
            else:
                lapse_offer(session, place_id=place.id, now=NOW + timedelta(days=30 * at))
    remind_of_offers(NOW + timedelta(days=96, hours=2))


def pages_of(client: FlaskClient, slug: str) -> Iterator[str]:
    """Every page an applicant reaches from their own."""
    first = ["/applications", f"/calls/{slug}", "/account"]
    seen: set[str] = set()
    while first:
        path = first.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        yield answer.text
        first += re.findall(r'href="(/(?:places|applications|offers|visits)/[^"?#]*)"', answer.text)
        first = [one for one in first if not one.endswith((".ics", ".pdf"))]


@pytest.mark.parametrize("moves", [False, True], ids=["decided", "moved on"])
def test_no_page_of_an_applicant_shows_another(crowd: Crowd, client_of: ClientOf, moves: bool) -> None:
    if moves:
        move_on(crowd)
    for name in NAMES:
        with clock.frozen(NOW + timedelta(minutes=1)):
            for text in pages_of(client_of(crowd.people[name]), crowd.slug):
                shown = [
                    token
                    for other in NAMES
                    if other != name
                    for token in crowd.tokens(other)
                    if token in text
                ]
                assert shown == []


def test_no_mail_shows_another(crowd: Crowd) -> None:
    move_on(crowd)
    reading().rollback()
    mails = reading().scalars(select(Message)).all()
    assert {"offer.made", "offer.lapsed", "application.waiting", "application.refused"} <= {
        one.kind for one in mails
    }
    for mail in mails:
        for name in NAMES:
            if mail.person_id != crowd.people[name].id:
                shown = [one for one in crowd.tokens(name) if one in mail.subject + mail.text + mail.html]
                assert shown == [], mail.kind


def test_the_link_of_a_mail_shows_nobody_else(crowd: Crowd, client: FlaskClient) -> None:
    for mail in reading().scalars(select(Message).where(Message.kind == "offer.made")).all():
        found = re.search(r"http://localhost(/offers/\w+)", mail.text)
        assert found is not None
        text = client.get(found[1]).text
        others = [name for name in NAMES if crowd.people[name].id != mail.person_id]
        assert [token for name in others for token in crowd.tokens(name) if token in text] == []


def test_each_reads_why_their_choices_came_out_so_and_nobodys_points(
    crowd: Crowd, client_of: ClientOf
) -> None:
    for name in NAMES:
        text = client_of(crowd.people[name]).get("/applications").text.split("<main")[1]
        assert "Why the decision came out so for you" in text
        assert not re.search(r"\bscores?\b|\b[\d.]+ points?\b", text, re.IGNORECASE)
        # The first in a host's order has 100 points, the next 99, 98 and 97, each with a bonus of 10 or 5.
        assert not re.search(r"\b(9[7-9]|10[0-9]|110)\b", re.sub(r"<[^>]*>", " ", text))
    refused = client_of(crowd.people["zelda"]).get("/applications").text
    assert "There is no place for you this time." in refused
