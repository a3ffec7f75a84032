"""Who is next, from the rows: the published waiting list played through the real services, and the upgrade chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.solving.instance import SCHEMA
from peer_visits.allocation.solving.reading.call import read_instance
from peer_visits.allocation.solving.waiting import Event, promote
from peer_visits.applications.models import Application
from peer_visits.outbox.models import Message
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place, lapse_offer
from peer_visits.places.services.offering import fill_free_seats, lock_visits
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.storage.transaction import writing
from tests.support.places_factories import (
    Story,
    apply_in_order,
    carry_out_run,
    find_choice,
    make_closed_call,
    make_place,
    make_waiting,
    person_of,
)

ClientOf = Callable[[Person], FlaskClient]

# The published example w1: one visit of three, one person per country, a newcomer wished for.
PEOPLE = {
    "a1": ("IT", True, 60),
    "a2": ("FR", False, 90),
    "a3": ("ES", False, 85),
    "a4": ("FR", False, 80),
    "a5": ("DE", False, 75),
    "a6": ("PL", True, 40),
    "a7": ("FR", True, 55),
    "a8": ("IT", False, 70),
}
RULES: list[dict[str, Any]] = [
    {"id": "country", "visits": "*", "kind": "max_each", "hard": True, "attr": "country", "bound": 1},
    {
        "id": "newcomer",
        "visits": "*",
        "kind": "min",
        "hard": False,
        "where": {"newcomer": [True]},
        "bound": 1,
        "weight": 3,
    },
]


def instance_of(
    story: Story, people: Mapping[str, Application], facts: Mapping[str, tuple[str, bool, int]]
) -> dict[str, Any]:
    """The schema's values for these people, each of whom wants the first visit first."""
    [visit] = story.visits
    return {
        "schema": SCHEMA,
        "seed": "w1-waiting-list",
        "max_visits_per_applicant": story.call.places_per_person,
        "visits": [{"id": str(visit.id), "capacity": visit.capacity}],
        "applicants": [
            {
                "id": str(people[name].person_id),
                "country": country,
                "org": name,
                "org_type": None,
                "newcomer": newcomer,
                "gender": None,
            }
            for name, (country, newcomer, _score) in facts.items()
        ],
        "applications": [
            {
                "applicant": str(people[name].person_id),
                "visit": str(visit.id),
                "rank": 1,
                "score": score,
                "eligible": True,
            }
            for name, (_country, _newcomer, score) in facts.items()
        ],
        "rules": RULES,
        "objective": ["filled", "soft", "score", "rank", "lottery"],
        "clashes": [],
        "pinned": [],
        "rank_bonus": [],
    }


def make_w1(session: Session, now: datetime) -> tuple[Story, dict[str, Application]]:
    story = make_closed_call(session, 3)
    [visit] = story.visits
    people = apply_in_order(session, story.call, **{name: [visit] for name in PEOPLE})
    for seat, name in enumerate(("a1", "a2", "a3"), start=1):
        make_place(session, visit, people[name], seat=seat).offered_at = now - timedelta(days=1)
    make_waiting(session, visit, *(people[name] for name in ("a4", "a5", "a8", "a7", "a6")))
    carry_out_run(session, story, instance_of(story, people, PEOPLE), now)
    return story, people


def holders(session: Session, people: Mapping[str, Application]) -> set[str]:
    held = set(session.scalars(select(Place.person_id).where(Place.state.in_(LIVE))))
    return {name for name, application in people.items() if application.person_id in held}


def place_of(session: Session, application: Application) -> Place:
    return session.scalars(
        select(Place).where(Place.person_id == application.person_id, Place.state.in_(LIVE))
    ).one()


W1 = (("a3", "a5"), ("a1", "a6"), ("a2", "a4"), ("a5", "a8"), ("a8", None))


def test_the_published_waiting_list_through_the_services(session: Session, now: datetime) -> None:
    story, people = make_w1(session, now)
    group = {"a1", "a2", "a3"}
    for leaves, comes in W1:
        place = place_of(session, people[leaves])
        decline_offer(session, actor=person_of(session, people[leaves]), now=now, place_id=place.id)
        group = (group - {leaves}) | ({comes} if comes else set())
        assert holders(session, people) == group
        assert find_broken(session) == []
    assert story.visits[0].capacity == 3


@pytest.mark.parametrize("leaves", sorted(PEOPLE))
def test_leaving_by_any_way_gives_what_the_pure_rule_gives(
    session: Session, now: datetime, leaves: str
) -> None:
    """Lapsing and withdrawing an application come to the same as declining, for whoever holds or waits."""
    story, people = make_w1(session, now)
    given = instance_of(story, people, PEOPLE)
    names = {str(application.person_id): name for name, application in people.items()}
    before = [(str(people[name].person_id), str(story.visits[0].id)) for name in ("a1", "a2", "a3")]
    event = Event("withdraw", str(people[leaves].person_id))
    [handled] = promote(read_instance(given), before, [event])
    person = person_of(session, people[leaves])
    withdraw_application(session, actor=person, now=now, application=people[leaves])
    came = holders(session, people) - {"a1", "a2", "a3"}
    assert came == {names[person_id] for person_id, _visit in handled.promoted}


