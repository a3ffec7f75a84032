"""Answering, giving up, taking back, lapsing: who gets the place then, and who is told what."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.audit.models import AuditLine
from peer_visits.kernel.errors import NotFound, Refused, Stale
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services import answering, taking_back
from peer_visits.places.services.holding import hold, step
from peer_visits.places.services.offering import fill_free_seats, lock_visits
from peer_visits.places.services.withdrawing import withdraw_application
from peer_visits.places.states import PLACE, PlaceCommand, PlaceState, WaitingState
from tests.support.factories import make_person
from tests.support.places_factories import (
    Story,
    apply_in_order,
    find_choice,
    make_closed_call,
    make_place,
    make_waiting,
    person_of,
)


def give_on(session: Session, *, actor: Person, now: datetime, place_id: uuid.UUID) -> Place:
    """What accepting a better place does to the lower one."""
    held = hold(session, place_id)
    step(session, held, PlaceCommand.GIVE_ON, actor=actor, now=now)
    return held.place


EXPLAINED = {"explanation": "The visit has to be smaller."}
SERVICES: dict[PlaceCommand, Callable[..., Place]] = {
    PlaceCommand.ACCEPT: answering.accept_offer,
    PlaceCommand.DECLINE: answering.decline_offer,
    PlaceCommand.GIVE_UP: answering.give_up_place,
    PlaceCommand.WITHDRAW_OFFER: taking_back.withdraw_offer,
    PlaceCommand.CANCEL: taking_back.cancel_place,
    PlaceCommand.LAPSE: answering.lapse_offer,
    PlaceCommand.GIVE_ON: give_on,
}
# What a person, the organiser or time does by a single step; giving on is part of accepting.
ALONE = [command for command in PlaceCommand if command is not PlaceCommand.GIVE_ON]
LEAVING = [
    (state, command)
    for (state, command), after in PLACE.steps.items()
    if command in ALONE and after is not PlaceState.ACCEPTED
]


class Scene:
    """One visit with one seat: Ann holds it, Ben and Cat wait."""

    def __init__(self, session: Session, now: datetime, state: PlaceState = PlaceState.OFFERED) -> None:
        self.session, self.now = session, now
        self.story: Story = make_closed_call(session, 1)
        [self.visit] = self.story.visits
        self.people = apply_in_order(
            session, self.story.call, ann=[self.visit], ben=[self.visit], cat=[self.visit]
        )
        self.place = make_place(session, self.visit, self.people["ann"], state)
        make_waiting(session, self.visit, self.people["ben"], self.people["cat"])

    def do(self, command: PlaceCommand, place: Place | None = None, **values: Any) -> Place:
        place = place or self.place
        defaults: dict[str, Any] = {"now": self.now, "place_id": place.id}
        if command is PlaceCommand.LAPSE:
            defaults["now"] = self.now + timedelta(days=30)
        else:
            defaults["actor"] = self.story.organiser
        if command in {PlaceCommand.WITHDRAW_OFFER, PlaceCommand.CANCEL}:
            defaults |= EXPLAINED
        return SERVICES[command](self.session, **{**defaults, **values})

    def place_of(self, name: str) -> Place | None:
        person_id = self.people[name].person_id
        return self.session.scalars(select(Place).where(Place.person_id == person_id)).one_or_none()

    def mails(self) -> list[tuple[str, str]]:
        query = select(Message).order_by(Message.kind, Message.to_name)
        return [(message.kind, message.to_name) for message in self.session.scalars(query)]


@pytest.mark.parametrize(("state", "command"), list(product(PlaceState, PlaceCommand)))
def test_every_cell_steps_or_refuses(
    session: Session, now: datetime, state: PlaceState, command: PlaceCommand
) -> None:
    scene = Scene(session, now, state)
    if PLACE.allows(state, command):
        assert scene.do(command).state is PLACE.step(state, command)
        assert find_broken(session) == []
        return
    with pytest.raises(Refused):
        scene.do(command)
    assert scene.place.state is state
    assert scene.mails() == []


@pytest.mark.parametrize(("state", "command"), LEAVING)
def test_a_freed_place_goes_to_the_next_at_once(
    session: Session, now: datetime, state: PlaceState, command: PlaceCommand
) -> None:
    scene = Scene(session, now, state)
    scene.do(command)
    following = scene.place_of("ben")
    assert following is not None
    assert (following.state, following.seat) == (PlaceState.OFFERED, 1)
    assert following.reason == "A place became free, and you were next on the waiting list."
    assert scene.place.seat is None
    assert scene.place_of("cat") is None
    assert ("offer.made", "Ben") in scene.mails()
    assert find_broken(session) == []


@pytest.mark.parametrize(
    ("state", "command", "kind"),
    [
        (PlaceState.OFFERED, PlaceCommand.ACCEPT, "offer.accepted"),
        (PlaceState.OFFERED, PlaceCommand.DECLINE, "offer.declined"),
        (PlaceState.OFFERED, PlaceCommand.LAPSE, "offer.lapsed"),
        (PlaceState.OFFERED, PlaceCommand.WITHDRAW_OFFER, "offer.withdrawn"),
        (PlaceState.ACCEPTED, PlaceCommand.GIVE_UP, "place.given_up"),
        (PlaceState.ACCEPTED, PlaceCommand.CANCEL, "place.cancelled"),
    ],
)
def test_the_person_is_told_and_the_step_is_logged(
    session: Session, now: datetime, state: PlaceState, command: PlaceCommand, kind: str
) -> None:
    scene = Scene(session, now, state)
    after = scene.do(command).state
    assert (kind, "Ann") in scene.mails()
    line = session.scalars(select(AuditLine).where(AuditLine.subject_id == scene.place.id)).one()
    assert (line.action, line.detail["before"]) == (f"place.{after}", state)
    assert (line.actor_id is None) is (command is PlaceCommand.LAPSE)


def test_the_organisers_words_reach_the_person(session: Session, now: datetime) -> None:
    scene = Scene(session, now, PlaceState.ACCEPTED)
    scene.do(PlaceCommand.CANCEL, explanation="The <host> is ill.")
    message = session.scalars(select(Message).where(Message.kind == "place.cancelled")).one()
    assert "The <host> is ill." in message.text
    assert "The &lt;host&gt; is ill." in message.html


def test_whoever_accepts_keeps_their_position_and_is_asked_no_more(session: Session, now: datetime) -> None:
    """A place given up later leaves the other wishes as they were."""
    story = make_closed_call(session, 1, 1)
    wanted, got = story.visits
    people = apply_in_order(session, story.call, ann=[wanted, got])
    person, place = person_of(session, people["ann"]), make_place(session, got, people["ann"])
    make_waiting(session, wanted, people["ann"])
    answering.accept_offer(session, actor=person, now=now, place_id=place.id)
    assert fill_free_seats(session, now=now, visits=[wanted]) == []
    assert session.scalars(select(WaitingEntry.state)).all() == [WaitingState.WAITING]
    answering.give_up_place(session, actor=person, now=now, place_id=place.id)
    offered = session.scalars(select(Place).where(Place.state == PlaceState.OFFERED)).one()
    assert offered.visit_id == wanted.id


def test_who_may_hold_one_more_goes_on_waiting(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, 1, places_per_person=2)
    wanted, got = story.visits
    people = apply_in_order(session, story.call, ann=[wanted, got])
    place = make_place(session, got, people["ann"])
    make_waiting(session, wanted, people["ann"])
    answering.accept_offer(session, actor=person_of(session, people["ann"]), now=now, place_id=place.id)
    assert session.scalars(select(WaitingEntry.state)).all() == [WaitingState.WAITING]


def test_whoever_holds_a_place_elsewhere_is_passed_over_and_keeps_waiting(
    session: Session, now: datetime
) -> None:
    story = make_closed_call(session, 1, 1)
    first, second = story.visits
    people = apply_in_order(session, story.call, ann=[first], ben=[first, second], cat=[first])
    place = make_place(session, first, people["ann"])
    make_place(session, second, people["ben"])
    make_waiting(session, first, people["ben"], people["cat"])
    answering.decline_offer(session, actor=person_of(session, people["ann"]), now=now, place_id=place.id)
    states = {entry.choice_id: entry.state for entry in session.scalars(select(WaitingEntry))}
    assert states[find_choice(session, people["ben"], first).id] is WaitingState.WAITING
    assert states[find_choice(session, people["cat"], first).id] is WaitingState.PROMOTED


def test_whoever_declines_gets_the_free_place_they_wait_for(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1, 1)
    first, second = story.visits
    people = apply_in_order(session, story.call, ben=[first, second])
    place = make_place(session, second, people["ben"])
    make_waiting(session, first, people["ben"])
    answering.decline_offer(session, actor=person_of(session, people["ben"]), now=now, place_id=place.id)
    offered = session.scalars(select(Place).where(Place.state == PlaceState.OFFERED)).one()
    assert offered.visit_id == first.id


def test_a_withdrawn_application_is_passed_over(session: Session, now: datetime) -> None:
    scene = Scene(session, now)
    scene.people["ben"].state = ApplicationState.WITHDRAWN
    scene.people["ben"].withdrawn_at = now
    scene.do(PlaceCommand.DECLINE)
    assert scene.place_of("ben") is None
    assert scene.place_of("cat") is not None


def test_nobody_waits(session: Session, now: datetime) -> None:
    scene = Scene(session, now)
    for _name in range(3):
        place = session.scalars(select(Place).where(Place.state == PlaceState.OFFERED)).one()
        scene.do(PlaceCommand.DECLINE, place)
    assert {place.state for place in session.scalars(select(Place))} == {PlaceState.DECLINED}


def test_a_visit_that_has_begun_is_not_offered_on(session: Session, now: datetime) -> None:
    scene = Scene(session, now, PlaceState.ACCEPTED)
    scene.visit.announced_starts_on = scene.visit.announced_ends_on = date(2026, 5, 4)
    scene.do(PlaceCommand.GIVE_UP)
    assert scene.place_of("ben") is None


def test_more_places_are_filled_in_order(session: Session, now: datetime) -> None:
    scene = Scene(session, now)
    scene.visit.capacity = 5
    session.flush()
    offered = fill_free_seats(session, now=now, visits=lock_visits(session, scene.story.call.id))
    assert [(place.person.name, place.seat) for place in offered] == [("Ben", 2), ("Cat", 3)]


@pytest.mark.parametrize("command", [PlaceCommand.ACCEPT, PlaceCommand.DECLINE])
def test_after_the_last_second_no_answer_counts(
    session: Session, now: datetime, command: PlaceCommand
) -> None:
    scene = Scene(session, now)
    assert scene.place.answer_by is not None
    with pytest.raises(Refused, match="The time to answer this offer ended"):
        scene.do(command, now=scene.place.answer_by + timedelta(seconds=1))
    assert scene.do(command, now=scene.place.answer_by).settled_at == scene.place.answer_by


def test_an_offer_does_not_lapse_in_time(session: Session, now: datetime) -> None:
    scene = Scene(session, now)
    with pytest.raises(Refused, match="still time"):
        scene.do(PlaceCommand.LAPSE, now=now)


@pytest.mark.parametrize("command", [one for one in ALONE if one is not PlaceCommand.LAPSE])
def test_who_saw_another_version_is_told_so(session: Session, now: datetime, command: PlaceCommand) -> None:
    state = (
        PlaceState.ACCEPTED if command in {PlaceCommand.GIVE_UP, PlaceCommand.CANCEL} else PlaceState.OFFERED
    )
    scene = Scene(session, now, state)
    with pytest.raises(Stale):
        scene.do(command, expected_version=7)
    assert scene.do(command, expected_version=1).version == 2


def test_a_place_that_does_not_exist(session: Session, now: datetime) -> None:
    person = make_person(session)
    with pytest.raises(NotFound):
        answering.accept_offer(session, actor=person, now=now, place_id=person.id)


def test_an_offers_mail_that_has_not_left_is_not_sent_after_it_is_withdrawn(
    session: Session, now: datetime
) -> None:
    scene = Scene(session, now)
    scene.do(PlaceCommand.DECLINE)
    offered = scene.place_of("ben")
    assert offered is not None
    scene.do(PlaceCommand.WITHDRAW_OFFER, offered)
    mail = session.scalars(
        select(Message).where(Message.kind == "offer.made", Message.to_name == "Ben")
    ).one()
    assert mail.state is MessageState.WITHDRAWN


@pytest.mark.parametrize(
    ("state", "after"),
    [(PlaceState.OFFERED, PlaceState.DECLINED), (PlaceState.ACCEPTED, PlaceState.WITHDRAWN)],
)
def test_withdrawing_an_application_releases_what_it_holds(
    session: Session, now: datetime, state: PlaceState, after: PlaceState
) -> None:
    scene = Scene(session, now, state)
    released = taking_back.release_places(
        session,
        actor=person_of(session, scene.people["ann"]),
        now=now,
        call_id=scene.story.call.id,
        application_id=scene.people["ann"].id,
    )
    assert (released, scene.place.state) == (1, after)
    assert scene.mails() == [("offer.made", "Ben")]


def test_an_application_is_withdrawn_with_its_place_and_one_mail(session: Session, now: datetime) -> None:
    scene = Scene(session, now, PlaceState.ACCEPTED)
    ann = scene.people["ann"]
    withdraw_application(session, actor=person_of(session, ann), now=now, application=ann)
    assert (ann.state, scene.place.state) == (ApplicationState.WITHDRAWN, PlaceState.WITHDRAWN)
    assert scene.mails() == [("application.withdrawn", "Ann"), ("offer.made", "Ben")]
    assert find_broken(session) == []
    with pytest.raises(Refused, match="already been withdrawn"):
        withdraw_application(session, actor=person_of(session, ann), now=now, application=ann)


def test_a_place_kept_by_a_withdrawn_application_is_found(session: Session, now: datetime) -> None:
    scene = Scene(session, now, PlaceState.ACCEPTED)
    scene.people["ann"].state, scene.people["ann"].withdrawn_at = ApplicationState.WITHDRAWN, now
    session.flush()
    assert find_broken(session) == [f"place {scene.place.id}: held, though its application is withdrawn"]


def test_withdrawing_an_application_ends_its_waiting(session: Session, now: datetime) -> None:
    scene = Scene(session, now)
    ben: Application = scene.people["ben"]
    released = taking_back.release_places(
        session, actor=person_of(session, ben), now=now, call_id=scene.story.call.id, application_id=ben.id
    )
    assert released == 0
    scene.do(PlaceCommand.DECLINE)
    assert scene.place_of("ben") is None
    assert scene.place_of("cat") is not None


def test_a_place_of_the_hosts_guest_can_be_cancelled_too(session: Session, now: datetime) -> None:
    story = make_closed_call(session, 1)
    guest = make_person(session, "Guest")
    place = Place(
        visit_id=story.visits[0].id,
        person_id=guest.id,
        kind="host_guest",
        state=PlaceState.ACCEPTED,
        offered_at=now,
        settled_at=now,
    )
    session.add(place)
    session.flush()
    cancelled = taking_back.cancel_place(
        session, actor=story.organiser, now=now, place_id=place.id, explanation="No room."
    )
    assert cancelled.state is PlaceState.CANCELLED
