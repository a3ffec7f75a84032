"""A process that answers, lapses and promotes at random, as many people and workers would at once.

    python -m tests.support.rush answer SEED STEPS     steps of places, each told as a line of JSON once it is kept
    python -m tests.support.rush decide CALL PERSON     one decision, after the word `ready`

It works on the installation of its environment, through the product's own services and transactions.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits import create_app
from peer_visits.accounts.models import Person
from peer_visits.allocation.solving.instance import SCHEMA
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place, lapse_offer
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.places.sweeps import give_free_places_on
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW
from tests.support.places_factories import (
    apply_in_order,
    carry_out_run,
    find_choice,
    make_closed_call,
    make_place,
    make_waiting,
    person_of,
)

COUNTRIES = ("FI", "FR", "IT", "PL")
CAP = 2


def make_rush(session: Session, visits: int, waiting: int) -> uuid.UUID:
    """A decided call: each visit has three places, two held and one offered, and a cap of two per country."""
    story = make_closed_call(session, *[3] * visits, places_per_person=1, answer_days=7)
    applicants: list[dict[str, Any]] = []
    wishes: list[dict[str, Any]] = []
    for number, visit in enumerate(story.visits):
        names = {f"p{number}x{one}": [visit] for one in range(waiting + 3)}
        people = list(apply_in_order(session, story.call, **names).values())
        for at, application in enumerate(people):
            person = person_of(session, application)
            person.country = COUNTRIES[at % len(COUNTRIES)]
            applicants.append({"id": str(person.id), "country": person.country, "org": str(person.id)})
            wish = {"applicant": str(person.id), "visit": str(visit.id), "rank": 1, "eligible": True}
            wishes.append({**wish, "score": 100 - at % 100})
        for seat, application in enumerate(people[:3], start=1):
            state = PlaceState.OFFERED if seat == 3 else PlaceState.ACCEPTED
            make_place(session, visit, application, state, seat).offered_at = NOW - timedelta(days=1)
        make_waiting(session, visit, *people[3:])
    carry_out_run(session, story, _instance(story.visits, applicants, wishes), NOW)
    return story.call.id


def _instance(visits: Any, applicants: list[Any], wishes: list[Any]) -> Mapping[str, Any]:
    rule = {"id": "country", "visits": "*", "kind": "max_each", "hard": True, "attr": "country", "bound": CAP}
    return {
        "schema": SCHEMA,
        "name": "rush",
        "seed": "rush",
        "max_visits_per_applicant": 1,
        "visits": [{"id": str(one.id), "capacity": one.capacity} for one in visits],
        "applicants": applicants,
        "applications": wishes,
        "rules": [rule],
        "objective": ["filled", "score", "lottery"],
        "clashes": [],
        "pinned": [],
        "rank_bonus": [],
    }


def make_crossed_wishes(session: Session) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Two visits with a free place each, and one person who waits for both and may have one."""
    story = make_closed_call(session, 1, 1, places_per_person=1)
    application = apply_in_order(session, story.call, ann=story.visits)["ann"]
    for visit in story.visits:
        make_waiting(session, visit, application)
        assert find_choice(session, application, visit).visit_id == visit.id
    return story.call.id, [visit.id for visit in story.visits]


def answer_at_random(seed: int, steps: int) -> None:
    """Take steps until there are enough; a step that somebody else was faster with counts too."""
    chance = random.Random(seed)
    for _step in range(steps):
        if chance.random() < 0.1:
            give_free_places_on(NOW)
            continue
        session = reading()
        session.rollback()
        found = session.execute(
            select(Place.id, Place.state, Place.version, Place.answer_by).where(Place.state.in_(LIVE))
        ).all()
        if not found:
            return
        place_id, state, version, answer_by = chance.choice(found)
        _take(chance, place_id, state, version, answer_by)


def _take(
    chance: random.Random, place_id: uuid.UUID, state: PlaceState, version: int, answer_by: datetime | None
) -> None:
    try:
        with writing() as session:
            actor = session.scalars(select(Person).limit(1)).one()
            seen: dict[str, Any] = {"place_id": place_id, "expected_version": version, "actor": actor}
            if state is PlaceState.ACCEPTED:
                place = give_up_place(session, now=NOW, **seen)
            elif chance.random() < 0.4:
                place = accept_offer(session, now=NOW, **seen)
            elif chance.random() < 0.5:
                place = decline_offer(session, now=NOW, **seen)
            else:
                place = lapse_offer(session, now=(answer_by or NOW) + timedelta(hours=1), place_id=place_id)
            line = {"place": str(place_id), "state": place.state.value, "version": place.version}
    except Refused:
        line = {"place": str(place_id), "refused": True}
    print(json.dumps(line), flush=True)


def decide(call_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Decide the call; whoever started this may kill it at any moment."""
    print("ready", flush=True)
    with writing() as session:
        actor = session.get_one(Person, person_id)
        decide_call(session, actor=actor, now=clock.now(), call_id=call_id, leave_empty=True)
    print("decided", flush=True)


def main(command: str, *arguments: str) -> None:
    """Run one command on the installation of the environment."""
    with create_app().app_context():
        if command == "answer":
            answer_at_random(*map(int, arguments))
        else:
            decide(*map(uuid.UUID, arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