def test_an_offer_that_lapses_is_given_on_by_the_same_rule(session: Session, now: datetime) -> None:
    _story, people = make_w1(session, now)
    lapse_offer(session, now=now + timedelta(days=30), place_id=place_of(session, people["a3"]).id)
    assert holders(session, people) == {"a1", "a2", "a5"}


def test_more_room_never_breaks_a_hard_rule(session: Session, now: datetime) -> None:
    story, people = make_w1(session, now)
    story.visits[0].capacity = 10
    session.flush()
    fill_free_seats(session, now=now, visits=lock_visits(session, story.call.id))
    assert holders(session, people) == {"a1", "a2", "a3", "a5", "a6"}
    assert find_broken(session) == []


def test_a_broken_cap_is_found(session: Session, now: datetime) -> None:
    story, people = make_w1(session, now)
    story.visits[0].capacity = 4
    make_place(session, story.visits[0], people["a4"], seat=4).offered_at = now - timedelta(days=1)
    session.flush()
    assert find_broken(session) == [f"visit {story.visits[0].id}: the cap country is broken"]


def test_without_a_run_the_caps_of_the_call_hold(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, most_per_country=1, most_per_organisation=1)
    [visit] = story.visits
    visit.capacity = 3
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit], dan=[visit])
    for name, country, organisation in (
        ("ann", "FI", "City of Oulu"),
        ("ben", "FI", "City of Vaasa"),
        ("cat", "SE", "CITY OF OULU"),
        ("dan", "NO", "City of Bergen"),
    ):
        person = person_of(session, people[name])
        person.country, person.organisation = country, organisation
    make_place(session, visit, people["ann"])
    make_waiting(session, visit, people["ben"], people["cat"], people["dan"])
    fill_free_seats(session, now=now, visits=lock_visits(session, story.call.id))
    assert holders(session, people) == {"ann", "dan"}


def test_the_organiser_reads_why_nobody_fits(client_of: ClientOf, at_now: datetime) -> None:
    with writing() as session:
        story, people = make_w1(session, at_now)
        story.visits[0].capacity = 10
        session.flush()
        fill_free_seats(session, now=at_now, visits=lock_visits(session, story.call.id))
        for name, person in ((name, person_of(session, people[name])) for name in people):
            person.country = PEOPLE[name][0]
        organiser, address = story.organiser, f"/organise/calls/{story.call.slug}/places/waiting"
    page = client_of(organiser).get(address).text
    assert "5 places stay free: nobody who waits fits" in page
    assert page.count("France has all the places one country may have here (1).") == 2
    assert page.count("Italy has all the places one country may have here (1).") == 1
    assert client_of(organiser).get(f"{address}?visit=%00").status_code == 200


def test_the_organiser_sees_who_would_be_next(client_of: ClientOf, at_now: datetime) -> None:
    with writing() as session:
        story, _people = make_w1(session, at_now)
        organiser, address = story.organiser, f"/organise/calls/{story.call.slug}/places/waiting"
    page = client_of(organiser).get(address).text
    assert page.count(">Next<") == 1
    assert "until 10 September 2026" in page


# The upgrade chain


class Chain:
    """Ann has her first choice. Ben, Cat and Dan would rather be there; Ben and Cat hold their second and third."""

    def __init__(self, session: Session, *, upgrade_chain: bool = True) -> None:
        self.session = session
        self.story = make_closed_call(session, 1, 1, 1, upgrade_chain=upgrade_chain)
        self.best, self.middle, self.last = self.story.visits
        self.people = apply_in_order(
            session,
            self.story.call,
            ann=[self.best],
            ben=[self.best, self.middle],
            cat=[self.best, self.middle, self.last],
            dan=[self.best, self.last],
        )
        self.places = {
            "ann": make_place(session, self.best, self.people["ann"]),
            "ben": make_place(session, self.middle, self.people["ben"], PlaceState.ACCEPTED),
            "cat": make_place(session, self.last, self.people["cat"]),
        }
        make_waiting(session, self.best, self.people["dan"], self.people["ben"], self.people["cat"])
        make_waiting(session, self.middle, self.people["cat"])
        make_waiting(session, self.last, self.people["dan"])

    def person(self, name: str) -> Person:
        return person_of(self.session, self.people[name])

    def offer(self, name: str) -> Place:
        query = select(Place).where(
            Place.person_id == self.people[name].person_id,
            Place.state == PlaceState.OFFERED,
            Place.id.not_in([one.id for one in self.places.values()]),
        )
        return self.session.scalars(query).one()

    def held(self) -> dict[str, list[int]]:
        """Which of the three visits everybody holds, offers included."""
        order = {self.best.id: 1, self.middle.id: 2, self.last.id: 3}
        places = self.session.scalars(select(Place).where(Place.state.in_(LIVE))).all()
        return {
            name: sorted(order[place.visit_id] for place in places if place.person_id == one.person_id)
            for name, one in self.people.items()
        }


