"""Processes that answer, lapse, promote and decide at random, as many people and workers would at once.

    python -m tests.support.rush answer SEED STEPS     steps of places, each told as a line of JSON once it is kept
    python -m tests.support.rush race SEED STEPS       the same with the lock off: what it is worth
    python -m tests.support.rush serve                 reads the start is made once, then each line is a process:
                                                       FILE COMMAND ARGUMENT... writes to FILE; its id is told

It works on the installation of its environment, through the product's own services and transactions. Commands of a
served process: `answer`, `decide CALL PERSON` (one decision), `sweep MOMENT` (lapse what is due, give on what is free).
Each says `ready` when it begins, and `done` when it was let to its end.
"""

from __future__ import annotations

import json
import os
import random
import sys
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, event, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from peer_visits import create_app
from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.places.models import Place
from peer_visits.places.services import offering
from peer_visits.places.services.answering import accept_offer, decline_offer, give_up_place, lapse_offer
from peer_visits.places.services.deciding import decide_call
from peer_visits.places.states import LIVE, PlaceState
from peer_visits.places.sweeps import give_free_places_on, lapse_due_offers
from peer_visits.storage import engine
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support.factories import NOW

SWEEPS = 0.02  # of the steps


def answer_at_random(seed: int, steps: int) -> None:
    """Take steps until there are enough; a step that somebody else was faster with counts too."""
    chance = random.Random(seed)
    for _step in range(steps):
        if chance.random() < SWEEPS:
            give_free_places_on(NOW)
            continue
        session = reading()
        session.rollback()
        found = session.execute(
            select(Place.id, Place.state, Place.version, Place.answer_by).where(Place.state.in_(LIVE))
        ).all()
        if not found:
            return
        place_id, state, version, answer_by = chance.choice(found)
        _take(chance, place_id, state, version, answer_by)


def _take(
    chance: random.Random, place_id: uuid.UUID, state: PlaceState, version: int, answer_by: datetime | None
) -> None:
    try:
        with writing() as session:
            actor = session.scalars(select(Person).limit(1)).one()
            seen: dict[str, Any] = {"place_id": place_id, "expected_version": version, "actor": actor}
            if state is PlaceState.ACCEPTED:
                place = give_up_place(session, now=NOW, **seen)
            elif chance.random() < 0.4:
                place = accept_offer(session, now=NOW, **seen)
            elif chance.random() < 0.5:
                place = decline_offer(session, now=NOW, **seen)
            else:
                place = lapse_offer(session, now=(answer_by or NOW) + timedelta(hours=1), place_id=place_id)
            line = {"place": str(place_id), "state": place.state.value, "version": place.version}
    except (Refused, OperationalError):  # too late; or, on a busy machine, waited too long for the lock
        line = {"place": str(place_id), "refused": True}
    print(json.dumps(line), flush=True)


def take_the_lock_off() -> None:
    """Writers no longer wait for each other: what one of them counted may be different when it writes."""
    if db.engine.dialect.name == "sqlite":
        event.remove(db.engine, "begin", engine._begin_sqlite)
        event.listen(db.engine, "begin", _begin_nothing)
        return
    for module in list(sys.modules.values()):
        if getattr(module, "lock_visits", None) is offering.lock_visits and module is not offering:
            module.lock_visits = _read_visits  # type: ignore[attr-defined]
    offering.lock_visits = _read_visits


def _begin_nothing(connection: Any) -> None:
    """On SQLite the one writer is the lock. Without BEGIN every statement stands alone."""
    connection.exec_driver_sql("PRAGMA query_only = OFF")


def _read_visits(session: Any, call_id: uuid.UUID) -> list[Visit]:
    query: Select[Visit] = select(Visit).where(Visit.call_id == call_id).order_by(Visit.position)
    return list(session.scalars(query).unique())


def race_at_random(seed: int, steps: int) -> None:
    """Steps without the lock. A database that refuses what was decided too late is a step too."""
    take_the_lock_off()
    for step in range(steps):
        try:
            answer_at_random(seed * 100_000 + step, 1)
        except SQLAlchemyError:
            reading().rollback()


def decide(call: str, person: str) -> None:
    """Decide the call."""
    with writing() as session:
        actor = session.get_one(Person, uuid.UUID(person))
        decide_call(session, actor=actor, now=clock.now(), call_id=uuid.UUID(call), leave_empty=True)


def sweep(moment: str) -> None:
    """What the worker does each minute, at this moment."""
    lapse_due_offers(datetime.fromisoformat(moment))
    give_free_places_on(datetime.fromisoformat(moment))


COMMANDS: dict[str, Callable[..., None]] = {
    "answer": lambda seed, steps: answer_at_random(int(seed), int(steps)),
    "race": lambda seed, steps: race_at_random(int(seed), int(steps)),
    "decide": decide,
    "sweep": sweep,
}


def serve() -> None:
    """Become a process for each line, so that what is slow, the start, is made once."""
    for line in sys.stdin:
        output, command, *arguments = line.split()
        child = os.fork()
        if child == 0:
            _become(output, command, arguments)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


def _become(output: str, command: str, arguments: list[str]) -> None:
    """The child: connections and files of its own, and no way back into the parent's work."""
    db.engine.dispose(close=False)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    try:
        print("ready", flush=True)
        COMMANDS[command](*arguments)
        print("done", flush=True)
    finally:
        os._exit(0)


def main(command: str, *arguments: str) -> None:
    """Run one command on the installation of the environment."""
    with create_app().app_context():
        if command == "serve":
            serve()
        else:
            COMMANDS[command](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
