"""Calendar files of a release (RFC 5545): stable UIDs, a SEQUENCE that rises, zones spelt out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from peer_visits.agenda.releases import Item
from peer_visits.visits.models import Visit

PRODUCT = "-//Peer Visits//Agenda//EN"


def public_calendar(
    visit: Visit, items: Sequence[Item], *, number: int, published_at: datetime, url: str
) -> str:
    """The agenda for everybody: no links for participants."""
    return _calendar("PUBLISH", visit, items, number, published_at, url)


def invitation(
    visit: Visit,
    items: Sequence[Item],
    *,
    number: int,
    published_at: datetime,
    url: str,
    organiser: str,
    attendee: tuple[str, str],
    links: Mapping[str, str],
) -> str:
    """The agenda as a request to one participant, with the links they need."""
    people = {
        "ORGANIZER": _address(organiser, visit.host_name),
        "ATTENDEE": _address(attendee[1], attendee[0]),
    }
    return _calendar("REQUEST", visit, items, number, published_at, url, people=people, links=links)


def _calendar(
    method: str,
    visit: Visit,
    items: Sequence[Item],
    number: int,
    published_at: datetime,
    url: str,
    *,
    people: Mapping[str, vCalAddress] | None = None,
    links: Mapping[str, str] | None = None,
) -> str:
    calendar = Calendar()
    for name, value in (
        ("PRODID", PRODUCT),
        ("VERSION", "2.0"),
        ("METHOD", method),
        ("X-WR-CALNAME", visit.title),
    ):
        calendar.add(name, value)
    for item in items:
        event = _event(visit, item, number, published_at, url)
        for name, address in (people or {}).items():
            event.add(name, address, encode=False)
        if links and links.get(item["id"]):
            event["LOCATION"] = vText(links[item["id"]])
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return str(calendar.to_ical().decode())


def _event(visit: Visit, item: Item, number: int, published_at: datetime, url: str) -> Event:
    zone, event = ZoneInfo(visit.zone), Event()
    values: dict[str, Any] = {
        "UID": f"{item['id']}@{visit.slug}.peer-visits",
        "SEQUENCE": number,
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


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address
