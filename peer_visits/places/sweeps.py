"""What time does to places: offers nobody answered lapse, and go to the next."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.kernel.errors import Refused
from peer_visits.places.models import Place
from peer_visits.places.services.answering import lapse_offer
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import reading, writing


def lapse_due_offers(now: datetime) -> int:
    """Lapse every offer whose time is over, each in a transaction of its own. Returns how many lapsed."""
    return sum(_lapse(place_id, now) for place_id in find_due_offers(reading(), now))


def find_due_offers(session: Session, now: datetime) -> Sequence[uuid.UUID]:
    """Offers past their last second, the longest overdue first."""
    query = (
        select(Place.id)
        .where(Place.state == PlaceState.OFFERED, Place.answer_by <= now - timedelta(seconds=1))
        .order_by(Place.answer_by, Place.id)
    )
    return session.scalars(query).all()


def _lapse(place_id: uuid.UUID, now: datetime) -> bool:
    try:
        with writing() as session:
            lapse_offer(session, now=now, place_id=place_id)
    except Refused:
        return False  # answered, or taken back, after it was found
    return True
