"""A person's calendar as a file (RFC 5545): the same UIDs and SEQUENCE as in the mails, cancelled sessions marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from peer_visits.agenda.breaking_out import own_group
from peer_visits.agenda.calendars import add_link, make_calendar, session_event
from peer_visits.agenda.feeds.entries import Entry, entries_of
from peer_visits.agenda.feeds.queries import Feed, Source
from peer_visits.agenda.models import AgendaRelease
from peer_visits.agenda.releases import Item
from peer_visits.agenda.sequences import asked
from peer_visits.kernel.text import phrase
from peer_visits.outbox.wording.speech import Speech, known_language

if TYPE_CHECKING:
    from icalendar import Event

NAME = "Peer Visits"


def write_feed(feed: Feed, public_url: str) -> str:
    """The calendar, in the order of visits and sessions, so that nothing new is the same file."""
    events = [event for source in feed.sources for event in _events(source, feed, public_url)]
    return make_calendar("PUBLISH", NAME, events)


def _events(source: Source, feed: Feed, public_url: str) -> list[Event]:
    entries = entries_of(source.issues, source.holds, source.since)
    return [_event(entry, source, feed, public_url) for entry in entries]


def _event(entry: Entry, source: Source, feed: Feed, public_url: str) -> Event:
    latest = source.releases[-1]
    counted = asked(entry.item, source.times)  # a cancelled one has the number of the release that lost it
    item = counted if entry.is_cancelled else _with_group(counted, latest, source, feed)
    url = f"{public_url}/visits/{source.visit.slug}/agenda"
    event = session_event(source.visit, item, entry.published_at, url)
    event.add("STATUS", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if not entry.is_cancelled:
        add_link(event, item, latest.withheld.get("links", {}).get(item["id"], ""))
    return event


def _with_group(item: Item, latest: AgendaRelease, source: Source, feed: Feed) -> Item:
    """A session with the number of the own breakout group in its text."""
    groups: Sequence[list[str]] = latest.withheld.get("groups", {}).get(item["id"], [])
    number = own_group(list(groups), str(feed.person.id)) if source.takes_part else None
    if number is None:
        return item
    speech = Speech(known_language(feed.person.language), feed.person.time_zone)
    said = speech.say(phrase("Your group: %(number)s of %(all)s", number=number, all=len(groups)))
    return {**item, "text": "\n\n".join(filter(None, (said, item["text"])))}
