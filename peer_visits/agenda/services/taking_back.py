"""Taking the sessions out of the calendar of somebody who no longer comes."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from peer_visits.agenda import messages
from peer_visits.agenda.queries.holders import count_taken_back, find_last_sent, find_leaver, list_speaking
from peer_visits.agenda.releases import Item, released_items
from peer_visits.agenda.sequences import taken_back
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.audit.services import record
from peer_visits.outbox.services import post


def take_agenda_back(session: Session, *, now: datetime, place_id: uuid.UUID) -> bool:
    """One mail that cancels every session still ahead in the calendar of a place's person; whether there was any.

    What they speak in stays: they are told of that as a speaker.
    """
    found = find_leaver(session, place_id)
    if found is None:
        return False
    lock_plan(session, found.visit)
    place = find_leaver(session, place_id)  # another worker may have been first, before the lock
    release = find_last_sent(session, place) if place else None
    if place is None or release is None:
        return False
    times = count_taken_back(session, place.visit_id).of(place)
    items = [taken_back(item, times) for item in _ahead(released_items(release), now)]
    items = _without(items, list_speaking(session, place))
    if not items:
        return False
    visit = place.visit
    mail = messages.taken_back(
        release, place, visit, items=items, times=times + 1, mail=session.info["mail"], now=now
    )
    post(session, mail, now=now)
    record(
        session,
        actor=None,
        now=now,
        action="agenda.taken_back",
        subject=place,
        programme_id=visit.call.programme_id,
        number=release.number,
        sessions=len(items),
    )
    return True


def _ahead(items: list[Item], now: datetime) -> list[Item]:
    """Sessions that are not over: what somebody was at stays in their calendar."""
    return [item for item in items if item["ends_at"] > now]


def _without(items: list[Item], speakers: set[str]) -> list[Item]:
    return [item for item in items if not speakers.intersection(item.get("speaker_ids", ()))]
