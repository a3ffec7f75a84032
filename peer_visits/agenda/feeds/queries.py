"""Reads for a person's calendar: whose it is, and every visit they take part in or speak at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.agenda.feeds.entries import Issue
from peer_visits.agenda.feeds.models import CalendarFeed
from peer_visits.agenda.models import AgendaRelease, AgendaSpeaker
from peer_visits.agenda.queries.holders import count_taken_back_from
from peer_visits.agenda.queries.releases import COMING
from peer_visits.agenda.releases import Item, released_items
from peer_visits.kernel.ids import digest
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Source:
    """A visit of somebody: every session of theirs where they take part, else those they speak in."""

    visit: Visit
    releases: Sequence[AgendaRelease]
    takes_part: bool
    speaker_ids: frozenset[str]
    since: datetime | None
    # How often the agenda was taken back from them: SEQUENCE counts on from there.
    times: int = 0

    @property
    def issues(self) -> list[Issue]:
        """Its releases as far as calendars go."""
        return [Issue(one.number, one.published_at, released_items(one)) for one in self.releases]

    def holds(self, item: Item) -> bool:
        """Whether a session is theirs."""
        return self.takes_part or not self.speaker_ids.isdisjoint(item.get("speaker_ids", ()))


@dataclass(frozen=True)
class Feed:
    """Somebody's calendar before it is written: its visits, and when anything about it changed last."""

    person: Person
    sources: Sequence[Source]
    changed_at: datetime


def find_feed_of(session: Session, person_id: uuid.UUID) -> CalendarFeed | None:
    """Whether somebody has an address, and since when."""
    return session.get(CalendarFeed, person_id)


def find_owner(session: Session, secret: str) -> tuple[Person, CalendarFeed] | None:
    """Whose calendar stands at an address, as long as it is good."""
    query = select(Person, CalendarFeed).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    row = session.execute(query.where(CalendarFeed.digest == digest(secret))).one_or_none()
    return (row[0], row[1]) if row else None


def read_feed(session: Session, person: Person, made_at: datetime) -> Feed:
    """Everything that stands in a person's calendar, in five statements at most."""
    places = session.scalars(
        select(Place).where(Place.person_id == person.id).options(joinedload(Place.visit))
    ).all()
    held = {place.visit_id: place for place in places if place.state is PlaceState.ACCEPTED}
    speakers = _speakers(session, person)
    visits = {place.visit_id: place.visit for place in held.values()} | _visits(session, speakers)
    releases = _releases(session, visits)
    times = count_taken_back_from(session, person)
    sources = [
        replace(
            _source(visit, releases.get(visit_id, []), held.get(visit_id), speakers), times=times[visit_id]
        )
        for visit_id, visit in sorted(visits.items())
    ]
    moments = [made_at, *(place.settled_at for place in places), *(one.answered_at for one in speakers)]
    moments += [one.published_at for those in releases.values() for one in those]
    return Feed(person, sources, max(one for one in moments if one))


def _speakers(session: Session, person: Person) -> Sequence[AgendaSpeaker]:
    """Where somebody speaks, by the address they have confirmed."""
    if person.email_verified_at is None:
        return []
    query = select(AgendaSpeaker).where(AgendaSpeaker.email == person.email, AgendaSpeaker.state.in_(COMING))
    return session.scalars(query).all()


def _visits(session: Session, speakers: Iterable[AgendaSpeaker]) -> dict[uuid.UUID, Visit]:
    query = select(Visit).where(Visit.id.in_({one.visit_id for one in speakers}))
    return {visit.id: visit for visit in session.scalars(query).unique()}


def _releases(session: Session, visit_ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, list[AgendaRelease]]:
    query = select(AgendaRelease).where(AgendaRelease.visit_id.in_(list(visit_ids)))
    found: dict[uuid.UUID, list[AgendaRelease]] = {}
    for one in session.scalars(query.order_by(AgendaRelease.visit_id, AgendaRelease.number)):
        found.setdefault(one.visit_id, []).append(one)
    return found


def _source(
    visit: Visit, releases: Sequence[AgendaRelease], place: Place | None, speakers: Iterable[AgendaSpeaker]
) -> Source:
    own = [one for one in speakers if one.visit_id == visit.id]
    invited = [one.invited_at for one in own if one.invited_at]
    since = place.settled_at if place else min(invited, default=None)
    return Source(visit, releases, place is not None, frozenset(str(one.id) for one in own), since)
