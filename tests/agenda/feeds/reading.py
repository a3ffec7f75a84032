"""What two independent parsers make of a subscribed calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import vobject
from icalendar import Calendar


@dataclass(frozen=True)
class Read:
    """An event as a calendar program takes it in."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    location: str


def by_icalendar(content: str) -> set[Read]:
    calendar: Any = Calendar.from_ical(content)
    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("PUBLISH", "2.0")
    return {
        Read(
            str(event["UID"]),
            int(event.decoded("SEQUENCE")),
            str(event["SUMMARY"]),
            event.decoded("DTSTART").astimezone(UTC),
            event.decoded("DTEND").astimezone(UTC),
            str(event["STATUS"]) == "CANCELLED",
            str(event.get("LOCATION", "")),
        )
        for event in calendar.walk("VEVENT")
    }


def by_vobject(content: str) -> set[Read]:
    calendar = vobject.readOne(content)
    assert calendar.method.value == "PUBLISH"
    return {
        Read(
            event.uid.value,
            int(event.sequence.value),
            event.summary.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.status.value == "CANCELLED",
            event.location.value if "location" in event.contents else "",
        )
        for event in getattr(calendar, "vevent_list", [])
    }


def read_both(content: str) -> set[Read]:
    """What both parsers read, which must be the same."""
    first, second = by_icalendar(content), by_vobject(content)
    assert first == second
    return first


Plain = tuple[str, str, datetime, datetime]


def by_icalendar_plain(content: str) -> set[Plain]:
    """The same of a public calendar, where nothing is cancelled: uid, title, begin and end."""
    calendar: Any = Calendar.from_ical(content)
    return {
        (
            str(event["UID"]),
            str(event["SUMMARY"]),
            event.decoded("DTSTART").astimezone(UTC),
            event.decoded("DTEND").astimezone(UTC),
        )
        for event in calendar.walk("VEVENT")
    }


def by_vobject_plain(content: str) -> set[Plain]:
    """What the other parser reads of it."""
    return {
        (
            event.uid.value,
            event.summary.value,
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
        )
        for event in vobject.readOne(content).vevent_list
    }
