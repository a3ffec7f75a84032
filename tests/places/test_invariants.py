"""What `check` finds when the data is not as it must be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.outbox.models import Message
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import WaitingEntry
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.states import WaitingState
from tests.support.allocation_factories import work_out
from tests.support.places_factories import (
    apply_in_order,
    hand_over,
    make_closed_call,
    make_place,
    make_waiting,
)


def test_nothing_is_broken_in_an_empty_database(session: Session) -> None:
    assert find_broken(session) == []


def test_more_places_than_a_visit_has(session: Session) -> None:
    story = make_closed_call(session, 2)
    [visit] = story.visits
    people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
    for seat, application in enumerate(people.values(), start=1):
        make_place(session, visit, application, seat=seat)
    visit.capacity = 1
    session.flush()
    assert find_broken(session) == [f"visit {visit.id}: more places are held than it has"]


def test_more_places_than_a_person_may_hold(session: Session) -> None:
    story = make_closed_call(session, 1, 1)
    ann = apply_in_order(session, story.call, ann=story.visits)["ann"]
    for visit in story.visits:
        make_place(session, visit, ann)
    assert find_broken(session) == [
        f"person {ann.person_id}: holds more places in a call than one person may"
    ]


def test_a_place_with_somebody_elses_choice(session: Session) -> None:
    story = make_closed_call(session, 1)
    people = apply_in_order(session, story.call, ann=story.visits, ben=story.visits)
    place = make_place(session, story.visits[0], people["ann"])
    place.person_id = people["ben"].person_id
    session.flush()
    assert find_broken(session) == [f"place {place.id}: its choice is of another visit or person"]


def test_waiting_entries(session: Session) -> None:
    story = make_closed_call(session, 1, 1)
    first, second = story.visits
    people = apply_in_order(session, story.call, ann=[first], ben=[first])
    make_waiting(session, first, people["ann"], people["ben"])
    ann, ben = session.scalars(select(WaitingEntry).order_by(WaitingEntry.position))
    ann.visit_id, ben.state = second.id, WaitingState.PROMOTED
    session.flush()
    assert find_broken(session) == [
        f"waiting entry {ann.choice_id}: its choice is for another visit",
        f"waiting entry {ben.choice_id}: promoted, and yet no place",
    ]


def test_an_offer_whose_mail_is_missing(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1)
    ann = apply_in_order(session, story.call, ann=story.visits)["ann"]
    hand_over(session, story.visits[0], [ann])
    work_out(session, story.call, story.organiser)
    decide_call(session, actor=story.organiser, now=now, call_id=story.call.id)
    assert find_broken(session) == []
    session.delete(session.scalars(select(Message)).one())
    session.flush()
    [broken] = find_broken(session)
    assert broken.endswith("its offer has no mail, or more than one")
