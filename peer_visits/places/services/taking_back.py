"""Places taken back: by the organiser with an explanation, or with an application that is withdrawn."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Choice
from peer_visits.outbox.services import withdraw_messages
from peer_visits.places import messages
from peer_visits.places.models import Place
from peer_visits.places.services.holding import Held, hold, offer_on, step
from peer_visits.places.services.offering import lock_visits, stop_waiting
from peer_visits.places.services.telling import tell
from peer_visits.places.states import LIVE, PlaceCommand, PlaceState


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
    held = hold(session, place_id, expected_version)
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
    """The organiser cancels an accepted place, of whatever kind."""
    held = hold(session, place_id, expected_version)
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


def _take_back(
    session: Session,
    held: Held,
    command: PlaceCommand,
    *,
    kind: str,
    actor: Person,
    now: datetime,
    explanation: str,
) -> None:
    step(session, held, command, actor=actor, now=now, note=explanation)
    mail = messages.taken_back(kind, held.place, **held.facts, explanation=explanation)
    tell(session, mail, call=held.call, now=now)
    offer_on(session, held, now)


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
        held = hold(session, place_id)
        offered = held.place.state is PlaceState.OFFERED
        step(session, held, PlaceCommand.DECLINE if offered else PlaceCommand.GIVE_UP, actor=actor, now=now)
        withdraw_messages(session, held.place, kind="offer.made")
        offer_on(session, held, now)
    return len(places)
