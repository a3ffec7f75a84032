"""The bell rings once a commit that posted mail, on SQLite and on Redis, and a broken one costs nobody anything."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from peer_visits.config import Settings
from peer_visits.jobs import wake_queue
from peer_visits.jobs.bell import bell_of
from peer_visits.jobs.wake_queue import Bell, make_bell
from peer_visits.storage.transaction import rehearsing, writing
from tests.outbox.mails import put_message
from tests.support.apps import test_settings as settings_of
from tests.support.ports import free_port


@pytest.fixture(params=["sqlite", "redis"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    found = settings_of(tmp_path, "sqlite://")
    if request.param == "redis":
        found = replace(found, redis_url=request.getfixturevalue("redis_url"))
    return found


def has_rung(bell: Bell) -> bool:
    return bell.wait(threading.Event(), 0.2)


def test_it_wakes_another_process(settings: Settings) -> None:
    web, worker = make_bell(settings), make_bell(settings)
    assert not has_rung(worker)
    web.ring()
    assert has_rung(worker)
    assert not has_rung(worker)


def test_many_rings_are_few(settings: Settings) -> None:
    bell = make_bell(settings)
    for _ring in range(50):
        bell.ring()
    heard = 0
    while has_rung(bell):
        heard += 1
    assert 1 <= heard <= 8


def test_a_stop_ends_the_wait(settings: Settings) -> None:
    stop, answers = threading.Event(), list[bool]()
    waiting = threading.Thread(
        target=lambda: answers.append(make_bell(settings).wait(stop, 3600)), daemon=True
    )
    waiting.start()
    stop.set()
    waiting.join(timeout=60)
    assert answers == [False]


def test_a_redis_that_is_away_is_asked_once_and_then_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wake_queue, "QUIET_SECONDS", 3600.0)
    bell = make_bell(
        replace(settings_of(tmp_path, "sqlite://"), redis_url=f"redis://127.0.0.1:{free_port()}/0")
    )
    for _ring in range(20):
        bell.ring()
    assert len(caplog.messages) == 1


def test_it_rings_after_the_commit_and_not_after_a_preview(app: Flask) -> None:
    bell = bell_of(app)
    while has_rung(bell):
        pass
    with rehearsing() as session:
        put_message(session)
    assert not has_rung(bell)
    with writing() as session:
        put_message(session)
        put_message(session)
    assert has_rung(bell)
    assert not has_rung(bell), "one commit, one ring"
