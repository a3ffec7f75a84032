"""Killed with SIGKILL while deciding, promoting and sweeping: all or nothing, no mail without its decision.

A sample of kills always; `PEER_VISITS_HEAVY=1` kills 300 times on each database. One process makes the application;
each process that is killed is made from it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from peer_visits.accounts.models import Person
from peer_visits.calls.models import Call
from peer_visits.cli.check import find_broken
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.places.models import Place, WaitingEntry
from peer_visits.places.services.undoing import undo_decision
from peer_visits.places.states import PlaceState
from peer_visits.storage.transaction import db, reading, writing
from tests.support import apps
from tests.support.allocation_factories import work_out
from tests.support.crowds import find_untold, make_rush
from tests.support.factories import NOW
from tests.support.places_factories import apply_in_order, hand_over, make_closed_call
from tests.support.processes import ROOT, environment

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
KILLS = 100 if HEAVY else 3  # of each of three kinds, on each database
PEOPLE = 24
OVERDUE = NOW + timedelta(days=8)


@dataclass
class Installation:
    """An installation of its own, and the processes that are killed in it."""

    env: dict[str, str]
    output: Path
    server: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.rush", "serve"]
        pipe = subprocess.PIPE
        self.server = subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )

    def run(self, *command: str, seconds: float | None = None, after: int = 1) -> list[str]:
        """What a process told that is killed so many seconds after its first lines; None lets it end."""
        child = int(self._ask(" ".join((str(self.output), *command))))
        while not self.output.exists() or self.output.read_text().count("\n") < after:
            time.sleep(0.002)
        if seconds is not None:
            end_of(child, seconds)
        assert self._hear() == "ended"
        lines = self.output.read_text().splitlines(keepends=True)[1:]
        self.output.unlink()
        reading().rollback()
        return [line for line in lines if line.endswith("\n")]

    def _ask(self, line: str) -> str:
        assert self.server.stdin is not None
        self.server.stdin.write(line + "\n")
        return self._hear()

    def _hear(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline().strip()

    def stop(self) -> None:
        """End the process that makes the others."""
        self.server.communicate()


def end_of(child: int, seconds: float) -> None:
    """Kill the process after so many seconds, unless it comes to its own end before."""
    deadline = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(child, 0)
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)


@pytest.fixture
def installation(own_database: str, tmp_path: Path) -> Iterator[Installation]:
    settings = apps.test_settings(tmp_path, own_database)
    with apps.make_app(settings).app_context():
        env = environment(tmp_path, DATABASE_URL=own_database, SECRET_KEY=settings.secret_key)
        made = Installation(env, tmp_path / "told")
        yield made
        made.stop()
        db.session.remove()
        db.engine.dispose()


def test_a_decision_is_whole_or_not_at_all(installation: Installation) -> None:
    with writing() as session:
        story = make_closed_call(session, 4, 4, grace_minutes=60)
        names = {f"p{number}": story.visits for number in range(PEOPLE)}
        people = list(apply_in_order(session, story.call, **names).values())
        for visit in story.visits:
            hand_over(session, visit, people[:12], people[12:20])
        work_out(session, story.call, story.organiser)
        call_id, organiser_id = story.call.id, story.organiser.id
    decision = ("decide", str(call_id), str(organiser_id))
    begun = time.monotonic()
    assert installation.run(*decision) == ["done\n"]
    length = time.monotonic() - begun
    assert look_after(call_id, organiser_id) == 1
    chance, decided = random.Random(20261126), 0
    for _kill in range(KILLS):
        installation.run(*decision, seconds=chance.uniform(0, 1.1 * length))
        decided += look_after(call_id, organiser_id)
    print(f"{KILLS} decisions killed within {length:.2f} s: {decided} whole, {KILLS - decided} not at all")


def look_after(call_id: uuid.UUID, organiser_id: uuid.UUID) -> int:
    """Everything or nothing is there; what is there is undone for the next round. Gives whether it was."""
    session = reading()
    assert find_broken(session) == []
    is_decided = session.get_one(Call, call_id).decided_at is not None
    mails = select(func.count(Message.id)).where(Message.state != MessageState.WITHDRAWN)
    found = (
        session.scalar(select(func.count(Place.id))),
        session.scalar(select(func.count()).select_from(WaitingEntry)),
        session.scalar(mails),
    )
    assert found == ((8, found[1], PEOPLE) if is_decided else (0, 0, 0))
    if is_decided:
        assert found[1]
        with writing() as writer:
            actor = writer.get_one(Person, organiser_id)
            undo_decision(writer, actor=actor, now=clock.now(), call_id=call_id)
    return int(is_decided)


def test_answers_and_promotions_are_whole_or_not_at_all(installation: Installation) -> None:
    """Whatever a process told as kept is kept, and each freed place went on with its mail or is still held."""
    with writing() as session:
        make_rush(session, 4, 10 + 10 * KILLS)
    chance, told = random.Random(20261126), 0
    for number in range(KILLS):
        lines = installation.run("answer", str(number), "100000", seconds=chance.uniform(0, 0.6), after=2)
        answers = [json.loads(line) for line in lines]
        told += len(answers)
        check_whole()
        check_kept(answers)
    print(f"{KILLS} processes killed at work: {told} answers told, all of them kept")
    assert told >= KILLS, "nothing was answered between the kills"


def check_kept(answers: list[dict[str, object]]) -> None:
    versions = {str(place.id): place.version for place in reading().scalars(select(Place))}
    kept = [line for line in answers if not line.get("refused")]
    assert all(versions[str(line["place"])] >= int(str(line["version"])) for line in kept)


def check_whole() -> None:
    """No rule is broken, and each step has its one mail and each mail its step."""
    assert find_broken(reading()) == []
    assert find_untold(reading()) == []


def test_sweeps_are_whole_or_not_at_all(installation: Installation) -> None:
    """Offers that are overdue lapse one by one, each place going on in the same transaction."""
    with writing() as session:
        make_rush(session, 8, 10 + 4 * KILLS)
    begun = time.monotonic()
    assert installation.run("sweep", OVERDUE.isoformat()) == ["done\n"]
    length = time.monotonic() - begun
    chance, lapsed = random.Random(20261126), 0
    for _kill in range(KILLS):
        with writing() as session:  # what was offered by now is overdue too
            session.execute(
                update(Place)
                .where(Place.state == PlaceState.OFFERED)
                .values(answer_by=OVERDUE - timedelta(days=1))
            )
        before = count_lapsed()
        installation.run("sweep", OVERDUE.isoformat(), seconds=chance.uniform(0, 1.1 * length))
        check_whole()
        lapsed += count_lapsed() - before
    print(f"{KILLS} sweeps killed at work: {lapsed} offers lapsed, each with its mail")
    assert lapsed > KILLS // 2, "nothing lapsed between the kills"


def count_lapsed() -> int:
    query = select(func.count(Place.id)).where(Place.state == PlaceState.LAPSED)
    return reading().scalar(query) or 0
