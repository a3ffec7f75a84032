"""The visit in its participant's calendar (RFC 5545, RFC 5546): tentative with the offer, confirmed, cancelled.

One entry for each place, known by its UID through all of the place's life; the SEQUENCE is the place's version. It
covers whole days and blocks no time: the hours come with the agenda, as entries of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from peer_visits.outbox.rendering import MailSettings
from peer_visits.outbox.services import Mail
from peer_visits.places.models import Place
from peer_visits.places.rules import first_day
from peer_visits.visits.models import Visit

if TYPE_CHECKING:
    from icalendar import vCalAddress

PRODUCT = "-//Peer Visits//Places//EN"
TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"

# What the entry becomes with each kind of mail.
STATUS = {
    "offer.made": TENTATIVE,
    "offer.accepted": CONFIRMED,
    "place.marked": CONFIRMED,
    **dict.fromkeys(
        (
            "offer.declined",
            "offer.lapsed",
            "offer.withdrawn",
            "place.given_up",
            "place.given_on",
            "place.cancelled",
        ),
        CANCELLED,
    ),
}


@dataclass(frozen=True)
class Entry:
    """A calendar part as people read it; `ends_on` is its last day."""

    title: str
    starts_on: date
    ends_on: date
    status: str


def with_entry(session: Session, mail: Mail, place: Place) -> Mail:
    """The mail about a place with its calendar part, if its kind has one and the days of the visit are known."""
    visit = session.get_one(Visit, place.visit_id)
    status, starts_on = STATUS.get(mail.kind), first_day(visit)
    if status is None or starts_on is None:
        return mail
    return replace(mail, calendar=write_entry(place, visit, status, starts_on, session.info["mail"]))


def write_entry(place: Place, visit: Visit, status: str, starts_on: date, mail: MailSettings) -> str:
    """The calendar part, from the first day of the visit on."""
    from icalendar import Calendar, Event

    event = Event()
    for name, value in (
        ("UID", f"place-{place.id}@{visit.slug}.peer-visits"),
        ("SEQUENCE", place.version),
        ("DTSTAMP", place.settled_at or place.offered_at),
        ("DTSTART", starts_on),
        ("DTEND", _last_day(visit, starts_on) + timedelta(days=1)),
        ("SUMMARY", f"{visit.title} ({visit.place})"),
        ("STATUS", status),
        ("TRANSP", "TRANSPARENT"),
        ("URL", f"{mail.public_url}/places/{place.id}"),
    ):
        event.add(name, value)
    event.add("ORGANIZER", calendar_address(mail.sender_address, visit.host_name), encode=False)
    event.add("ATTENDEE", calendar_address(place.person.email, place.person.name), encode=False)
    calendar = Calendar()
    method = "CANCEL" if status == CANCELLED else "REQUEST"
    for name, text in (("PRODID", PRODUCT), ("VERSION", "2.0"), ("METHOD", method)):
        calendar.add(name, text)
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _last_day(visit: Visit, starts_on: date) -> date:
    ends_on = visit.held_ends_on if visit.held_starts_on else visit.announced_ends_on
    return ends_on or starts_on


def read_entry(calendar: str) -> Entry:
    """A part that was written here."""
    from icalendar import Calendar

    [event] = Calendar.from_ical(calendar).walk("VEVENT")
    last = event.decoded("DTEND") - timedelta(days=1)
    return Entry(str(event["SUMMARY"]), event.decoded("DTSTART"), last, str(event["STATUS"]))


def calendar_address(email: str, name: str) -> vCalAddress:
    """Somebody as calendars name them."""
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address
