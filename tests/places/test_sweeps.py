"""What time does: offers lapse and are reminded of, free places are given on, broken promises are told, each once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.services.answering import accept_offer, lapse_offer
from peer_visits.places.states import PlaceState
from peer_visits.places.sweeps import (
    BATCH,
    give_free_places_on,
    lapse_due_offers,
    remind_of_offers,
    tell_late_answers,
)
from peer_visits.storage.transaction import reading, writing
from peer_visits.visits.models import Visit
from tests.support.places_factories import (
    apply_in_order,
    hand_over,
    make_closed_call,
    make_place,
    make_waiting,
)

LAST = timedelta(days=7)


def make_two_offers(now: datetime) -> None:
    """Two offers that end in a week, and one person who waits."""
    with writing() as session:
        story = make_closed_call(session, 2)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit])
        make_place(session, visit, people["ann"], seat=1)
        make_place(session, visit, people["ben"], seat=2)
        make_waiting(session, visit, people["cat"])


def states() -> list[PlaceState]:
    return sorted(reading().scalars(select(Place.state)))


def test_nothing_lapses_before_its_last_second_is_over(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    assert lapse_due_offers(now + LAST) == 0
    assert states() == [PlaceState.OFFERED] * 2


def test_what_is_due_lapses_and_goes_to_the_next(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    assert lapse_due_offers(now + LAST + timedelta(seconds=1)) == 2
    assert states() == [PlaceState.LAPSED, PlaceState.LAPSED, PlaceState.OFFERED]
    assert lapse_due_offers(now + LAST + timedelta(seconds=2)) == 0


def test_one_that_was_answered_meanwhile_stops_nobody_else(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_two_offers(now)
    asked: list[uuid.UUID] = []

    def first_was_answered(session: Session, *, now: datetime, place_id: uuid.UUID) -> Place:
        asked.append(place_id)
        if len(asked) == 1:
            raise Refused(phrase("Answered already."))
        return lapse_offer(session, now=now, place_id=place_id)

    monkeypatch.setattr("peer_visits.places.sweeps.lapse_offer", first_was_answered)
    assert lapse_due_offers(now + LAST + timedelta(hours=1)) == 1


# Reminders

ANSWER_BY = LAST
HOUR = timedelta(hours=1)


def kinds() -> list[tuple[str, str]]:
    reading().rollback()
    rows = reading().execute(
        select(Message.kind, Message.to_name).order_by(Message.created_at, Message.to_name)
    )
    return [(kind, name) for kind, name in rows]


def test_an_offer_is_reminded_of_twice_and_each_time_once(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    assert remind_of_offers(now + ANSWER_BY - 73 * HOUR) == 0
    assert [remind_of_offers(now + ANSWER_BY - 72 * HOUR + n * HOUR) for n in range(3)] == [2, 0, 0]
    assert [remind_of_offers(now + ANSWER_BY - 24 * HOUR + n * HOUR) for n in range(3)] == [2, 0, 0]
    assert kinds().count(("offer.reminder", "Ann")) == 2
    assert remind_of_offers(now + ANSWER_BY + HOUR) == 0
    text = reading().scalars(select(Message.text).where(Message.kind == "offer.reminder")).first()
    assert text is not None
    assert "/offers/" in text
    assert "Please answer by 11 May 2026, 12:00 (Brussels, UTC+2" in text


def test_the_deadline_is_told_in_the_readers_zone(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    with writing() as session:
        session.scalars(select(Person).where(Person.name == "Ann")).one().time_zone = "America/New_York"
    remind_of_offers(now + ANSWER_BY - 24 * HOUR)
    texts = {row[0]: row[1] for row in reading().execute(select(Message.to_name, Message.text))}
    assert "11 May 2026, 06:00 (New York, UTC−4" in texts["Ann"]
    assert "11 May 2026, 12:00 (Brussels, UTC+2" in texts["Ben"]


def test_who_has_answered_gets_no_reminder_not_even_one_that_waits(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    remind_of_offers(now + ANSWER_BY - 72 * HOUR)
    with writing() as session:
        place = session.scalars(
            select(Place).join(Person, Person.id == Place.person_id).where(Person.name == "Ann")
        )
        accept_offer(
            session, actor=session.scalars(select(Person).limit(1)).one(), now=now, place_id=place.one().id
        )
    reminders = select(Message.to_name, Message.state).where(Message.kind == "offer.reminder")
    assert {(row[0], row[1]) for row in reading().execute(reminders)} == {
        ("Ann", MessageState.WITHDRAWN),
        ("Ben", MessageState.QUEUED),
    }
    assert remind_of_offers(now + ANSWER_BY - 24 * HOUR) == 1


# Free places


def make_free_place(now: datetime, **call: object) -> uuid.UUID:
    """A decided call whose only visit has one more place than is held; Cat waits. Gives the visit's id."""
    with writing() as session:
        story = make_closed_call(session, 1, **call)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], cat=[visit])
        make_place(session, visit, people["ann"], PlaceState.ACCEPTED).offered_at = now - timedelta(days=1)
        make_waiting(session, visit, people["cat"])
        story.call.decided_at = story.call.answered_at = now - HOUR
        visit.capacity = 2
        return visit.id


