"""Calendar files: as kept in the snapshots, readable by a parser, and nothing typed can leave its line."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event

from peer_visits.agenda.calendars import Invited, cancellation, invitation, public_calendar
from peer_visits.agenda.releases import Item
from peer_visits.visits.models import Visit

SNAPSHOTS = Path(__file__).with_name("snapshots")
URL = "https://visits.example.org/visits/tampere-2026/agenda"
PUBLISHED = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
LINK = "https://meet.example.org/secret-room"
VISIT = Visit(
    slug="tampere-2026",
    host_name="City of Tampere",
    called_title="Adopt a monument",
    reported_title="",
    topic="",
    zone="Europe/Helsinki",
)


def item(number: int, **values: Any) -> Item:
    """A session of an hour; the second is on the day the clock goes back."""
    starts_at = datetime(2026, 9, 14, 6, 30, tzinfo=UTC) + timedelta(hours=number)
    return {
        "id": str(uuid.UUID(int=number)),
        "kind": "welcome",
        "title": f"Session {number}",
        "text": "What it is about;\ncommas, and a second line.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "room": "Town hall, room 2",
        "speaker": "Aino Näyte",
        "sequence": 1,
        **values,
    }


ITEMS = [item(1), item(2, room="", starts_at=datetime(2026, 10, 25, 6, 0, tzinfo=UTC))]
ITEMS[1]["ends_at"] = ITEMS[1]["starts_at"] + timedelta(minutes=45)


def public(items: list[Item]) -> str:
    return public_calendar(VISIT, items, published_at=PUBLISHED, url=URL)


def invited(name: str = "Ada Example") -> Invited:
    return Invited(name, "ada@example.org", "visits@example.org", PUBLISHED, URL)


def invite(items: list[Item], name: str = "Ada Example", links: dict[str, str] | None = None) -> str:
    return invitation(VISIT, items, invited(name), links=links or {})


def events(content: str) -> list[Event]:
    return list(Calendar.from_ical(content).walk("VEVENT"))  # type: ignore[arg-type]


def check_snapshot(name: str, content: str) -> None:
    """The file kept under this name; PEER_VISITS_SNAPSHOTS=write keeps a new one."""
    path = SNAPSHOTS / name
    if os.environ.get("PEER_VISITS_SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode())
    assert path.read_bytes().decode() == content


def test_the_public_calendar_is_as_it_was() -> None:
    check_snapshot("public.ics", public(ITEMS))


def test_the_invitation_is_as_it_was() -> None:
    check_snapshot("invitation.ics", invite(ITEMS, links={ITEMS[0]["id"]: LINK}))


def test_the_cancellation_is_as_it_was() -> None:
    check_snapshot("cancellation.ics", cancellation(VISIT, [{**ITEMS[0], "sequence": 2}], invited()))


def test_a_parser_reads_the_times_in_the_zone_of_the_visit() -> None:
    calendar = Calendar.from_ical(public(ITEMS))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Helsinki"]
    read = events(public(ITEMS))
    assert [one.decoded("DTSTART") for one in read] == [one["starts_at"] for one in ITEMS]
    assert [one.decoded("DTEND") for one in read] == [one["ends_at"] for one in ITEMS]
    assert str(read[0].decoded("DTSTART").tzinfo) == "Europe/Helsinki"


def test_every_line_ends_as_the_standard_says_and_is_short() -> None:
    lines = public([item(1, title="Łódź " * 60)]).encode().split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 75


def test_a_session_keeps_its_uid_while_its_sequence_rises() -> None:
    [first] = events(public([item(1, sequence=1)]))
    [second] = events(invite([item(1, sequence=2)]))
    [gone] = events(cancellation(VISIT, [item(1, sequence=3)], invited()))
    assert first["UID"] == second["UID"] == gone["UID"]
    assert [one["SEQUENCE"] for one in (first, second, gone)] == [1, 2, 3]


def test_what_is_gone_is_taken_back_from_the_same_person() -> None:
    content = cancellation(VISIT, [{**ITEMS[0], "sequence": 2}], invited())
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    [event], [asked] = events(content), events(invite(ITEMS[:1]))
    assert event["STATUS"] == "CANCELLED"
    assert (event["ATTENDEE"], event["ORGANIZER"]) == (asked["ATTENDEE"], asked["ORGANIZER"])


def test_a_room_stays_readable_beside_the_link() -> None:
    [event] = events(invite(ITEMS[:1], links={ITEMS[0]["id"]: LINK}))
    assert str(event["DESCRIPTION"]).startswith("Town hall, room 2\n\nWhat it is about")


@pytest.mark.parametrize("year", [2000, 2026, 2099])
def test_the_zone_is_spelt_out_for_the_years_of_the_sessions(year: int) -> None:
    starts_at = datetime(year, 7, 1, 7, 0, tzinfo=UTC)
    [event] = events(public([item(1, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))]))
    assert event.decoded("DTSTART") == starts_at


def test_two_sessions_have_two_uids() -> None:
    assert len({str(one["UID"]) for one in events(public(ITEMS))}) == 2


def test_the_online_link_goes_to_participants_alone() -> None:
    released = [{**ITEMS[0], "online_link": LINK}]
    assert LINK not in public(released)
    [event] = events(invite(released, links={ITEMS[0]["id"]: LINK}))
    assert event["LOCATION"] == LINK


def test_an_invitation_is_a_request_to_one_person() -> None:
    content = invite(ITEMS[:1])
    assert Calendar.from_ical(content)["METHOD"] == "REQUEST"
    [event] = events(content)
    assert (event["ATTENDEE"], event["ORGANIZER"]) == ("mailto:ada@example.org", "mailto:visits@example.org")
    assert event["ATTENDEE"].params["CN"] == "Ada Example"


HOSTILE = (
    "Walk\r\nATTENDEE:mailto:evil@example.org",
    "Walk\nEND:VEVENT\nBEGIN:VEVENT",
    "Walk\rURL:https://evil.example",
    "Walk\\nATTENDEE:mailto:evil@example.org",
    'Walk";ATTENDEE="mailto:evil@example.org',
    "Walk\x85BEGIN:VALARM",
    "Walk\u2028BEGIN:VALARM",
)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("where", ["title", "text", "room"])
def test_nothing_typed_leaves_its_line(where: str, words: str) -> None:
    [plain] = events(public([item(1, **{where: "Walk"})]))
    [event] = events(public([item(1, **{where: words})]))
    assert set(event) == set(plain)
    assert event["URL"] == URL
    assert not event.subcomponents


@pytest.mark.parametrize("words", HOSTILE)
def test_no_name_leaves_its_line(words: str) -> None:
    [event] = events(invite([item(1)], name=words))
    assert event["ATTENDEE"] == "mailto:ada@example.org"
    assert set(event) == set(events(invite([item(1)]))[0])
    assert not event.subcomponents


def test_an_agenda_without_sessions_is_a_calendar_too() -> None:
    assert events(public([])) == []
