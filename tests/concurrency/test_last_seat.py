"""Two connections want the last seat. One gets it, whatever the moment; and a control shows what that is worth."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Uuid,
    create_engine,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.applications.models import Application, Choice
from peer_visits.applications.states import ApplicationState
from peer_visits.kernel.errors import Stale
from peer_visits.places.invariants import find_broken
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services import offering
from peer_visits.places.services.answering import accept_offer, decline_offer
from peer_visits.places.services.offering import fill_free_seats, lock_visits
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import NOW
from tests.support.places_factories import apply_in_order, make_closed_call, make_place, make_waiting

SAMPLE, HEAVY = 200, 10_000
ROUNDS_PER_VISIT = 200
ROUNDS = HEAVY if os.environ.get("PEER_VISITS_HEAVY") else SAMPLE

Outcomes = list[object]


def together(app: Flask, *works: Callable[[], object]) -> Outcomes:
    """Start all works at the same moment, each on a connection of its own; a refusal is an outcome too."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            ready.wait(10)
            try:
                return work()
            except Stale as stale:
                return stale

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def make_crowd(people: int) -> tuple[uuid.UUID, uuid.UUID]:
    """A visit without a free seat, and this many people who wait for it. Gives the ids of call and visit."""
    with writing() as session:
        story = make_closed_call(session, 1)
        [visit] = story.visits
        first = apply_in_order(session, story.call, ann=[visit])["ann"]
        make_place(session, visit, first)
        for number in range(1, people + 1):
            person = Person(
                id=uuid.uuid4(),
                name=f"Waiting {number}",
                email=f"{uuid.uuid4().hex}@example.org",
                created_at=NOW,
            )
            application = Application(
                id=uuid.uuid4(),
                call_id=story.call.id,
                person_id=person.id,
                state=ApplicationState.SUBMITTED,
                sent_number=1,
                created_at=NOW,
                saved_at=NOW,
                submitted_at=NOW,
            )
            choice = Choice(
                id=uuid.uuid4(), application_id=application.id, visit_id=visit.id, rank=1, is_sent=True
            )
            session.add_all([person, application, choice])
            session.flush()
            session.add(WaitingEntry(choice_id=choice.id, visit_id=visit.id, position=number))
        return story.call.id, visit.id


def add_seat(visit_id: uuid.UUID) -> None:
    with writing() as session:
        session.get_one(Visit, visit_id).capacity += 1


def fill(call_id: uuid.UUID) -> int:
    with writing() as session:
        return len(fill_free_seats(session, now=NOW, visits=lock_visits(session, call_id)))


def test_the_last_seat_is_offered_once(app: Flask) -> None:
    for _batch in range(0, ROUNDS, ROUNDS_PER_VISIT):
        call_id, visit_id = make_crowd(ROUNDS_PER_VISIT * 2)
        for _round in range(ROUNDS_PER_VISIT):
            add_seat(visit_id)
            outcomes = together(app, partial(fill, call_id), partial(fill, call_id))
            assert sorted(map(str, outcomes)) == ["0", "1"]
    assert find_broken(reading()) == []


def test_two_answers_to_one_offer_count_once(app: Flask) -> None:
    with writing() as session:
        story = make_closed_call(session, 1)
        [visit] = story.visits
        people = apply_in_order(session, story.call, **{f"p{n}": [visit] for n in range(12)})
        first, *others = people.values()
        make_place(session, visit, first)
        make_waiting(session, visit, *others)
        organiser_id = story.organiser.id
    for _round in range(10):
        place_id, version = reading().execute(offered()).one()

        def answer(service: Callable[..., Place], place: uuid.UUID = place_id, seen: int = version) -> str:
            with writing() as session:
                actor = session.get_one(Person, organiser_id)
                service(session, actor=actor, now=NOW, place_id=place, expected_version=seen)
            return service.__name__

        outcomes = together(app, lambda: answer(accept_offer), lambda: answer(decline_offer))
        assert sum(isinstance(one, Stale) for one in outcomes) == 1
        if "accept_offer" in outcomes:
            break
        db.session.rollback()
    db.session.rollback()
    assert find_broken(reading()) == []


def offered() -> Select[uuid.UUID, int]:
    return select(Place.id, Place.version).where(Place.state == PlaceState.OFFERED)


def test_without_the_lock_the_index_still_refuses(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the lock off, two transactions do choose the same seat, and one is refused."""
    if database_url.startswith("sqlite"):
        pytest.skip("on SQLite the one writer is the lock, and cannot be off")
    _call_id, visit_id = make_crowd(2)
    add_seat(visit_id)
    chosen = threading.Barrier(2)
    taken_seats = offering.taken_seats

    def count_then_wait(session: Session, one: uuid.UUID) -> set[int]:
        taken = taken_seats(session, one)
        chosen.wait(10)
        return taken

    monkeypatch.setattr(offering, "taken_seats", count_then_wait)

    def offer_without_lock() -> bool:
        with writing() as session:
            visit = session.get_one(Visit, visit_id)
            return offering.promote_next(session, now=NOW, visit=visit) is not None

    outcomes = together(app, offer_without_lock, offer_without_lock)
    assert sorted(type(one).__name__ for one in outcomes) == ["Stale", "bool"]


# The control on copies of the table: the same reading and writing, with and without the index.


@pytest.fixture
def plain_engine(app: Flask, database_url: str) -> Iterator[Engine]:
    """A connection that commits every statement by itself, as a program without transactions would."""
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def copy_of_places(engine: Engine, *, index: bool) -> Table:
    copy = Table(
        "place_copy",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("visit_id", Uuid),
        Column("seat", Integer),
        Column("state", String(20)),
    )
    if index:
        live = text("state IN ('offered', 'accepted')")
        Index("uq_copy", copy.c.visit_id, copy.c.seat, unique=True, sqlite_where=live, postgresql_where=live)
    copy.drop(engine, checkfirst=True)
    copy.create(engine)
    return copy


def take_last_seat(
    connection: Connection, copy: Table, visit_id: uuid.UUID, counted: threading.Barrier
) -> bool:
    held = select(func.count()).where(copy.c.visit_id == visit_id, copy.c.state.in_(LIVE))
    is_free = connection.execute(held).scalar() == 0
    counted.wait(10)
    if is_free:
        connection.execute(insert(copy).values(visit_id=visit_id, seat=1, state="offered"))
    return is_free


def race(engine: Engine, copy: Table) -> list[str]:
    visit_id, counted = uuid.uuid4(), threading.Barrier(2)

    def run(_number: int) -> str:
        with engine.connect() as connection:
            try:
                return "taken" if take_last_seat(connection, copy, visit_id, counted) else "full"
            except IntegrityError:
                return "refused"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, range(2)))


@pytest.mark.parametrize(
    ("index", "outcome"), [(False, ["taken", "taken"]), (True, ["refused", "taken"])], ids=["without", "with"]
)
def test_what_the_index_is_worth(plain_engine: Engine, index: bool, outcome: list[str]) -> None:
    copy = copy_of_places(plain_engine, index=index)
    try:
        assert [race(plain_engine, copy) for _round in range(10)] == [outcome] * 10
    finally:
        copy.drop(plain_engine)