def test_who_holds_a_lower_choice_is_asked_first_and_the_released_place_goes_on(
    session: Session, now: datetime
) -> None:
    chain = Chain(session)
    decline_offer(session, actor=chain.person("ann"), now=now, place_id=chain.places["ann"].id)
    assert chain.held() == {"ann": [], "ben": [1, 2], "cat": [3], "dan": []}
    assert find_broken(session) == []
    offer = chain.offer("ben")
    assert offer.replaces_id == chain.places["ben"].id
    mail = session.scalars(select(Message).where(Message.about_id == offer.id)).one()
    assert "You keep the place you hold unless you accept this one" in mail.text
    accept_offer(session, actor=chain.person("ben"), now=now, place_id=offer.id)
    assert chain.held() == {"ann": [], "ben": [1], "cat": [2, 3], "dan": []}
    accept_offer(session, actor=chain.person("cat"), now=now, place_id=chain.offer("cat").id)
    assert chain.held() == {"ann": [], "ben": [1], "cat": [2], "dan": [3]}
    assert find_broken(session) == []
    given_on = session.scalars(
        select(Message).where(Message.kind == "offer.accepted", Message.to_name == "Ben")
    ).one()
    assert f"In exchange your place in {chain.middle.place}" in given_on.text
    lower = session.scalars(
        select(Message).where(Message.kind == "place.given_on", Message.to_name == "Ben")
    ).one()
    assert lower.about_id == chain.places["ben"].id
    assert "METHOD:CANCEL" in (lower.calendar or ""), "the exchanged visit leaves the calendar"


def test_off_it_is_the_plain_waiting_list(session: Session, now: datetime) -> None:
    chain = Chain(session, upgrade_chain=False)
    decline_offer(session, actor=chain.person("ann"), now=now, place_id=chain.places["ann"].id)
    assert chain.held() == {"ann": [], "ben": [2], "cat": [3], "dan": [1]}
    assert chain.offer("dan").replaces_id is None


def test_who_declines_to_change_keeps_what_they_hold_and_the_next_is_asked(
    session: Session, now: datetime
) -> None:
    chain = Chain(session)
    decline_offer(session, actor=chain.person("ann"), now=now, place_id=chain.places["ann"].id)
    decline_offer(session, actor=chain.person("ben"), now=now, place_id=chain.offer("ben").id)
    assert chain.held() == {"ann": [], "ben": [2], "cat": [1, 3], "dan": []}
    lapse_offer(session, now=now + timedelta(days=30), place_id=chain.offer("cat").id)
    assert chain.held() == {"ann": [], "ben": [2], "cat": [3], "dan": [1]}
    assert find_broken(session) == []


def test_who_gave_the_lower_place_up_meanwhile_just_gets_the_better_one(
    session: Session, now: datetime
) -> None:
    chain = Chain(session)
    decline_offer(session, actor=chain.person("ann"), now=now, place_id=chain.places["ann"].id)
    give_up_place(session, actor=chain.person("ben"), now=now, place_id=chain.places["ben"].id)
    accept_offer(session, actor=chain.person("ben"), now=now, place_id=chain.offer("ben").id)
    assert chain.held()["ben"] == [1]
    assert find_broken(session) == []


def test_nobody_is_asked_to_change_twice_at_once(session: Session, now: datetime) -> None:
    chain = Chain(session)
    fourth = chain.story.visits[0]
    decline_offer(session, actor=chain.person("ann"), now=now, place_id=chain.places["ann"].id)
    fourth.capacity = 2
    session.flush()
    fill_free_seats(session, now=now, visits=lock_visits(session, chain.story.call.id))
    assert chain.held() == {"ann": [], "ben": [1, 2], "cat": [1, 3], "dan": []}
    give_up_place(session, actor=chain.person("ben"), now=now, place_id=chain.places["ben"].id)
    # Cat is being asked already, so the middle visit stays free until she has answered.
    assert chain.held()["cat"] == [1, 3]
    decline_offer(session, actor=chain.person("cat"), now=now, place_id=chain.offer("cat").id)
    assert chain.held() == {"ann": [], "ben": [1], "cat": [2, 3], "dan": [1]}
    assert find_broken(session) == []


def test_a_lower_choice_is_never_offered_in_exchange(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, 1, upgrade_chain=True)
    first, second = story.visits
    people = apply_in_order(session, story.call, ann=[first, second])
    make_place(session, first, people["ann"], PlaceState.ACCEPTED)
    make_waiting(session, second, people["ann"])
    assert fill_free_seats(session, now=now, visits=lock_visits(session, story.call.id)) == []
    assert find_choice(session, people["ann"], second).rank == 2
