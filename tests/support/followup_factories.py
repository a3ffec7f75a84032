"""A visit that is over, with people who came, came late or stayed away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaRelease, AgendaSession, Attendance
from peer_visits.agenda.releases import release_content
from peer_visits.agenda.states import NotedBy, SessionKind
from peer_visits.calls.models import Call, Programme
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.visits.models import HostMember, Visit
from tests.support.factories import NOW, make_call, make_host, make_organiser, make_person, make_visit

# Two sessions in the morning at the same time, then one more: three hours of the clock, each of an hour and a half.
SESSIONS = ((0, 90), (0, 90), (90, 90))
BEGINS = NOW - timedelta(hours=4)
ENDS = BEGINS + timedelta(minutes=180)


@dataclass(frozen=True)
class Ended:
    """The visit with its call, its sessions and everybody's place by name."""

    programme: Programme
    call: Call
    visit: Visit
    organiser: Person
    host: Person
    sessions: list[uuid.UUID]
    places: dict[str, Place]


def make_ended_visit(
    session: Session,
    came_to: Mapping[str, Sequence[int]],
    *,
    call: Call | None = None,
    team: int = 1,
    kinds: Mapping[str, PlaceKind] | None = None,
    **values: Any,
) -> Ended:
    """Each name with the numbers of the sessions they came to; at all others they are noted as absent.

    A name whose numbers are empty stayed away. The host's team has `team` members.
    """
    call = call or make_call(session)
    days = {"held_starts_on": BEGINS.date(), "held_ends_on": ENDS.date()}
    visit = make_visit(session, call, capacity=50, **{**days, **values})
    host = make_host(session, visit)
    for number in range(1, team):
        member = make_person(session, f"Host {number}")
        session.add(HostMember(visit_id=visit.id, person_id=member.id))
    items = [_session(visit, *one) for one in SESSIONS]
    session.add_all(items)
    session.flush()
    session.add(
        AgendaRelease(
            visit_id=visit.id,
            number=1,
            published_at=BEGINS - timedelta(days=9),
            published_by=host.id,
            content=release_content(items),
        )
    )
    places = {}
    for seat, (name, numbers) in enumerate(came_to.items(), start=1):
        place = make_held_place(session, visit, name, seat, (kinds or {}).get(name, PlaceKind.PARTICIPANT))
        places[name] = place
        session.add_all(
            _noted(item, place, number in numbers, host) for number, item in enumerate(items, start=1)
        )
    session.flush()
    programme = call.programme
    organiser = make_organiser(session, programme)
    return Ended(programme, call, visit, organiser, host, [one.id for one in items], places)


def make_held_place(session: Session, visit: Visit, name: str, seat: int, kind: PlaceKind) -> Place:
    """An accepted place of somebody new."""
    person = make_person(session, name)
    place = Place(
        visit_id=visit.id,
        person_id=person.id,
        kind=kind,
        state=PlaceState.ACCEPTED,
        seat=seat if kind is PlaceKind.PARTICIPANT else None,
        offered_at=BEGINS - timedelta(days=30),
        settled_at=BEGINS - timedelta(days=29),
    )
    session.add(place)
    session.flush()
    return place


def _session(visit: Visit, after: int, minutes: int) -> AgendaSession:
    starts_at: datetime = BEGINS + timedelta(minutes=after)
    return AgendaSession(
        visit_id=visit.id,
        kind=SessionKind.VIDEO_VISIT,
        title=f"Session at {after}",
        minutes=minutes,
        starts_wall=starts_at.replace(tzinfo=None).isoformat(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
    )


def _noted(item: AgendaSession, place: Place, was_there: bool, host: Person) -> Attendance:
    return Attendance(
        session_id=item.id,
        person_id=place.person_id,
        was_there=was_there,
        how=NotedBy.LIST,
        noted_at=item.ends_at,
        noted_by=host.id,
    )
