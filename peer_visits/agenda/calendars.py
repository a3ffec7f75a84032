"""Calendar files of a release (RFC 5545): stable UIDs, a SEQUENCE that rises, zones spelt out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from peer_visits.agenda.releases import Item
from peer_visits.places.calendars import calendar_address
from peer_visits.visits.models import Visit

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Peer Visits//Agenda//EN"


@dataclass(frozen=True)
class Invited:
    """Who is invited, by which address, and what the invitation says of itself."""

    name: str
    email: str
    organiser: str
    published_at: datetime
    url: str


def public_calendar(visit: Visit, items: Sequence[Item], *, published_at: datetime, url: str) -> str:
    """The agenda for everybody: no links for participants."""
    return make_calendar(
        "PUBLISH", visit.title, [session_event(visit, item, published_at, url) for item in items]
    )


def invitation(visit: Visit, items: Sequence[Item], invited: Invited, *, links: Mapping[str, str]) -> str:
    """The agenda as a request to one participant, with the links they need."""
    return make_calendar("REQUEST", visit.title, [_request(visit, item, invited, links) for item in items])


def cancellation(visit: Visit, items: Sequence[Item], invited: Invited) -> str:
    """Sessions that one participant no longer has, each with the sequence of its end."""
    events = [_invitation_event(visit, item, invited) for item in items]
    for event in events:
        event.add("STATUS", "CANCELLED")
    return make_calendar("CANCEL", visit.title, events)


def make_calendar(method: str, title: str, events: Sequence[Event]) -> str:
    """A calendar of events, with the zones they need."""
    from icalendar import Calendar

    calendar = Calendar()
    for name, value in (
        ("PRODID", PRODUCT),
        ("VERSION", "2.0"),
        ("METHOD", method),
        ("X-WR-CALNAME", title),
    ):
        calendar.add(name, value)
    for event in events:
        calendar.add_component(event)
    if events:
        calendar.add_missing_timezones(*_years(events))
    return str(calendar.to_ical().decode())


def _years(events: Sequence[Event]) -> tuple[date, date]:
    """From the year before the first session to the year after the last: all a zone has to spell out."""
    years = [event.decoded("DTSTART").year for event in events]
    return date(min(years) - 1, 1, 1), date(max(years) + 2, 1, 1)


def uid_of(visit: Visit, item: Item) -> str:
    """By what every calendar knows a session, through all releases."""
    return f"{item['id']}@{visit.slug}.peer-visits"


def session_event(visit: Visit, item: Item, published_at: datetime, url: str) -> Event:
    """A session as an event; its UID stays the same through all releases and in every calendar."""
    from icalendar import Event

    zone, event = ZoneInfo(visit.zone), Event()
    values: dict[str, Any] = {
        "UID": uid_of(visit, item),
        "SEQUENCE": item["sequence"],
        "DTSTAMP": published_at,
        "DTSTART": item["starts_at"].astimezone(zone),
        "DTEND": item["ends_at"].astimezone(zone),
        "SUMMARY": item["title"],
        "DESCRIPTION": item["text"],
        "URL": url,
    }
    if item["room"]:
        values["LOCATION"] = item["room"]
    for name, value in values.items():
        event.add(name, value)
    return event


def _invitation_event(visit: Visit, item: Item, invited: Invited) -> Event:
    event = session_event(visit, item, invited.published_at, invited.url)
    event.add("ORGANIZER", calendar_address(invited.organiser, visit.host_name), encode=False)
    event.add("ATTENDEE", calendar_address(invited.email, invited.name), encode=False)
    return event


def _request(visit: Visit, item: Item, invited: Invited, links: Mapping[str, str]) -> Event:
    event = _invitation_event(visit, item, invited)
    add_link(event, item, links.get(item["id"], ""))
    return event


def add_link(event: Event, item: Item, link: str) -> None:
    """Put the online link where calendars look for one; the room stays readable beside it."""
    from icalendar import vText

    if link:
        event["LOCATION"] = vText(link)
        event["DESCRIPTION"] = vText("\n\n".join(filter(None, (item["room"], item["text"]))))