def test_a_place_that_is_free_goes_to_who_waits(app: Flask, now: datetime) -> None:
    make_free_place(now)
    assert [give_free_places_on(now), give_free_places_on(now)] == [1, 0]
    assert kinds() == [("offer.made", "Cat")]


def test_before_the_decision_nothing_is_given_on(app: Flask, now: datetime) -> None:
    visit_id = make_free_place(now)
    with writing() as session:
        call = session.get_one(Call, session.get_one(Visit, visit_id).call_id)
        call.decided_at = call.answered_at = None
    assert give_free_places_on(now) == 0


@pytest.mark.parametrize(("starts_on", "offered"), [(date(2026, 5, 8), 1), (date(2026, 5, 7), 0)])
def test_the_list_is_closed_some_days_before_the_visit(
    app: Flask, now: datetime, starts_on: date, offered: int
) -> None:
    visit_id = make_free_place(now, promotion_stops_days=3)
    with writing() as session:
        visit = session.get_one(Visit, visit_id)
        visit.announced_starts_on = visit.announced_ends_on = starts_on
    assert give_free_places_on(now) == offered


# The promise


def make_late_call(people: int, **values: object) -> tuple[str, Person]:
    """A call whose answers were promised by the 3 May; its slug and organiser."""
    with writing() as session:
        story = make_closed_call(session, 1, answers_by=date(2026, 5, 3), **values)
        [visit] = story.visits
        wishes = {f"p{number}": [visit] for number in range(people)}
        applications = apply_in_order(session, story.call, **wishes)
        hand_over(session, visit, [applications["p0"]])
        return story.call.slug, story.organiser


def test_everybody_who_waits_is_told_once(app: Flask, now: datetime) -> None:
    make_late_call(BATCH + 3)
    in_time = datetime(2026, 5, 3, 21, 59, 59, tzinfo=now.tzinfo)
    assert tell_late_answers(in_time) == 0
    assert tell_late_answers(in_time + timedelta(seconds=1)) == BATCH + 3
    assert tell_late_answers(now + timedelta(days=3)) == 0
    with writing() as session:
        session.scalars(select(Call)).unique().one().answers_by = date(2026, 5, 5)
    assert tell_late_answers(now + timedelta(days=30)) == 0, "a second broken promise is not told"
    reading().rollback()
    assert reading().scalar(select(func.count(func.distinct(Message.person_id)))) == BATCH + 3


def test_whoever_withdrew_or_never_sent_is_not_told(app: Flask, now: datetime) -> None:
    make_late_call(1)
    with writing() as session:
        application = session.scalars(select(Application)).one()
        application.state, application.withdrawn_at = ApplicationState.WITHDRAWN, now
    assert tell_late_answers(now) == 0


def test_the_promise_stands_on_the_pages(
    app: Flask, now: datetime, client_of: Callable[[Person], FlaskClient]
) -> None:
    slug, organiser = make_late_call(1)
    with clock.frozen(now - timedelta(days=2)):
        assert "Time left for the answers" in client_of(organiser).get(f"/organise/calls/{slug}").text
    with clock.frozen(now):
        client = client_of(organiser)
        assert "The promised day has passed" in client.get(f"/organise/calls/{slug}").text
        assert "The promised day has passed." in client.get(f"/calls/{slug}").text
    with writing() as session:
        call = session.scalars(select(Call)).unique().one()
        call.decided_at = call.answered_at = now + timedelta(days=8)
    with clock.frozen(now + timedelta(days=8)):
        assert "Answered 9 days after the promised day." in client_of(organiser).get(f"/calls/{slug}").text
