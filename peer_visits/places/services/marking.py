"""Marked places: guests of the host, fellow hosts and speakers. Outside capacity and caps, in every count and list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.accounts.services import find_person
from peer_visits.audit.services import record
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post
from peer_visits.places import messages
from peer_visits.places.calendars import with_entry
from peer_visits.places.models import Place
from peer_visits.places.states import LIVE, MARKED, PlaceKind, PlaceState
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Guest:
    """Whom a marked place is for, as the organiser knows them; an account with this address keeps its own data."""

    email: str
    name: str
    organisation: str
    country: str


def mark_place(
    session: Session, *, actor: Person, now: datetime, visit: Visit, kind: PlaceKind, guest: Guest
) -> Place:
    """Put somebody on a visit's list outside its capacity, and tell them. Raises Refused if they are on it."""
    if kind not in MARKED:
        raise Refused(phrase("Participants get their place by the decision."), field="kind")
    person = find_person(session, guest.email) or _add_person(session, guest, visit, now)
    held = select(Place.id).where(
        Place.visit_id == visit.id, Place.person_id == person.id, Place.state.in_(LIVE)
    )
    if session.scalar(held):
        raise Refused(phrase("This person is on the list of the visit already."), field="email")
    place = Place(
        id=new_id(),
        version=1,
        visit_id=visit.id,
        person_id=person.id,
        kind=kind,
        state=PlaceState.ACCEPTED,
        offered_at=now,
        settled_at=now,
    )
    place.person = person
    session.add(place)
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action="place.marked",
        subject=place,
        programme_id=visit.call.programme_id,
        visit=visit.slug,
        kind=kind.value,
    )
    mail = messages.place_marked(place, call=visit.call, visit=visit)
    post(session, with_entry(session, mail, place), now=now)
    return place


def _add_person(session: Session, guest: Guest, visit: Visit, now: datetime) -> Person:
    """An account without a password: whoever reads the mail at this address can sign in by a link."""
    person = Person(
        id=new_id(),
        email=guest.email,
        name=guest.name,
        organisation=guest.organisation,
        country=guest.country or None,
        time_zone=visit.zone,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person
