"""One place under lock: what every step of a place has in common."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import NotFound, Stale
from peer_visits.outbox.services import withdraw_messages
from peer_visits.places import messages
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services.offering import fill_free_seats, lock_visits
from peer_visits.places.states import LIVE, PLACE, PlaceCommand, PlaceState, WaitingState
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class Held:
    """A place under lock, with all visits of its call."""

    place: Place
    visit: Visit
    visits: Collection[Visit]

    @property
    def call(self) -> Call:
        """The call of its visit."""
        return self.visit.call

    @property
    def facts(self) -> messages.Facts:
        """What every mail about it needs."""
        return {"call": self.call, "visit": self.visit}


def hold(session: Session, place_id: uuid.UUID, expected_version: int | None = None) -> Held:
    """Lock the call's visits and read the place anew. Raises NotFound, or Stale at another version."""
    call_id = session.scalar(select(Visit.call_id).join(Place).where(Place.id == place_id))
    if call_id is None:
        raise NotFound
    visits = lock_visits(session, call_id)
    query = select(Place).where(Place.id == place_id).options(joinedload(Place.person))
    place = session.scalars(query.execution_options(populate_existing=True)).one()
    if expected_version is not None and place.version != expected_version:
        raise Stale
    return Held(place, next(one for one in visits if one.id == place.visit_id), visits)


def step(
    session: Session,
    held: Held,
    command: PlaceCommand,
    *,
    actor: Person | None,
    now: datetime,
    note: str = "",
    **values: object,
) -> None:
    """Take the step, write it down, and let no reminder leave after it. Raises Refused or Stale."""
    place, before = held.place, held.place.state
    after = PLACE.step(before, command)
    update_one(
        session,
        Place,
        Place.id == place.id,
        Place.state == before,
        Place.version == place.version,
        state=after,
        seat=place.seat if after in LIVE else None,
        settled_at=now,
        note=note,
        version=place.version + 1,
        **values,
    )
    if before is PlaceState.OFFERED:
        withdraw_messages(session, place, kind="offer.reminder")
    record(
        session,
        actor=actor,
        now=now,
        action=f"place.{after.value}",
        subject=place,
        programme_id=held.call.programme_id,
        visit=held.visit.slug,
        before=before.value,
    )


def offer_on(session: Session, held: Held, now: datetime) -> None:
    """The freed seat goes to the next; and whoever lost a place may now fit where they wait."""
    waits_for = set(
        session.scalars(
            select(WaitingEntry.visit_id)
            .join(Choice, Choice.id == WaitingEntry.choice_id)
            .join(Application, Application.id == Choice.application_id)
            .where(Application.person_id == held.place.person_id, WaitingEntry.state == WaitingState.WAITING)
        )
    )
    affected = [one for one in held.visits if one.id == held.visit.id or one.id in waits_for]
    fill_free_seats(session, now=now, visits=affected)
