"""Workers killed with SIGKILL at random moments: nothing is lost, and what came twice is known.

A sample runs always; `PEER_VISITS_HEAVY=1` kills 200 times over 1,000 mails.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from peer_visits.config import read_settings
from tests.support.processes import environment, run_flask, start_flask
from tests.support.smtp import Sink, smtp_sink

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
MAILS, KILLS = (1000, 200) if HEAVY else (60, 6)


def test_killing_workers_loses_nothing(
    own_database: str, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    with smtp_sink() as (sink, smtp_url):
        sink.delay_seconds = 0.01
        env = environment(tmp_path, DATABASE_URL=own_database, SMTP_URL=smtp_url)
        run_flask(env, "db", "upgrade")
        run_flask(env, "mail", "test", "--count", str(MAILS), "--to", "ada@example.org")
        engine = create_engine(read_settings(env).database_url)
        kills = kill_workers(env, sink, random.Random(20211123))
        finish(env, engine)
        arrived = sink.count_by_message_id()
        rows = {row.message_id: row for row in engine.connect().execute(text("SELECT * FROM message"))}

    twice = {message_id for message_id, count in arrived.items() if count > 1}
    flagged = {message_id for message_id, row in rows.items() if row.may_be_twice}
    record_property("kills", kills)
    record_property("mails that arrived twice", len(twice))
    print(f"{MAILS} mails, {kills} kills: 0 lost, {len(twice)} arrived twice, {len(flagged)} flagged")
    assert arrived.keys() == rows.keys(), "a mail was lost, or one arrived that is no row"
    assert {row.state for row in rows.values()} == {"sent"}
    assert twice <= flagged, "a mail arrived twice without being flagged"
    assert len(twice) <= kills


def kill_workers(env: dict[str, str], sink: Sink, chance: random.Random) -> int:
    """Start a worker, let it send a little, kill it; until enough were killed or all mail is out."""
    kills = 0
    while kills < KILLS and len(sink.accepted) < MAILS:
        before = len(sink.accepted)
        worker = start_flask(env, "worker", "--lease", "1")
        wait_until(partial(_is_at_work, sink, before, worker), seconds=15)
        time.sleep(chance.uniform(0, 0.04 if HEAVY else 0.1))
        worker.kill()
        worker.wait()
        kills += 1
    assert kills >= KILLS // 2, "the mail was out before enough workers were killed"
    return kills


def _is_at_work(sink: Sink, before: int, worker: subprocess.Popen[bytes]) -> bool:
    return len(sink.accepted) > before or worker.poll() is not None


def finish(env: dict[str, str], engine: Engine) -> None:
    """Let one worker do the rest and stop it in order."""
    worker = start_flask(env, "worker", "--lease", "1")
    try:
        wait_until(lambda: unsettled(engine) == 0, seconds=120)
    finally:
        worker.terminate()
        assert worker.wait(timeout=30) == 0, "an orderly stop ends with 0"


def unsettled(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(
            connection.execute(text("SELECT count(*) FROM message WHERE state <> 'sent'")).scalar_one()
        )


def wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"nothing happened in {seconds} s")
