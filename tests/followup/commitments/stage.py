"""A visit that has ended, with people who came, one who was absent, one who gave the place up, and a speaker."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from peer_visits.accounts.models import Person
from peer_visits.followup.commitments.links import KEY
from peer_visits.followup.commitments.models import Commitment
from peer_visits.followup.commitments.queries import find_sheet
from peer_visits.followup.commitments.reminders import ask_for_commitments
from peer_visits.followup.commitments.rules import add_months
from peer_visits.followup.commitments.services import (
    Answer,
    Words,
    answer_commitment,
    write_commitments,
)
from peer_visits.followup.commitments.states import CommitmentState, DropReason, Showing
from peer_visits.kernel import clock
from peer_visits.kernel.zones import to_utc
from peer_visits.outbox.models import Message
from peer_visits.places.models import Place
from peer_visits.places.states import PlaceKind, PlaceState
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import make_host, make_person
from tests.support.places_factories import apply_in_order, make_closed_call, make_place

FIRST_DAY, LAST_DAY = date(2026, 9, 14), date(2026, 9, 16)
ZONE = "Europe/Amsterdam"
ClientOf = Callable[[Person], FlaskClient]


def morning(day: date) -> datetime:
    """Nine o'clock of the day where the visit is."""
    return to_utc(datetime(day.year, day.month, day.day, 9), ZONE)


HOME = morning(LAST_DAY) + timedelta(days=1)
AFTER_3 = morning(add_months(LAST_DAY, 3)) + timedelta(hours=25)
AFTER_6 = morning(add_months(LAST_DAY, 6)) + timedelta(hours=25)


@dataclass
class Stage:
    """Ids and addresses of what was made."""

    call: str
    programme: str
    visit: str
    visit_id: uuid.UUID
    places: dict[str, uuid.UUID]
    people: dict[str, uuid.UUID]

    def secret(self, name: str) -> str:
        """What stands at the end of the link in somebody's mails."""
        links = current_app.extensions["session_info"][KEY]
        return str(links.make(self.places[name]))

    def person(self, name: str) -> Person:
        """One of them."""
        reading().rollback()
        return reading().get_one(Person, self.people[name])


def make_stage() -> Stage:
    """Ann and Ben came, Cat gave the place up, Sam spoke, Gus was the host's guest."""
    with writing() as session:
        made = make_closed_call(session, 5)
        visit = made.visits[0]
        visit.zone, visit.held_starts_on, visit.held_ends_on = ZONE, FIRST_DAY, LAST_DAY
        made.call.decided_at = made.call.closes_at
        wishes = apply_in_order(session, made.call, ann=[visit], ben=[visit], cat=[visit])
        states = (PlaceState.ACCEPTED, PlaceState.ACCEPTED, PlaceState.WITHDRAWN)
        places = {
            name: make_place(session, visit, wishes[name], state, seat=seat)
            for seat, (name, state) in enumerate(zip(wishes, states, strict=True), start=1)
        }
        for name, kind in (("sam", PlaceKind.SPEAKER), ("gus", PlaceKind.HOST_GUEST)):
            person = make_person(session, name.title(), country="IT")
            places[name] = Place(
                visit_id=visit.id,
                person_id=person.id,
                kind=kind,
                state=PlaceState.ACCEPTED,
                offered_at=made.call.closes_at,
                settled_at=made.call.closes_at,
            )
            session.add(places[name])
        session.flush()
        people = {name: place.person_id for name, place in places.items()}
        people |= {"olga": made.organiser.id, "hanna": make_host(session, visit).id}
        ids = {name: place.id for name, place in places.items()}
        return Stage(made.call.slug, made.programme.slug, visit.slug, visit.id, ids, people)


def write(
    stage: Stage,
    name: str,
    *promises: str,
    showing: Showing = Showing.HIDDEN,
    at: datetime = HOME,
    version: int | None = None,
) -> None:
    """Somebody writes what they take home."""
    with writing() as session:
        place_id = stage.places[name]
        sheet = find_sheet(session, place_id)
        expected = version if version is not None else sheet.version if sheet else 0
        write_commitments(
            session,
            actor=session.get_one(Person, stage.people[name]),
            now=at,
            place_id=place_id,
            expected_version=expected,
            written=[
                Words(number, f"Lesson {number}" if words else "", words)
                for number, words in enumerate((*promises, "", "")[:3], start=1)
            ],
            showing=showing,
        )


def answer(
    stage: Stage,
    name: str,
    state: CommitmentState,
    *,
    at: datetime,
    number: int = 1,
    reason: DropReason | None = None,
    note: str = "",
) -> None:
    """Somebody says what came of one of theirs."""
    reading().rollback()
    version = find(stage, name, number).version
    with writing() as session:
        answer_commitment(
            session,
            actor=session.get_one(Person, stage.people[name]),
            now=at,
            place_id=stage.places[name],
            number=number,
            expected_version=version,
            answer=Answer(state, reason, note),
        )


def find(stage: Stage, name: str, number: int = 1) -> Commitment:
    """One of somebody's commitments."""
    query = select(Commitment).where(Commitment.place_id == stage.places[name], Commitment.number == number)
    return reading().scalars(query).one()


def told(*moments: datetime) -> list[str]:
    """Whom the sweep writes to at these moments, and with which text."""
    for moment in moments:
        ask_for_commitments(moment)
    reading().rollback()
    messages = reading().scalars(select(Message).order_by(Message.created_at, Message.to_name))
    return [f"{one.to_name} {(one.data or {})['words']}" for one in messages]


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock."""
    with clock.frozen(moment):
        yield
