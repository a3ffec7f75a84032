"""The calendar in a mail: as a part with its method and as a file, read alike by the parsers of two libraries."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import vobject
from flask import Flask
from icalendar import Calendar

from peer_visits.agenda.calendars import cancellation
from peer_visits.outbox.mime import as_bytes
from peer_visits.storage.transaction import writing
from tests.agenda.test_calendars import ITEMS, VISIT, invite, invited, item
from tests.outbox.mails import SETTINGS, put_message


def mail_with(app: Flask, calendar: str) -> EmailMessage:
    """The mail as it would leave."""
    with writing() as session:
        message = put_message(session, calendar=calendar)
        raw = as_bytes(message, SETTINGS)
        assert as_bytes(message, SETTINGS) == raw, "the same row gives the same bytes"
    return message_from_bytes(raw, policy=default)


@pytest.mark.parametrize(
    ("calendar", "method", "name"),
    [
        (invite(ITEMS), "REQUEST", "invitation.ics"),
        (
            cancellation(VISIT, [{**one, "sequence": 2} for one in ITEMS], invited()),
            "CANCEL",
            "cancelled.ics",
        ),
    ],
)
def test_the_part_and_the_file_are_the_same_calendar(
    app: Flask, calendar: str, method: str, name: str
) -> None:
    mail = mail_with(app, calendar)
    parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    assert list(parts) == ["text/plain", "text/html", "text/calendar", "application/ics"]
    part, file = parts["text/calendar"], parts["application/ics"]
    assert part.get_param("method") == method
    assert file.get_filename() == name
    assert part.get_payload(decode=True) == file.get_payload(decode=True) == calendar.encode()
    assert f"METHOD:{method}" in calendar.splitlines()


@pytest.mark.parametrize("read", ["icalendar", "vobject"])
def test_two_libraries_read_the_request_its_update_and_its_end(read: str) -> None:
    first, moved = invite(ITEMS), invite([item(1, sequence=2), ITEMS[1]])
    gone = cancellation(VISIT, [item(1, sequence=3)], invited())
    request, update, cancel = (READERS[read](one) for one in (first, moved, gone))
    uid = request[0]["uid"]
    assert [one[0]["uid"] for one in (update, cancel)] == [uid, uid]
    assert [one[0]["sequence"] for one in (request, update, cancel)] == [1, 2, 3]
    assert [one[0]["status"] for one in (request, cancel)] == ["", "CANCELLED"]
    for events in (request, update, cancel):
        assert all(event["zones"] == ["Europe/Helsinki"] for event in events)
    # Half past nine in summer; eight o'clock on the day the clock goes back.
    assert [event["start"] for event in request] == ["2026-09-14 10:30 +0300", "2026-10-25 08:00 +0200"]


def with_icalendar(content: str) -> list[dict[str, Any]]:
    calendar = Calendar.from_ical(content)
    zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    return [
        {
            "uid": str(event["UID"]),
            "sequence": int(event.decoded("SEQUENCE")),
            "status": str(event.get("STATUS", "")),
            "start": f"{event.decoded('DTSTART'):%Y-%m-%d %H:%M %z}",
            "zones": zones,
        }
        for event in calendar.walk("VEVENT")
    ]


def with_vobject(content: str) -> list[dict[str, Any]]:
    calendar = vobject.readOne(content)
    zones = [zone.tzid.value for zone in calendar.vtimezone_list]
    return [
        {
            "uid": event.uid.value,
            "sequence": int(event.sequence.value),
            "status": event.status.value if hasattr(event, "status") else "",
            "start": f"{event.dtstart.value:%Y-%m-%d %H:%M %z}",
            "zones": zones,
        }
        for event in calendar.vevent_list
    ]


READERS = {"icalendar": with_icalendar, "vobject": with_vobject}
