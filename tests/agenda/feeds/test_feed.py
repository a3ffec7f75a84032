"""The calendar at a secret address: equal to the agenda after every release, and nothing for who does not know it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from peer_visits.accounts.models import Person
from peer_visits.agenda.releases import released_items
from peer_visits.agenda.states import SessionKind, SpeakerState
from peer_visits.agenda.sweeps import take_agendas_back
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.web.limits import limiter
from tests.agenda.calendars import by_icalendar as mailed_events
from tests.agenda.feeds.reading import Read, read_both
from tests.agenda.showing.stage import LINK, Stage, add_session, let_speak
from tests.support.factories import NOW, make_application, make_call, make_visit
from tests.support.places_factories import make_place
from tests.support.statements import counting


@pytest.fixture(autouse=True)
def _no_guesses_yet() -> Iterator[None]:
    limiter.reset()
    yield
    limiter.reset()


def made(client: FlaskClient, step: str = "renew") -> str:
    """The address the page shows, as a path."""
    answer = client.post("/account/calendar", data={"step": step})
    found = re.search(r'id="feed-address" readonly value="([^"]+)"', answer.text)
    assert found
    return urlsplit(found[1]).path


def read(stage: Stage, path: str) -> set[Read]:
    answer = stage.visitor.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return read_both(answer.text)


def confirmed(events: set[Read]) -> set[tuple[str, datetime, datetime, int]]:
    return {(one.title, one.starts_at, one.ends_at, one.sequence) for one in events if not one.is_cancelled}


def released(stage: Stage) -> set[tuple[str, datetime, datetime, int]]:
    return {
        (item["title"], item["starts_at"], item["ends_at"], item["sequence"])
        for item in released_items(stage.release())
    }


def test_it_equals_the_agenda_after_release_change_and_cancel(stage: Stage) -> None:
    path = made(stage.client("ann"))
    first = stage.add("Welcome")
    second = stage.add("Walk along the canal", begins=NOW + timedelta(hours=2))
    assert read(stage, path) == set(), "nothing is published yet"
    stage.publish()
    assert confirmed(read(stage, path)) == released(stage)
    assert {one.sequence for one in read(stage, path)} == {1}

    later = NOW + timedelta(hours=5)
    stage.change(
        second, starts_at=later, ends_at=later + timedelta(hours=1), starts_wall="2026-05-04T17:00:00"
    )
    assert confirmed(read(stage, path)) == released(stage), "the draft changes nothing"
    stage.publish(NOW + timedelta(minutes=1))
    assert confirmed(read(stage, path)) == released(stage)
    assert sorted(one.sequence for one in read(stage, path)) == [1, 2]

    stage.remove(first)
    stage.publish(NOW + timedelta(minutes=2))
    events = read(stage, path)
    assert confirmed(events) == released(stage)
    [gone] = [one for one in events if one.is_cancelled]
    assert (gone.title, gone.sequence) == ("Welcome", 3)
    assert gone.location == "", "no link to what is no more"


def test_a_session_over_the_change_of_clocks_and_midnight_keeps_its_moments(stage: Stage) -> None:
    path = made(stage.client("ann"))
    for title, begins in (
        ("The hour that comes twice", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("The hour that is skipped", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("Over midnight", datetime(2026, 9, 14, 21, 30, tzinfo=UTC)),
    ):
        stage.add(title, begins=begins, minutes=120)
    stage.publish()
    assert confirmed(read(stage, path)) == released(stage)


def test_uid_and_sequence_are_those_of_the_mails(stage: Stage) -> None:
    path = made(stage.client("ann"))
    stage.add("Welcome")
    gone = stage.add("Walk along the canal", begins=NOW + timedelta(hours=2))
    stage.publish()
    stage.remove(gone)
    stage.publish(NOW + timedelta(minutes=1))
    parts = reading().scalars(
        select(Message.calendar)
        .where(Message.person_id == stage.people["ann"], Message.calendar.is_not(None))
        .order_by(Message.created_at)
    )
    mailed = {
        event.uid: (event.sequence, event.method) for part in parts for event in mailed_events(str(part))
    }
    assert mailed == {
        one.uid: (one.sequence, "CANCEL" if one.is_cancelled else "REQUEST") for one in read(stage, path)
    }


def test_who_comes_again_counts_on_from_what_was_taken_back(stage: Stage) -> None:
    path = made(stage.client("ann"))
    stage.add("Welcome")
    stage.publish()
    with writing() as session:
        session.execute(update(Message).values(state=MessageState.SENT, sent_at=NOW, held_for=None))
    set_state(stage, PlaceState.WITHDRAWN, None)
    assert take_agendas_back(NOW + timedelta(minutes=1)) == 1
    assert read(stage, path) == set()
    set_state(stage, PlaceState.ACCEPTED, 1)
    assert [one.sequence for one in read(stage, path)] == [3]


def set_state(stage: Stage, state: PlaceState, seat: int | None) -> None:
    with writing() as session:
        place = session.get_one(Place, stage.places["ann"])
        place.state, place.seat = state, seat


def test_links_and_the_own_group_stand_in_it(stage: Stage) -> None:
    path = made(stage.client("ann"))
    groups = [[str(stage.people["cyd"])], [str(stage.people["ann"])]]
    stage.add("Groups", kind=SessionKind.BREAKOUT, groups=groups)
    stage.publish()
    [event] = read(stage, path)
    assert event.location == LINK
    content = stage.visitor.get(path).text
    assert "Your group: 2 of 2" in content
    assert "ATTENDEE" not in content


def test_only_held_places_count(stage: Stage) -> None:
    path, offered = made(stage.client("ann")), made(stage.client("cyd"))
    stage.add("Welcome")
    stage.publish()
    assert len(read(stage, path)) == 1
    assert read(stage, offered) == set()
    with writing() as session:
        place = session.get_one(Place, stage.places["ann"])
        place.state, place.seat = PlaceState.WITHDRAWN, None
    assert read(stage, path) == set()


def test_a_speaker_has_their_own_sessions_alone(stage: Stage) -> None:
    path = made(stage.client("sven"))
    own = stage.add("My talk")
    stage.add("Of others", begins=NOW + timedelta(hours=2))
    let_speak(stage, "sven", own)
    stage.publish()
    [event] = read(stage, path)
    assert (event.title, event.location) == ("My talk", LINK)


@pytest.mark.parametrize("state", [SpeakerState.LISTED, SpeakerState.DECLINED])
def test_who_does_not_come_to_speak_has_none(stage: Stage, state: SpeakerState) -> None:
    path = made(stage.client("sven"))
    let_speak(stage, "sven", stage.add("My talk"), state=state)
    stage.publish()
    assert read(stage, path) == set()


def test_an_address_nobody_has_confirmed_has_none(stage: Stage) -> None:
    path = made(stage.client("sven"))
    let_speak(stage, "sven", stage.add("My talk"))
    stage.publish()
    with writing() as session:
        session.get_one(Person, stage.people["sven"]).email_verified_at = None
    assert read(stage, path) == set()


def test_several_visits_stand_in_one_calendar(stage: Stage) -> None:
    path = made(stage.client("ann"))
    stage.add("Welcome")
    stage.publish()
    with writing() as session:
        ann = session.get_one(Person, stage.people["ann"])
        other = make_visit(session, make_call(session), zone="Asia/Tokyo")
        make_place(session, other, make_application(session, other.call, [other], ann), PlaceState.ACCEPTED)
        add_session(session, other, "Far away", NOW, 60)
        other_id = other.id
    stage.visit_id = other_id
    stage.publish()
    assert {one.title for one in read(stage, path)} == {"Welcome", "Far away"}


def test_the_secret_is_shown_once_and_only_its_digest_is_kept(stage: Stage) -> None:
    ann = stage.client("ann")
    path = made(ann)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 43, "256 bits"
    assert secret not in ann.get("/account/calendar").text
    assert "Make a new address" in ann.get("/account/calendar").text
    for table in ("calendar_feed", "audit_line"):
        rows = reading().execute(text(f"SELECT * FROM {table}")).all()
        assert rows
        assert secret not in str(rows)


def test_a_new_address_ends_the_old_one_and_revoking_ends_both(stage: Stage) -> None:
    ann = stage.client("ann")
    old = made(ann)
    new = made(ann)
    assert old != new
    assert [stage.visitor.get(path).status_code for path in (old, new)] == [404, 200]
    assert ann.post("/account/calendar", data={"step": "revoke"}).status_code == 302
    assert stage.visitor.get(new).status_code == 404
    assert "Make the address" in ann.get("/account/calendar").text
    assert ann.post("/account/calendar", data={"step": "revoke"}).status_code == 302, "twice is no fault"


@pytest.mark.parametrize("secret", ["guess", "x" * 43, "%00", "é", "a" * 3000])
def test_a_guessed_address_is_plainly_nothing(stage: Stage, secret: str) -> None:
    answer = stage.visitor.get(f"/calendar/{secret}.ics")
    assert (answer.status_code, answer.mimetype, answer.text) == (404, "text/plain", "Not found\n")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers


def test_guessing_is_slowed_down_and_a_good_address_is_not(stage: Stage) -> None:
    path = made(stage.client("ann"))
    answers = [stage.visitor.get(f"/calendar/guess{number}.ics").status_code for number in range(25)]
    assert answers[:20] == [404] * 20
    assert answers[20:] == [429] * 5
    assert stage.visitor.get(path).status_code == 200


def test_what_has_not_changed_is_not_sent_again(stage: Stage) -> None:
    path = made(stage.client("ann"))
    first = stage.add("Welcome")
    stage.publish()
    answer = stage.visitor.get(path)
    etag, at = answer.headers["ETag"], answer.headers["Last-Modified"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert stage.visitor.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert stage.visitor.get(path, headers={"If-Modified-Since": at}).status_code == 304
    stage.change(first, title="Welcome to all")
    stage.publish(NOW + timedelta(minutes=5))
    again = stage.visitor.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert "Welcome to all" in again.text
    assert stage.visitor.get(path, headers={"If-Modified-Since": at}).status_code == 200


def test_nobody_else_s_page_makes_an_address(app: Flask, stage: Stage) -> None:
    assert stage.visitor.post("/account/calendar", data={"step": "renew"}).status_code in {302, 401}


def test_it_costs_the_same_for_many_sessions_and_releases(stage: Stage) -> None:
    path, costs = made(stage.client("ann")), []
    for count in (1, 3):
        for number in range(count):
            stage.add(f"Session {count}.{number}", begins=NOW + timedelta(hours=count * 10 + number))
        stage.publish()
        with counting(db.engine) as seen:
            assert stage.visitor.get(path).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] <= 6
