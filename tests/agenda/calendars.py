"""A participant's calendar: what two independent parsers make of the parts of mails, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import vobject
from icalendar import Calendar

from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import released_items

Entry = tuple[str, datetime, datetime]


@dataclass(frozen=True)
class Event:
    """What a calendar program needs to know of an event."""

    uid: str
    sequence: int
    method: str
    entry: Entry


def by_icalendar(content: str) -> list[Event]:
    calendar: Any = Calendar.from_ical(content)
    return [
        Event(
            str(event["UID"]),
            int(event.decoded("SEQUENCE")),
            str(calendar["METHOD"]),
            (str(event["SUMMARY"]), _utc(event.decoded("DTSTART")), _utc(event.decoded("DTEND"))),
        )
        for event in calendar.walk("VEVENT")
    ]


def by_vobject(content: str) -> list[Event]:
    calendar = vobject.readOne(content)
    return [
        Event(
            event.uid.value,
            int(event.sequence.value),
            calendar.method.value,
            (event.summary.value, _utc(event.dtstart.value), _utc(event.dtend.value)),
        )
        for event in calendar.vevent_list
    ]


READERS = {"icalendar": by_icalendar, "vobject": by_vobject}


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def kept_by(reader: str, parts: Iterable[str]) -> set[Entry]:
    """What stands in a calendar that has taken these parts in, in any order: the highest SEQUENCE of each UID holds."""
    newest: dict[str, Event] = {}
    for part in parts:
        for event in READERS[reader](part):
            known = newest.get(event.uid)
            if known is None or event.sequence >= known.sequence:
                newest[event.uid] = event
    return {event.entry for event in newest.values() if event.method != "CANCEL"}


def published(release: AgendaRelease) -> set[Entry]:
    """What a release says."""
    return {
        (item["title"], _utc(item["starts_at"]), _utc(item["ends_at"])) for item in released_items(release)
    }
