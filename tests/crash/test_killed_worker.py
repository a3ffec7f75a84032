"""Workers killed with SIGKILL at random moments: nothing is lost, and what came twice is known.

The server misbehaves all the while: it puts off, refuses, closes, and cuts the line before and after it took a mail.
A sample runs always; `PEER_VISITS_HEAVY=1` kills 1,000 times over 5,000 mails, or as often as `PEER_VISITS_KILLS` says
over as many as `PEER_VISITS_MAILS`.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from peer_visits.config import read_settings
from peer_visits.outbox.sending import MOST
from tests.support.nursery import Nursery
from tests.support.processes import environment, run_flask
from tests.support.smtp import ACCEPTED, DROP, KEEP_AND_DROP, Sink, smtp_sink

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
MAILS = int(os.environ.get("PEER_VISITS_MAILS", "5000" if HEAVY else "60"))
KILLS = int(os.environ.get("PEER_VISITS_KILLS", "1000" if HEAVY else "6"))
# What the server says instead of 250, and to how many of a hundred mails.
MOODS = {
    "421 closing": 2,
    "450 4.2.1 later": 2,
    "550 5.7.1 refused": 2,
    DROP: 2,
    KEEP_AND_DROP: 2,
}
# How long the server thinks about a mail, in seconds; longer where the mail would be out before the kills are done.
QUICK, SLOW = 0.005, 0.2


@dataclass
class Scene:
    """Mails, a server with moods, and workers to kill."""

    sink: Sink
    chance: random.Random
    engine: Engine
    nursery: Nursery
    workers: int = 1
    running: list[int] = field(default_factory=list)
    kills: int = 0
    moved_at: float = 0.0
    begun: float = field(default_factory=time.monotonic)

    def keep_working(self) -> None:
        """As many workers as there should be."""
        while len(self.running) < self.workers:
            self.running.append(self.nursery.start())

    def kill_one(self) -> None:
        """SIGKILL to the one that has run longest: it is at work, and others are only starting."""
        worker = self.running.pop(0)
        os.kill(worker, signal.SIGKILL)
        assert self.nursery.wait(worker) == -signal.SIGKILL
        self.kills += 1

    def stop(self) -> None:
        """SIGTERM to all of them: an orderly stop ends with 0. One that was only starting may die of it."""
        for worker in self.running:
            os.kill(worker, signal.SIGTERM)
        codes = {self.nursery.wait(worker) for worker in self.running}
        assert 0 in codes
        assert codes <= {0, -signal.SIGTERM}
        self.running.clear()

    def now_and_then_let_time_pass(self) -> None:
        """What was put off is due again, as if minutes had gone by. Not too often: it takes the write lock."""
        if time.monotonic() < self.moved_at + 0.5:
            return
        self.moved_at = time.monotonic()
        later = (
            "UPDATE message SET not_before = created_at WHERE state = 'queued' AND not_before > created_at"
        )
        with self.engine.begin() as connection:
            connection.execute(text(later))

    def unsettled(self) -> int:
        """Mails that are neither sent nor refused for good."""
        query = text("SELECT count(*) FROM message WHERE state NOT IN ('sent', 'failed')")
        with self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def in_doubt(self) -> set[str]:
        """Mails that were marked as handed over and whose end is not noted, by Message-ID."""
        query = "SELECT message_id FROM message WHERE state = 'sending' AND handed_over_at IS NOT NULL"
        with self.engine.connect() as connection:
            return set(connection.execute(text(query)).scalars())

    def rows(self) -> dict[str, tuple[str, bool]]:
        """State and flag of each mail by its Message-ID."""
        with self.engine.connect() as connection:
            found = connection.execute(text("SELECT message_id, state, may_be_twice FROM message"))
            return {row[0]: (row[1], bool(row[2])) for row in found}


def moods(chance: random.Random) -> Callable[[Envelope], str]:
    """An answer to each mail, by chance."""

    def answer(_envelope: Envelope) -> str:
        dice = chance.random() * 100
        for said, share in MOODS.items():
            dice -= share
            if dice < 0:
                return said
        return ACCEPTED

    return answer


@contextmanager
def scene(database: str, folder: Path, *, workers: int = 1, **more: str) -> Iterator[Scene]:
    chance = random.Random(20211123)
    with smtp_sink() as (sink, smtp_url):
        sink.delay_seconds = QUICK
        sink.at_data = moods(chance)
        env = environment(folder, DATABASE_URL=database, SMTP_URL=smtp_url, **more)
        with Nursery(env, "--lease", "1") as nursery:
            run_flask(env, "mail", "test", "--count", str(MAILS), "--to", "ada@example.org")
            engine = create_engine(read_settings(env).database_url)
            made = Scene(sink, chance, engine, nursery, workers)
            try:
                yield made
            finally:
                for worker in made.running:
                    os.kill(worker, signal.SIGKILL)
                engine.dispose()


def test_killing_the_worker_loses_nothing(
    own_database: str, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    with scene(own_database, tmp_path) as made:
        kill_and_finish(made)
        judge(made, record_property)


def test_three_workers_that_redis_wakes_lose_nothing(
    own_postgresql: str, redis_url: str, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    with scene(own_postgresql, tmp_path, workers=3, REDIS_URL=redis_url) as made:
        kill_and_finish(made)
        judge(made, record_property)


def kill_and_finish(made: Scene) -> None:
    """Kill workers while they send; then let others do the rest and stop them in order."""
    doubted: set[str] = set()
    while made.kills < KILLS and (left := made.unsettled()):
        made.sink.delay_seconds = QUICK if left > 4 * (KILLS - made.kills) else SLOW
        made.keep_working()
        wait_until(partial(_is_at_work, made, len(made.sink.accepted)), seconds=120)
        time.sleep(made.chance.uniform(0, 0.04))
        made.kill_one()
        doubted = _only_a_handful_more(made, doubted)
    assert made.kills == KILLS, "the mail was out before enough workers were killed"
    made.sink.delay_seconds = QUICK
    made.keep_working()
    wait_until(partial(_is_done, made), seconds=600)
    made.stop()


def _only_a_handful_more(made: Scene, before: set[str]) -> set[str]:
    """A worker that died leaves a handful of mails in doubt at most; each that lives has one at hand."""
    now = made.in_doubt()
    assert len(now - before) <= made.workers * MOST
    return now


def _is_at_work(made: Scene, before: int) -> bool:
    made.now_and_then_let_time_pass()
    return len(made.sink.accepted) > before or not made.unsettled()


def _is_done(made: Scene) -> bool:
    made.now_and_then_let_time_pass()
    time.sleep(0.1)
    return made.unsettled() == 0


def judge(made: Scene, record_property: Callable[..., None]) -> None:
    """Nothing lost, nothing doubled in silence, at most a handful of copies for each death and one for a cut line."""
    arrived, rows = made.sink.count_by_message_id(), made.rows()
    sent = {message_id for message_id, (state, _flag) in rows.items() if state == "sent"}
    refused = {message_id for message_id, (state, _flag) in rows.items() if state == "failed"}
    flagged = {message_id for message_id, (_state, flag) in rows.items() if flag}
    twice = {message_id for message_id, count in arrived.items() if count > 1}
    cuts = made.sink.kept_and_cut
    figures = {
        "kills": made.kills,
        "cut after taking": cuts,
        "arrived twice or more": len(twice),
        "copies too many": sum(arrived[one] - 1 for one in twice),
        "flagged": len(flagged),
        "refused for good": len(refused),
        "lost": len(sent - arrived.keys()),
        "seconds": round(time.monotonic() - made.begun),
    }
    for name, figure in figures.items():
        record_property(name, figure)
    print(f"{len(rows)} mails, {made.workers} workers: {figures}")
    assert sent | refused == rows.keys()
    assert sent <= arrived.keys(), "a mail was lost"
    assert arrived.keys() <= rows.keys(), "a mail arrived that is no row"
    assert twice <= flagged, "a mail arrived twice without being flagged"
    assert figures["copies too many"] <= made.kills * MOST + cuts
    assert made.sink.are_copies_alike()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    pytest.fail(f"nothing happened in {seconds} s")
