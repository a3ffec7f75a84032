"""Real processes accept, decline, give up, let lapse and promote at the same time, over visits with one place left.

A sample always; `PEER_VISITS_HEAVY=1` takes 10,000 steps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.cli.check import find_broken
from peer_visits.kernel.errors import Refused
from peer_visits.places import waiting_list
from peer_visits.places.models import Place
from peer_visits.places.services import offering
from peer_visits.places.states import LIVE
from peer_visits.storage.transaction import db, reading, writing
from peer_visits.visits.models import Visit
from tests.support import apps
from tests.support.crowds import find_untold, make_crossed_wishes, make_rush
from tests.support.factories import NOW
from tests.support.processes import ROOT, environment

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
PROCESSES = 4
STEPS = 2500 if HEAVY else 40  # of each process
CALLS, VISITS, WAITING = (20, 10, 24) if HEAVY else (1, 3, 30)
LONGEST = 3600 if HEAVY else 300  # seconds


@pytest.fixture
def installation(own_database: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    settings = apps.test_settings(tmp_path, own_database)
    with apps.make_app(settings).app_context():
        yield environment(tmp_path, DATABASE_URL=own_database, SECRET_KEY=settings.secret_key)
        db.session.remove()
        db.engine.dispose()


def rush(env: dict[str, str], command: str, steps: int) -> list[dict[str, Any]]:
    """What all processes told, read while they work."""
    commands = [
        [sys.executable, "-m", "tests.support.rush", command, str(seed), str(steps)]
        for seed in range(PROCESSES)
    ]
    processes = [
        subprocess.Popen(one, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) for one in commands
    ]
    with ThreadPoolExecutor(PROCESSES) as pool:
        outputs = list(pool.map(lambda one: one.communicate(timeout=LONGEST)[0], processes))
    assert [process.returncode for process in processes] == [0] * PROCESSES
    reading().rollback()
    return [json.loads(line) for output in outputs for line in output.splitlines()]


def test_every_answer_stands_and_no_rule_is_broken(
    installation: dict[str, str], record_property: Callable[..., None]
) -> None:
    with writing() as session:
        for _call in range(CALLS):
            make_rush(session, VISITS, WAITING)
    lines = rush(installation, "answer", STEPS)
    kept = [line for line in lines if not line.get("refused")]
    record_property("steps kept", len(kept))
    print(f"{len(lines)} answers at once: {len(kept)} kept, {len(lines) - len(kept)} too late")
    assert find_broken(reading()) == []
    assert find_untold(reading()) == []
    assert_last_answers_stand(kept)
    assert len(kept) > len(lines) // 4, "hardly anything was done; nothing was tried"


def assert_last_answers_stand(kept: list[dict[str, Any]]) -> None:
    """A step that was told as kept is the place's last one, or a later one was told as kept."""
    last: dict[str, dict[str, Any]] = {}
    for line in kept:
        last[line["place"]] = max(last.get(line["place"], line), line, key=lambda one: one["version"])
    stored = {str(place.id): place for place in reading().scalars(select(Place))}
    assert {(key, line["state"], line["version"]) for key, line in last.items()} == {
        (key, stored[key].state.value, stored[key].version) for key in last
    }
    untouched = [place for key, place in stored.items() if key not in last]
    assert {place.version for place in untouched} <= {1}


def test_without_the_lock_the_same_steps_break_rules(installation: dict[str, str]) -> None:
    """The control: what the test above would find if writers did not wait for each other."""
    if installation["DATABASE_URL"].startswith("postgresql"):
        pytest.skip("on PostgreSQL whether it shows is left to chance: the control below brings it about")
    for _round in range(10):
        with writing() as session:
            make_rush(session, 2, 30)
        rush(installation, "race", 40)
        found = [*find_broken(reading()), *find_untold(reading())]
        if found:
            print(f"without the lock: {len(found)} broken, such as {found[0]}")
            return
    pytest.fail("the race never shows, so the test with the lock shows nothing")


# One person waits for two visits and may hold one place: what the lock of the call is worth.


@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "without the lock"])
def test_a_limit_holds_over_visits_only_under_the_lock(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    if database_url.startswith("sqlite") and not is_locked:
        pytest.skip("on SQLite the one writer is the lock: the control above takes it off")
    with writing() as session:
        call_id, visits = make_crossed_wishes(session)
    both_chose = threading.Barrier(2)

    def choose_then_wait(*arguments: Any) -> Any:
        chosen = waiting_list.next_in_line(*arguments)
        with suppress(threading.BrokenBarrierError):
            both_chose.wait(1)  # under the lock the other one does not come so far
        return chosen

    monkeypatch.setattr(offering, "next_in_line", choose_then_wait)

    def fill(visit_id: uuid.UUID) -> int:
        with app.app_context(), writing() as session:
            if is_locked:
                offering.lock_visits(session, call_id)
            return promote(session, visit_id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, visits))
    reading().rollback()
    held = reading().scalar(select(func.count(Place.id)).where(Place.state.in_(LIVE)))
    broken = [one for one in find_broken(reading()) if "more places in a call" in one]
    assert (held, len(broken)) == ((1, 0) if is_locked else (2, 1))


def promote(session: Session, visit_id: uuid.UUID) -> int:
    try:
        return offering.promote_next(session, now=NOW, visit=session.get_one(Visit, visit_id)) is not None
    except Refused:
        return 0
