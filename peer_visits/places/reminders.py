"""People are reminded of their offers, and before their visit begins."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.kernel.text import phrase
from peer_visits.kernel.zones import to_utc
from peer_visits.outbox.reminders import Occasion, Reminder, Span
from peer_visits.outbox.reminding import Reminding
from peer_visits.outbox.services import Mail
from peer_visits.places import messages
from peer_visits.places.links import answer_token
from peer_visits.places.models import Place
from peer_visits.places.rules import first_day
from peer_visits.places.services.telling import known_from
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit
from peer_visits.visits.queries import FIRST_DAY

# Nobody is reminded of what they heard of in the same day.
REST = timedelta(hours=24)
# When a day begins, as far as mail is concerned, where the visit is.
_MORNING = time(9)


def read_place(session: Session, place_id: uuid.UUID) -> Place:
    """A place with its person and visit."""
    query = select(Place).where(Place.id == place_id)
    return session.scalars(query.options(joinedload(Place.person), joinedload(Place.visit))).one()


# Offers


def _find_offers(session: Session, span: Span, now: datetime) -> Sequence[uuid.UUID]:
    query = (
        select(Place.id)
        .where(Place.state == PlaceState.OFFERED, Place.answer_by >= now, Place.answer_by <= span.last)
        .order_by(Place.answer_by, Place.id)
    )
    return session.scalars(query).all()


def _offer(session: Session, place_id: uuid.UUID, _now: datetime) -> Occasion | None:
    place = read_place(session, place_id)
    if place.state is not PlaceState.OFFERED or place.answer_by is None:
        return None
    call = place.visit.call
    return Occasion(place.answer_by, call.id, known_at=known_from(call, place.offered_at) + REST)


def _offer_mails(
    session: Session, place_id: uuid.UUID, _reminder: Reminder, _occasion: Occasion
) -> list[Mail]:
    place = read_place(session, place_id)
    token = answer_token(session, place.id)
    return [messages.offer_reminder(place, call=place.visit.call, visit=place.visit, token=token)]


OFFERS = Reminding(
    phrase("Before an offer ends"),
    (
        Reminder("offer.reminder", phrase("First reminder of an offer"), hours=-72, late_hours=36),
        Reminder("offer.reminder_last", phrase("Last reminder of an offer"), hours=-24, late_hours=22),
    ),
    "offer.reminder",
    Place,
    _find_offers,
    _offer,
    _offer_mails,
)


# Visits


def morning(day: date, zone: str) -> datetime:
    """Nine in the morning of a day, where the visit is."""
    return to_utc(datetime.combine(day, _MORNING), zone)


def find_places(session: Session, span: Span, day: ColumnElement[date]) -> Sequence[uuid.UUID]:
    """Accepted places of visits whose day lies in the span, with a day's margin for zones."""
    margin = timedelta(days=1)
    query = (
        select(Place.id)
        .join(Visit, Visit.id == Place.visit_id)
        .join(Call, Call.id == Visit.call_id)
        .where(
            Call.state == CallState.PUBLISHED,
            Place.state == PlaceState.ACCEPTED,
            day >= (span.first - margin).date(),
            day <= (span.last + margin).date(),
        )
        .order_by(Place.id)
    )
    return session.scalars(query).all()


def _find_starting(session: Session, span: Span, _now: datetime) -> Sequence[uuid.UUID]:
    return find_places(session, span, FIRST_DAY)


def _start(session: Session, place_id: uuid.UUID, _now: datetime) -> Occasion | None:
    place = read_place(session, place_id)
    return occasion_of(place, first_day(place.visit))


def occasion_of(place: Place, day: date | None) -> Occasion | None:
    """The morning of a day of the visit, for whoever holds the place and did not get it just now."""
    if day is None or place.state is not PlaceState.ACCEPTED or place.settled_at is None:
        return None
    call = place.visit.call
    return Occasion(morning(day, place.visit.zone), call.id, known_at=place.settled_at + REST)


def _visit_mails(
    session: Session, place_id: uuid.UUID, reminder: Reminder, _occasion: Occasion
) -> list[Mail]:
    place = read_place(session, place_id)
    return [messages.about_place(reminder.name, place, call=place.visit.call, visit=place.visit)]


VISIT_STARTS = Reminding(
    phrase("Before a visit begins"),
    (Reminder("visit.reminder", phrase("Reminder before a visit"), hours=-72, late_hours=48),),
    "visit.reminder",
    Place,
    _find_starting,
    _start,
    _visit_mails,
)
