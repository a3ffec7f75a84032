"""Killed with SIGKILL while deciding, promoting and sweeping: all or nothing, no mail without its decision.

A sample of kills always; `PEER_VISITS_HEAVY=1` kills 300 times.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.cli.check import find_broken
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services.undoing import undo_decision
from peer_visits.storage.transaction import db, reading, writing
from tests.support import apps
from tests.support.places_factories import apply_in_order, hand_over, make_closed_call
from tests.support.processes import ROOT, environment
from tests.support.rush import make_rush

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
KILLS = 75 if HEAVY else 3  # for each of two tests on each of two databases
PEOPLE = 60


@dataclass
class Installation:
    """An installation of its own, and the processes that are killed in it."""

    env: dict[str, str]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.support.rush", *arguments]
        return subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def installation(own_database: str, tmp_path: Path) -> Iterator[Installation]:
    settings = apps.test_settings(tmp_path, own_database)
    with apps.make_app(settings).app_context():
        yield Installation(environment(tmp_path, DATABASE_URL=own_database, SECRET_KEY=settings.secret_key))
        db.session.remove()
        db.engine.dispose()


def test_a_decision_is_whole_or_not_at_all(installation: Installation) -> None:
    with writing() as session:
        story = make_closed_call(session, 10, 10, grace_minutes=60)
        names = {f"p{number}": story.visits for number in range(PEOPLE)}
        people = list(apply_in_order(session, story.call, **names).values())
        for visit in story.visits:
            hand_over(session, visit, people[:30], people[30:50])
        call_id, organiser_id = story.call.id, story.organiser.id
    length = time_of_a_decision(installation, call_id, organiser_id)
    chance, decided = random.Random(20261126), 0
    for _kill in range(KILLS):
        process = installation.start("decide", str(call_id), str(organiser_id))
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 1.2 * length))
        process.kill()
        process.communicate()
        decided += look_after(call_id, organiser_id)
    print(f"{KILLS} decisions killed within {length:.2f} s: {decided} whole, {KILLS - decided} not at all")


def time_of_a_decision(installation: Installation, call_id: uuid.UUID, organiser_id: uuid.UUID) -> float:
    """How long it takes undisturbed, in seconds; it is undone again."""
    process = installation.start("decide", str(call_id), str(organiser_id))
    assert process.stdout is not None
    process.stdout.readline()
    begun = time.monotonic()
    process.communicate(timeout=120)
    assert look_after(call_id, organiser_id) == 1
    return time.monotonic() - begun


def look_after(call_id: uuid.UUID, organiser_id: uuid.UUID) -> int:
    """Everything or nothing is there; what is there is undone for the next round. Gives whether it was."""
    reading().rollback()
    session = reading()
    assert find_broken(session) == []
    is_decided = session.get_one(Call, call_id).decided_at is not None
    mails = select(func.count(Message.id)).where(Message.state != MessageState.WITHDRAWN)
    found = (
        session.scalar(select(func.count(Place.id))),
        session.scalar(select(func.count()).select_from(WaitingEntry)),
        session.scalar(mails),
    )
    assert found == ((20, found[1], PEOPLE) if is_decided else (0, 0, 0))
    if is_decided:
        assert found[1]
        with writing() as writer:
            actor = writer.get_one(Person, organiser_id)
            undo_decision(writer, actor=actor, now=clock.now(), call_id=call_id)
    return int(is_decided)


def test_answers_and_promotions_are_whole_or_not_at_all(installation: Installation) -> None:
    """Whatever a process told as kept is kept, and each freed place went on with its mail or is still held."""
    with writing() as session:
        make_rush(session, 4, 20 * KILLS)
    chance, told = random.Random(20261126), 0
    for number in range(KILLS):
        process = installation.start("answer", str(number), "100000")
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline())]
        killer = threading.Timer(chance.uniform(0, 0.5), process.kill)
        killer.start()
        rest = process.communicate()[0].splitlines()
        lines += [json.loads(line) for line in rest if line.endswith("}")]
        killer.join()
        told += len(lines)
        check_answers(lines)
    print(f"{KILLS} processes killed at work: {told} answers told, all of them kept")
    assert told > KILLS, "nothing was answered between the kills"


def check_answers(lines: list[dict[str, object]]) -> None:
    reading().rollback()
    assert find_broken(reading()) == []
    versions = {str(place.id): place.version for place in reading().scalars(select(Place))}
    kept = [line for line in lines if not line.get("refused")]
    assert all(versions[str(line["place"])] >= int(str(line["version"])) for line in kept)
    made = select(func.count(Message.id)).where(Message.kind == "offer.made")
    assert reading().scalar(made) == count_promoted()


def count_promoted() -> int:
    """Places that came from the waiting list: the first three of each visit were made by hand."""
    return (reading().scalar(select(func.count(Place.id))) or 0) - 3 * 4
