"""What happens to one place: its person answers or gives up, the organiser takes it back, time passes.

Each frees a seat or keeps it, tells the person, and offers a freed seat on in the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.audit.services import record
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import NotFound, Refused, Stale
from peer_visits.kernel.text import phrase
from peer_visits.outbox.services import post, withdraw_messages
from peer_visits.places import messages
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.rules import is_in_time
from peer_visits.places.services.offering import fill_free_seats, lock_visits, stop_waiting
from peer_visits.places.states import LIVE, PLACE, PlaceCommand, PlaceKind, PlaceState, WaitingState
from peer_visits.storage.steps import update_one
from peer_visits.visits.models import Visit


@dataclass(frozen=True)
class _Held:
    """A place under lock, with all visits of its call."""

    place: Place
    visit: Visit
    visits: Collection[Visit]

    @property
    def call(self) -> Call:
        return self.visit.call


def accept_offer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int | None = None,
) -> Place:
    """Take the offered place. With it the person leaves waiting lists once they hold all they may."""
    held = _hold(session, place_id, expected_version)
    _refuse_late(held.place, now)
    _step(session, held, PlaceCommand.ACCEPT, actor=actor, now=now)
    if _accepted_places(session, held) >= held.call.places_per_person:
        _stop_waiting(session, held.place)
    post(session, messages.answer_received("offer.accepted", held.place, **_facts(held), at=now), now=now)
    return held.place


def decline_offer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int | None = None,
) -> Place:
    """Leave the offered place to the next."""
    held = _hold(session, place_id, expected_version)
    _refuse_late(held.place, now)
    _step(session, held, PlaceCommand.DECLINE, actor=actor, now=now)
    post(session, messages.answer_received("offer.declined", held.place, **_facts(held), at=now), now=now)
    _offer_on(session, held, now)
    return held.place


def give_up_place(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    expected_version: int | None = None,
) -> Place:
    """Give an accepted place back."""
    held = _hold(session, place_id, expected_version)
    _step(session, held, PlaceCommand.GIVE_UP, actor=actor, now=now)
    post(session, messages.answer_received("place.given_up", held.place, **_facts(held), at=now), now=now)
    _offer_on(session, held, now)
    return held.place


def withdraw_offer(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    explanation: str,
    expected_version: int | None = None,
) -> Place:
    """The organiser takes back an offer nobody has answered. An unsent mail about it stays unsent."""
    held = _hold(session, place_id, expected_version)
    withdraw_messages(session, held.place, kind="offer.made")
    _take_back(
        session,
        held,
        PlaceCommand.WITHDRAW_OFFER,
        kind="offer.withdrawn",
        actor=actor,
        now=now,
        explanation=explanation,
    )
    return held.place


def cancel_place(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    place_id: uuid.UUID,
    explanation: str,
    expected_version: int | None = None,
) -> Place:
    """The organiser cancels an accepted place."""
    held = _hold(session, place_id, expected_version)
    _take_back(
        session,
        held,
        PlaceCommand.CANCEL,
        kind="place.cancelled",
        actor=actor,
        now=now,
        explanation=explanation,
    )
    return held.place


def lapse_offer(session: Session, *, now: datetime, place_id: uuid.UUID) -> Place:
    """End an offer whose time to answer is over. Raises Refused if it is not."""
    held = _hold(session, place_id, None)
    if is_in_time(held.place.answer_by, now):
        raise Refused(phrase("There is still time to answer this offer."))
    _step(session, held, PlaceCommand.LAPSE, actor=None, now=now)
    withdraw_messages(session, held.place, kind="offer.made")
    post(session, messages.lapsed(held.place, **_facts(held)), now=now)
    _offer_on(session, held, now)
    return held.place


def release_places(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, application_id: uuid.UUID
) -> int:
    """Give back whatever an application holds and let it wait nowhere, when it is withdrawn.

    Returns how many places became free; the person is told by the mail about the withdrawal.
    """
    lock_visits(session, call_id)
    stop_waiting(session, application_id)
    query = (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .where(Choice.application_id == application_id, Place.state.in_(LIVE))
    )
    places = list(session.scalars(query))
    for place_id in places:
        held = _hold(session, place_id, None)
        offered = held.place.state is PlaceState.OFFERED
        _step(session, held, PlaceCommand.DECLINE if offered else PlaceCommand.GIVE_UP, actor=actor, now=now)
        withdraw_messages(session, held.place, kind="offer.made")
        _offer_on(session, held, now)
    return len(places)


def _hold(session: Session, place_id: uuid.UUID, expected_version: int | None) -> _Held:
    call_id = session.scalar(select(Visit.call_id).join(Place).where(Place.id == place_id))
    if call_id is None:
        raise NotFound
    visits = lock_visits(session, call_id)
    query = select(Place).where(Place.id == place_id).options(joinedload(Place.person))
    place = session.scalars(query.execution_options(populate_existing=True)).one()
    if expected_version is not None and place.version != expected_version:
        raise Stale
    return _Held(place, next(one for one in visits if one.id == place.visit_id), visits)


def _facts(held: _Held) -> messages.Facts:
    return {"call": held.call, "visit": held.visit}


def _refuse_late(place: Place, now: datetime) -> None:
    if place.state is PlaceState.OFFERED and place.answer_by and not is_in_time(place.answer_by, now):
        raise Refused(
            phrase("The time to answer this offer ended on %(moment)s.", moment=place.answer_by),
        )


def _step(
    session: Session, held: _Held, command: PlaceCommand, *, actor: Person | None, now: datetime
) -> None:
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
        version=place.version + 1,
    )
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


def _take_back(
    session: Session,
    held: _Held,
    command: PlaceCommand,
    *,
    kind: str,
    actor: Person,
    now: datetime,
    explanation: str,
) -> None:
    _step(session, held, command, actor=actor, now=now)
    post(session, messages.taken_back(kind, held.place, **_facts(held), explanation=explanation), now=now)
    _offer_on(session, held, now)


def _accepted_places(session: Session, held: _Held) -> int:
    mine = (
        select(func.count(Place.id))
        .join(Visit, Visit.id == Place.visit_id)
        .where(
            Place.person_id == held.place.person_id,
            Place.kind == PlaceKind.PARTICIPANT,
            Place.state == PlaceState.ACCEPTED,
            Visit.call_id == held.visit.call_id,
        )
    )
    return session.scalar(mine) or 0


def _stop_waiting(session: Session, place: Place) -> None:
    application_id = session.scalar(select(Choice.application_id).where(Choice.id == place.choice_id))
    if application_id:
        stop_waiting(session, application_id)


def _offer_on(session: Session, held: _Held, now: datetime) -> None:
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
