"""When the mails about places are no longer true, and what they would say now."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.calls.models import Call
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.models import Message
from peer_visits.outbox.reasons import Reason
from peer_visits.outbox.states import MessageState
from peer_visits.places.messages import visit_facts
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.rules import is_in_time
from peer_visits.places.states import LIVE, PlaceState, WaitingState
from peer_visits.visits.models import Visit

# The one state of the place in which a mail of each kind is true.
STATES = {
    "offer.made": PlaceState.OFFERED,
    "offer.reminder": PlaceState.OFFERED,
    "offer.accepted": PlaceState.ACCEPTED,
    "offer.declined": PlaceState.DECLINED,
    "offer.lapsed": PlaceState.LAPSED,
    "offer.withdrawn": PlaceState.WITHDRAWN,
    "place.given_up": PlaceState.WITHDRAWN,
    "place.given_on": PlaceState.WITHDRAWN,
    "visit.reminder": PlaceState.ACCEPTED,
    "place.cancelled": PlaceState.CANCELLED,
}
# What asks for an answer.
_ASKING = {"offer.made", "offer.reminder"}


def _place_gone(session: Session, message: Message, now: datetime) -> Phrase | None:
    place = session.get(Place, message.about_id)
    if place is None or place.state is not STATES[message.kind]:
        return phrase("The place is no longer in the state this mail tells of.")
    if message.kind in _ASKING and not is_in_time(place.answer_by, now):
        return phrase("The time to answer is over.")
    if message.kind in {"offer.withdrawn", "place.given_on"} and _was_never_told(session, place.id):
        return phrase("The mail with the offer never left, so there is nothing to take back.")
    return None


def _was_never_told(session: Session, place_id: uuid.UUID) -> bool:
    query = select(Message.state).where(
        Message.about_kind == Place.__tablename__, Message.about_id == place_id, Message.kind == "offer.made"
    )
    return session.scalars(query).all() == [MessageState.WITHDRAWN]


def _refresh_place(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    place = session.get_one(Place, message.about_id)
    visit = session.get_one(Visit, place.visit_id)
    call = session.get_one(Call, visit.call_id)
    fresh: dict[str, Any] = {"visit": visit_facts(visit), "call": call.title}
    if message.kind in _ASKING:
        fresh["answer_by"] = place.answer_by
    return {**data, **fresh}


def _waiting_gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    return _application_gone(session, message) or (
        None if _lines(session, message.about_id) else phrase("This person waits for no visit any more.")
    )


def _refresh_waiting(session: Session, message: Message, data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "lines": _lines(session, message.about_id)}


def _lines(session: Session, application_id: uuid.UUID) -> list[dict[str, Any]]:
    query = (
        select(Visit, WaitingEntry.position)
        .join(WaitingEntry, WaitingEntry.visit_id == Visit.id)
        .join(Choice, Choice.id == WaitingEntry.choice_id)
        .where(Choice.application_id == application_id, WaitingEntry.state == WaitingState.WAITING)
        .order_by(Choice.rank)
    )
    return [{**visit_facts(visit), "position": position} for visit, position in session.execute(query)]


def _refused_gone(session: Session, message: Message, _now: datetime) -> Phrase | None:
    gone = _application_gone(session, message)
    if gone:
        return gone
    holds = (
        select(Place.id)
        .join(Choice, Choice.id == Place.choice_id)
        .where(Choice.application_id == message.about_id, Place.state.in_(LIVE))
    )
    return phrase("This person holds a place now.") if session.scalar(holds.limit(1)) else None


def _application_gone(session: Session, message: Message) -> Phrase | None:
    application = session.get(Application, message.about_id)
    if application is None or application.state is ApplicationState.WITHDRAWN:
        return phrase("The application was withdrawn.")
    return None


REASONS = {
    **{kind: Reason(_place_gone, _refresh_place) for kind in STATES},
    "application.waiting": Reason(_waiting_gone, _refresh_waiting),
    "application.refused": Reason(_refused_gone),
}
