"""Offers nobody answered lapse, each by itself."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.places.models import Place
from peer_visits.places.services.answering import lapse_offer
from peer_visits.places.states import PlaceState
from peer_visits.places.sweeps import lapse_due_offers
from peer_visits.storage.transaction import reading, writing
from tests.support.places_factories import apply_in_order, make_closed_call, make_place, make_waiting

LAST = timedelta(days=7)


def make_two_offers(now: datetime) -> None:
    """Two offers that end in a week, and one person who waits."""
    with writing() as session:
        story = make_closed_call(session, 2)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit], cat=[visit])
        make_place(session, visit, people["ann"], seat=1)
        make_place(session, visit, people["ben"], seat=2)
        make_waiting(session, visit, people["cat"])


def states() -> list[PlaceState]:
    return sorted(reading().scalars(select(Place.state)))


def test_nothing_lapses_before_its_last_second_is_over(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    assert lapse_due_offers(now + LAST) == 0
    assert states() == [PlaceState.OFFERED] * 2


def test_what_is_due_lapses_and_goes_to_the_next(app: Flask, now: datetime) -> None:
    make_two_offers(now)
    assert lapse_due_offers(now + LAST + timedelta(seconds=1)) == 2
    assert states() == [PlaceState.LAPSED, PlaceState.LAPSED, PlaceState.OFFERED]
    assert lapse_due_offers(now + LAST + timedelta(seconds=2)) == 0


def test_one_that_was_answered_meanwhile_stops_nobody_else(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_two_offers(now)
    asked: list[uuid.UUID] = []

    def first_was_answered(session: Session, *, now: datetime, place_id: uuid.UUID) -> Place:
        asked.append(place_id)
        if len(asked) == 1:
            raise Refused(phrase("Answered already."))
        return lapse_offer(session, now=now, place_id=place_id)

    monkeypatch.setattr("peer_visits.places.sweeps.lapse_offer", first_was_answered)
    assert lapse_due_offers(now + LAST + timedelta(hours=1)) == 1
