"""Fetch the place somebody writes for, by their account or by the link of a mail."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peer_visits.places.models import Place
from peer_visits.places.states import PlaceState
from peer_visits.visits.models import Visit


def get_place_to_write(session: Session, place_id: uuid.UUID | None) -> Place | None:
    """The place a mailed link was made for, while its person takes part; nothing for a link that was made for none."""
    if place_id is None:
        return None
    query = (
        select(Place)
        .join(Place.visit)
        .join(Visit.call)
        .where(Place.id == place_id, Place.state == PlaceState.ACCEPTED)
        .options(contains_eager(Place.visit).contains_eager(Visit.call), joinedload(Place.person))
    )
    return session.scalars(query).unique().one_or_none()
