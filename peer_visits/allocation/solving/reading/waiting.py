"""What a waiting list goes by, from JSON: who holds what, and who gave up what."""

from __future__ import annotations

from typing import Any

from peer_visits.allocation.solving.instance import Instance, Placement
from peer_visits.allocation.solving.reading.call import read_pair
from peer_visits.allocation.solving.reading.reader import Reader
from peer_visits.allocation.solving.waiting import Event

EVENTS = ("decline", "withdraw")


def read_placements(instance: Instance, data: dict[str, Any]) -> list[Placement]:
    """The state before the events of a waiting list. Raises Faulty."""
    reader = Reader()
    eligible = {wish.key for wish in instance.applications if wish.eligible}
    placements: list[Placement] = []
    for place, item in reader.members(data, "placements", required=False):
        pair = tuple(item) if isinstance(item, list) else ()
        if pair in eligible:
            placements.append(pair)
        else:
            reader.fault(place, f"{item!r} is no eligible application of this call")
    reader.no_doubles("placements", placements)
    reader.end()
    return placements


def read_events(instance: Instance, data: dict[str, Any]) -> list[Event]:
    """Who gave up what, in order. Raises Faulty."""
    reader = Reader()
    people, visits = {person.id for person in instance.applicants}, {visit.id for visit in instance.visits}
    events = [
        event
        for item in reader.members(data, "events", required=False)
        if (event := _event(reader, *item, people, visits)) is not None
    ]
    reader.end()
    return events


def _event(reader: Reader, place: str, item: Any, people: set[str], visits: set[str]) -> Event | None:
    data = reader.object(item, place)
    kind = (
        reader.among(data.get("type"), EVENTS, f"{place}.type", "kind of event") if data is not None else None
    )
    if data is None or kind is None:
        return None
    if kind == "decline":
        pair = read_pair(reader, place, data, people, visits)
        return None if pair is None else Event("decline", *pair)
    person = reader.among(data.get("applicant"), people, f"{place}.applicant", "applicant of this call")
    return None if person is None else Event("withdraw", person)
