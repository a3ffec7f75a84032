"""Guests of the host, fellow hosts and speakers: outside capacity and caps, in every count and list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.kernel.errors import Refused
from peer_visits.outbox.models import Message
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import Place
from peer_visits.places.queries import count_marked, count_places, list_participants
from peer_visits.places.services.marking import Guest, mark_place
from peer_visits.places.services.offering import fill_free_seats, lock_visits
from peer_visits.places.services.taking_back import cancel_place
from peer_visits.places.states import MARKED, PlaceKind, PlaceState
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_person
from tests.support.places_factories import Story, apply_in_order, make_closed_call, make_waiting

ClientOf = Callable[[Person], FlaskClient]
GUS = Guest("gus@example.org", "Gus Guest", "Port Authority", "FI")


def mark(session: Session, story: Story, now: datetime, kind: PlaceKind = PlaceKind.SPEAKER) -> Place:
    return mark_place(session, actor=story.organiser, now=now, visit=story.visits[0], kind=kind, guest=GUS)


@pytest.mark.parametrize("kind", sorted(MARKED))
def test_they_stand_beside_capacity_and_caps(session: Session, now: datetime, kind: PlaceKind) -> None:
    story = make_closed_call(session, 1, most_per_country=1)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
    place = mark(session, story, now, kind)
    assert (place.kind, place.state, place.seat) == (kind, PlaceState.ACCEPTED, None)
    make_waiting(session, visit, people["ann"], people["ben"])
    offered = fill_free_seats(session, now=now, visits=lock_visits(session, story.call.id))
    assert [one.person.name for one in offered] == ["Ann"], "the guest took neither the seat nor the cap"
    assert count_places(session, story.call.id)[visit.id] == {PlaceState.OFFERED: 1}
    assert count_marked(session, story.call.id) == {visit.id: 1}
    assert [one.person.name for one in list_participants(session, visit.id)] == ["Gus Guest"]
    assert find_broken(session) == []


def test_they_are_told_and_have_an_account_to_come_in(session: Session, now: datetime) -> None:
    place = mark(session, make_closed_call(session, 1), now)
    mail = session.scalars(select(Message)).one()
    assert (mail.kind, mail.to_address) == ("place.marked", "gus@example.org")
    assert "(speaker)" in mail.text
    assert str(place.id) in mail.text
    person = find_person(session, "gus@example.org")
    assert person is not None
    assert (person.password_hash, person.email_verified_at) == (None, None)


def test_somebody_with_an_account_keeps_their_own_data(session: Session, now: datetime) -> None:
    known = make_person(session, "Gustav Known", email="gus@example.org", organisation="Own")
    place = mark(session, make_closed_call(session, 1), now)
    assert place.person_id == known.id
    assert (known.name, known.organisation) == ("Gustav Known", "Own")


def test_nobody_is_on_a_list_twice(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1)
    mark(session, story, now)
    with pytest.raises(Refused, match="on the list of the visit already"):
        mark(session, story, now, PlaceKind.HOST_GUEST)


def test_a_participant_is_none_of_them(session: Session, now: datetime) -> None:
    with pytest.raises(Refused, match="by the decision"):
        mark(session, make_closed_call(session, 1), now, PlaceKind.PARTICIPANT)


def test_removed_they_may_be_put_back(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1)
    place = mark(session, story, now)
    cancel_place(session, actor=story.organiser, now=now, place_id=place.id, explanation="No room.")
    assert place.note == "No room."
    assert mark(session, story, now).id != place.id


FIELDS = {
    "name": "Gus Guest",
    "email": "gus@example.org",
    "organisation": "Port",
    "country": "FI",
    "kind": "speaker",
}


def test_added_and_removed_on_the_page(app: object, client_of: ClientOf, at_now: datetime) -> None:
    with writing() as session:
        made = make_closed_call(session, 1)
        organiser, address, visit = (
            made.organiser,
            f"/organise/calls/{made.call.slug}/places",
            made.visits[0].slug,
        )
    client = client_of(organiser)
    page = client.post(f"{address}/add", data={**FIELDS, "visit": visit}, follow_redirects=True)
    assert "Gus Guest is on the list and is told by mail." in page.text
    assert "Speaker" in page.text
    only = client.get(f"{address}?marked=1").text
    assert "Gus Guest" in only
    place = reading().scalars(select(Place)).one()
    cancel = f"/organise/places/{place.id}/cancel"
    assert "stand outside the capacity" in client.get(cancel).text
    client.post(cancel, data={"explanation": "No room.", "version": "1"})
    reading().rollback()
    assert reading().scalars(select(Place.state)).all() == [PlaceState.CANCELLED]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "x"}, "Write an e-mail address such as"),
        ({"name": " "}, "Fill this in."),
        ({"visit": "somewhere-else"}, "Not a valid choice"),
        ({"kind": "participant"}, "Not a valid choice"),
        ({"country": ""}, "Choose one."),
    ],
)
def test_what_was_typed_wrong_is_said(
    app: object, client_of: ClientOf, at_now: datetime, wrong: dict[str, str], said: str
) -> None:
    with writing() as session:
        made = make_closed_call(session, 1)
        organiser, address, visit = (
            made.organiser,
            f"/organise/calls/{made.call.slug}/places",
            made.visits[0].slug,
        )
    page = client_of(organiser).post(f"{address}/add", data={**FIELDS, "visit": visit, **wrong})
    assert page.status_code == 422
    assert said in page.text
    assert reading().scalars(select(Place)).all() == []
