"""The board of host and organiser, its releases, and what everybody sees of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.agenda.queries.sessions import list_sessions
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.outbox.models import Message
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import make_application, make_call, make_host, make_person, make_visit
from tests.support.places_factories import make_place
from tests.support.statements import counting

LINK = "https://meet.example.org/secret-room"
TYPED = {
    "version": "0",
    "title": "Walk along the canal",
    "kind": "site_visit",
    "day": "2026-09-14",
    "starts_at": "10:30",
    "minutes": "90",
    "speaker": "Hanna Host",
    "room": "Quay 3",
    "online_link": LINK,
    "text": "Bring shoes.",
}


@dataclass
class Room:
    """A visit with its host, two people who accepted and one who was only offered a place."""

    slug: str
    visit_id: uuid.UUID
    host: FlaskClient
    visitor: FlaskClient

    def add(self, **typed: str) -> TestResponse:
        return self.host.post(f"/agenda/{self.slug}/sessions/new", data={**TYPED, **typed})

    def sessions(self) -> Sequence[AgendaSession]:
        reading().rollback()
        return list_sessions(reading(), self.visit_id)

    def address(self) -> str:
        return f"/agenda/{self.slug}/sessions/{self.sessions()[0].id}"

    def publish(self, after: int | str = 0, seen: str | None = None) -> TestResponse:
        address = f"/agenda/{self.slug}/publish"
        mark = self.mark() if seen is None else seen
        return self.host.post(address, data={"after": str(after), "seen": mark})

    def mark(self) -> str:
        """What the page says of the content it shows; nothing where there is nothing to publish."""
        found = re.search(r'name="seen" value="(\w+)"', self.host.get(f"/agenda/{self.slug}/publish").text)
        return found[1] if found else ""

    def remove(self, version: str = "1") -> TestResponse:
        return self.host.post(f"{self.address()}/remove", data={"version": version})

    def public(self, rest: str = "") -> TestResponse:
        return self.visitor.get(f"/visits/{self.slug}/agenda{rest}")

    def releases(self) -> int:
        reading().rollback()
        return len(reading().scalars(select(AgendaRelease)).all())

    def mails(self, kind: str = "agenda.published") -> list[Message]:
        reading().rollback()
        query = select(Message).where(Message.kind == kind).order_by(Message.to_name, Message.created_at)
        return list(reading().scalars(query))


@pytest.fixture
def room(
    app: Flask, at_now: datetime, client: FlaskClient, client_of: Callable[[Person], FlaskClient]
) -> Room:
    with writing() as session:
        call = make_call(session)
        visit = make_visit(session, call)
        host = make_host(session, visit)
        states = (("Ann", PlaceState.ACCEPTED), ("Ben", PlaceState.ACCEPTED), ("Cyd", PlaceState.OFFERED))
        for seat, (name, state) in enumerate(states, start=1):
            application = make_application(session, call, [visit], make_person(session, name))
            make_place(session, visit, application, state, seat)
        lock_plan(session, visit).is_public = True
        slug, visit_id, host_id = visit.slug, visit.id, host.id
    return Room(slug, visit_id, client_of(reading().get_one(Person, host_id)), client)


def test_before_publishing_everybody_reads_that_it_will_come(room: Room) -> None:
    room.add()
    answer = room.public()
    assert answer.status_code == 200
    assert "No agenda to read here yet" in answer.text
    assert "Walk along the canal" not in answer.text
    assert room.public(".ics").status_code == 404
    assert room.public("/1").status_code == 404


def test_a_session_is_added_on_the_clock_of_the_visit(room: Room) -> None:
    assert room.add().status_code == 302
    [added] = room.sessions()
    assert (added.title, added.online_link, added.version) == ("Walk along the canal", LINK, 1)
    assert added.starts_at == datetime.fromisoformat("2026-09-14T08:30:00+00:00")
    assert added.ends_at == datetime.fromisoformat("2026-09-14T10:00:00+00:00")
    board = room.host.get(f"/agenda/{room.slug}").text
    assert "Walk along the canal" in board
    assert "10:30–12:00" in board


def test_a_session_is_changed(room: Room) -> None:
    room.add()
    page = room.host.get(room.address()).text
    assert 'value="90"' in page
    assert 'value="10:30' in page
    answer = room.host.post(room.address(), data={**TYPED, "version": "1", "minutes": "30"})
    assert answer.status_code == 302
    [changed] = room.sessions()
    assert (changed.ends_at, changed.version) == (datetime.fromisoformat("2026-09-14T09:00:00+00:00"), 2)


@pytest.mark.parametrize("version", ["0", "7", "", "x", "9" * 40])
def test_a_stale_change_is_told_and_its_words_are_kept(room: Room, version: str) -> None:
    room.add()
    answer = room.host.post(room.address(), data={**TYPED, "version": version, "title": "My own words"})
    assert answer.status_code == 422
    assert "changed by someone else" in answer.text
    assert "My own words" in answer.text
    assert "Saved meanwhile" in answer.text
    assert "Walk along the canal" in answer.text
    assert [one.title for one in room.sessions()] == ["Walk along the canal"]
    assert 'name="version" type="hidden" value="1"' in answer.text


def test_a_session_is_removed_once(room: Room) -> None:
    room.add()
    address = f"{room.address()}/remove"
    assert room.host.post(address, data={"version": "1"}).status_code == 302
    assert room.sessions() == []
    assert room.host.post(address, data={"version": "1"}).status_code == 404


@pytest.mark.parametrize("version", ["2", "", "x"])
def test_a_session_that_was_changed_meanwhile_is_not_removed(room: Room, version: str) -> None:
    room.add()
    assert room.remove(version).status_code == 409
    assert len(room.sessions()) == 1


def test_a_form_sent_twice_adds_one_session(room: Room) -> None:
    assert room.add().status_code == 302
    answer = room.add()
    assert answer.status_code == 422
    assert "The session is on the board already." in answer.text
    assert len(room.sessions()) == 1
    assert room.add(room="Quay 4").status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 1000},
        {"title": "a\x00b"},
        {"title": "Walk \u202egnp"},
        {"title": "Walk\r\nATTENDEE:mailto:evil@example.org"},
        {"kind": ""},
        {"kind": "party"},
        {"day": ""},
        {"day": "tomorrow"},
        {"day": "2026-02-30"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"starts_at": ""},
        {"starts_at": "25:00"},
        {"day": "2026-03-29", "starts_at": "02:30"},
        {"day": "2026-10-25", "starts_at": "02:30"},
        {"minutes": ""},
        {"minutes": "0"},
        {"minutes": "-1"},
        {"minutes": "1441"},
        {"minutes": "an hour"},
        {"minutes": "9" * 40},
        {"minutes": "9" * 5000},
        {"online_link": "javascript:alert(1)"},
        {"online_link": "meet.example.org"},
        {"online_link": "https://"},
        {"online_link": "https://[x"},
        {"online_link": "https://x.example/" + "x" * 500},
        {"text": "x" * 5000},
        {"text": "a\x1bb"},
    ],
    ids=lambda typed: " ".join(f"{name}={value[:12]!r}" for name, value in typed.items()),
)
def test_bad_input_is_told_beside_its_field_and_nothing_is_added(room: Room, typed: dict[str, str]) -> None:
    answer = room.add(**typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    if "title" not in typed:
        assert "Walk along the canal" in answer.text
    assert room.sessions() == []


@pytest.mark.parametrize("minutes", ["1", "1440"])
def test_the_shortest_and_the_longest_session_are_taken(room: Room, minutes: str) -> None:
    assert room.add(minutes=minutes).status_code == 302
    assert room.host.get(f"/agenda/{room.slug}").status_code == 200


def test_clashes_are_shown_and_do_not_stop_a_release(room: Room) -> None:
    room.add()
    room.add(title="Talk", speaker="Hanna Host")
    sentence = "Hanna Host speaks in two sessions at once"
    assert sentence in room.host.get(f"/agenda/{room.slug}").text
    assert sentence in room.host.get(f"/agenda/{room.slug}/publish").text
    assert room.publish().status_code == 302


def test_publishing_tells_each_participant_once(room: Room) -> None:
    room.add()
    assert "2 people with an accepted place" in room.host.get(f"/agenda/{room.slug}/publish").text
    assert room.publish().status_code == 302
    mails = room.mails()
    assert [mail.to_name for mail in mails] == ["Ann", "Ben"]
    for mail in mails:
        [event] = Calendar.from_ical(str(mail.calendar)).walk("VEVENT")
        assert (event["SUMMARY"], event["LOCATION"]) == ("Walk along the canal", LINK)
        assert event["ATTENDEE"] == f"mailto:{mail.to_address}"


def test_the_public_page_and_calendar_show_the_release_without_the_link(room: Room) -> None:
    room.add()
    room.publish()
    page = room.public().text
    for words in ("Walk along the canal", "10:30–12:00", "Quay 3", "Bring shoes.", "Release 1"):
        assert words in page
    calendar = room.public(".ics")
    assert calendar.content_type == "text/calendar; charset=utf-8"
    assert calendar.headers["Content-Disposition"] == f'attachment; filename="{room.slug}.ics"'
    [event] = Calendar.from_ical(calendar.text).walk("VEVENT")
    assert event["UID"] == f"{room.sessions()[0].id}@{room.slug}.peer-visits"
    assert LINK not in page + calendar.text


def test_publishing_twice_is_stale_and_tells_nobody_twice(room: Room) -> None:
    room.add()
    room.publish()
    answer = room.publish(after=0)
    assert answer.status_code == 422
    assert "Somebody has published meanwhile" in answer.text
    assert (room.releases(), len(room.mails())) == (1, 2)


def test_nothing_new_is_not_published(room: Room) -> None:
    room.add()
    room.publish()
    answer = room.publish(after=1)
    assert answer.status_code == 422
    assert "Nothing has changed since the last release." in answer.text
    assert room.releases() == 1


def test_what_was_not_seen_is_not_published(room: Room) -> None:
    room.add()
    seen = room.mark()
    room.add(title="Talk", starts_at="14:00")
    answer = room.publish(seen=seen)
    assert answer.status_code == 422
    assert "The sessions have changed since you looked." in answer.text
    assert (room.releases(), len(room.mails())) == (0, 0)
    assert room.publish().status_code == 302


def test_calendars_are_asked_again_about_what_differs_alone(room: Room) -> None:
    room.add()
    room.add(title="Talk", starts_at="14:00")
    room.publish()
    room.host.post(room.address(), data={**TYPED, "version": "1", "starts_at": "09:00"})
    room.publish(after=1)
    sequences = {
        (str(event["SUMMARY"]), event["SEQUENCE"])
        for mail in room.mails()
        for event in Calendar.from_ical(str(mail.calendar)).walk("VEVENT")
    }
    assert sequences == {("Walk along the canal", 1), ("Walk along the canal", 2), ("Talk", 1)}


def test_the_mail_has_days_links_and_the_own_clock(room: Room) -> None:
    room.add()
    with writing() as session:
        session.execute(update(Person).where(Person.name == "Ann").values(time_zone="America/New_York"))
    room.publish()
    ann, ben = room.mails()
    assert "Monday 14 September 2026\n- 10:30-12:00: Walk along the canal" in ben.text
    assert "for you" not in ben.text
    assert "(for you Mon, 14 Sept, 04:30, New York)" in ann.text
    for mail in (ann, ben):
        assert f"Join online: {LINK}" in mail.text
        assert f'href="{LINK}"' in mail.html


def test_a_release_that_holds_nothing_any_more_is_told_without_a_calendar(room: Room) -> None:
    room.add()
    room.publish()
    room.remove()
    assert room.publish(after=1).status_code == 302
    last = [mail for mail in room.mails() if "release 2" in mail.text]
    assert [mail.calendar for mail in last] == [None, None]
    assert "This release holds no session." in room.public().text
    assert Calendar.from_ical(room.public(".ics").text).walk("VEVENT") == []


def test_an_empty_board_is_not_published(room: Room) -> None:
    assert room.publish().status_code == 422
    assert room.releases() == 0


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 40])
def test_an_odd_release_number_publishes_nothing(room: Room, after: str) -> None:
    room.add()
    assert room.publish(after).status_code == 422
    assert room.releases() == 0


def test_a_new_link_alone_is_sent_to_the_participants(room: Room) -> None:
    room.add()
    room.publish()
    room.host.post(room.address(), data={**TYPED, "version": "1", "online_link": f"{LINK}-2"})
    assert room.publish(after=1).status_code == 302
    assert [f"{LINK}-2" in str(mail.calendar).replace("\r\n ", "") for mail in room.mails()].count(True) == 2
    assert LINK not in room.public().text + room.public("/1").text


def test_an_earlier_release_stays_readable(room: Room) -> None:
    room.add()
    room.publish()
    room.host.post(
        room.address(), data={**TYPED, "version": "1", "title": "Walk by night", "starts_at": "21:00"}
    )
    board = room.host.get(f"/agenda/{room.slug}/publish").text
    assert "Moved" in board
    assert "Walk along the canal" in room.public().text
    room.publish(after=1)
    assert "Walk by night" in room.public().text
    earlier = room.public("/1").text
    assert "Walk along the canal" in earlier
    assert "This is an earlier release" in earlier
    assert len(room.mails()) == 4


def test_participants_are_told_of_a_removed_session(room: Room) -> None:
    room.add()
    room.add(title="Talk", starts_at="14:00")
    room.publish()
    room.remove()
    assert "Cancelled" in room.host.get(f"/agenda/{room.slug}/publish").text
    room.publish(after=1)
    told = [mail for mail in room.mails() if "removed: Walk along the canal" in mail.text]
    assert [mail.to_name for mail in told] == ["Ann", "Ben"]
    assert "Walk along the canal" not in room.public().text
    cancelled = room.mails("agenda.removed")
    assert [mail.to_name for mail in cancelled] == ["Ann", "Ben"]
    for mail in cancelled:
        calendar = Calendar.from_ical(str(mail.calendar))
        [event] = calendar.walk("VEVENT")
        assert (calendar["METHOD"], event["SUMMARY"], event["SEQUENCE"]) == (
            "CANCEL",
            "Walk along the canal",
            2,
        )


@pytest.mark.parametrize(
    ("zone", "begins", "shown"),
    [
        ("America/New_York", "10:30", "for you 04:30"),
        ("America/New_York", "05:00", "for you Sun 13 Sept, 23:00"),
        ("Europe/Brussels", "10:30", ""),
    ],
)
def test_the_reader_is_told_the_time_on_the_own_clock(
    room: Room, client_of: Callable[[Person], FlaskClient], zone: str, begins: str, shown: str
) -> None:
    room.add(starts_at=begins)
    room.publish()
    with writing() as session:
        person_id = make_person(session, "Fia Far", time_zone=zone).id
    text = client_of(reading().get_one(Person, person_id)).get(f"/visits/{room.slug}/agenda").text
    assert shown in text
    assert ("for you" in text) == bool(shown)
    assert "for you" not in room.public().text


@pytest.mark.parametrize("number", ["0", "2", "99999999999", "9" * 40])
def test_a_release_that_was_never_published_is_not_there(room: Room, number: str) -> None:
    room.add()
    room.publish()
    assert room.public(f"/{number}").status_code == 404


def test_a_session_of_another_visit_is_not_there(
    room: Room, client_of: Callable[[Person], FlaskClient]
) -> None:
    room.add()
    with writing() as session:
        other = make_visit(session, session.get_one(Visit, room.visit_id).call)
        slug, person_id = other.slug, make_host(session, other, "Otto Other").id
    otto = client_of(reading().get_one(Person, person_id))
    session_id = room.sessions()[0].id
    for board in (slug, room.slug):
        for step in ("", "/remove"):
            answer = otto.post(f"/agenda/{board}/sessions/{session_id}{step}", data={**TYPED, "version": "1"})
            assert answer.status_code == 404
    assert otto.get(f"/agenda/{slug}").status_code == 200
    assert [one.version for one in room.sessions()] == [1]


@pytest.mark.parametrize("path", ["", "/sessions/new", "/publish"])
def test_the_board_is_for_the_host_team(
    room: Room, client_of: Callable[[Person], FlaskClient], path: str
) -> None:
    with writing() as session:
        stranger_id = make_person(session, "Stella Stranger").id
    stranger = client_of(reading().get_one(Person, stranger_id))
    assert stranger.get(f"/agenda/{room.slug}{path}").status_code in {403, 404}
    assert room.visitor.get(f"/agenda/{room.slug}{path}").status_code == 302


def cost(room: Room, address: str) -> int:
    with counting(db.engine) as seen:
        assert room.host.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/agenda/{}", "/agenda/{}/publish", "/visits/{}/agenda"])
def test_a_page_asks_as_often_for_three_sessions_as_for_one(room: Room, address: str) -> None:
    where = address.format(room.slug)
    costs: list[Any] = []
    for more, after in ((1, 0), (2, 1)):
        for number in range(more):
            room.add(starts_at=f"{8 + 4 * after + 2 * number:02}:00")
        room.publish(after)
        costs.append(cost(room, where))
    assert costs[0] == costs[1]


def test_a_day_without_a_time_is_told_once(room: Room) -> None:
    answer = room.add(starts_at="")
    assert answer.status_code == 422
    assert "Say when it begins, such as 10:30, or leave the day empty too." in answer.text
    assert "Not a valid time value" not in answer.text
