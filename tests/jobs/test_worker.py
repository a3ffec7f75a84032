"""A worker's turn: mail first, and the sweeps once a minute however much mail there is."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from peer_visits.jobs import worker as jobs
from peer_visits.jobs.bell import bell_of
from peer_visits.jobs.sweeps import Sweep
from peer_visits.jobs.worker import SWEEP_EVERY, Worker
from peer_visits.kernel import clock
from peer_visits.outbox.states import MessageState
from peer_visits.outbox.transport import MailboxTransport
from peer_visits.storage.transaction import writing
from tests.outbox.mails import messages, put_message


def post_one() -> None:
    with writing() as session:
        put_message(session)


@pytest.fixture
def sweeps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Sweep]:
    """The worker's table of sweeps, empty."""
    table: dict[str, Sweep] = {}
    monkeypatch.setattr(jobs, "SWEEPS", table)
    return table


@pytest.fixture
def swept(sweeps: dict[str, Sweep]) -> list[int]:
    """How many mails had left at each sweep."""
    seen: list[int] = []

    def sweep(_now: datetime) -> int:
        seen.append(sum(one.state is MessageState.SENT for one in messages()))
        return 0

    sweeps["look"] = sweep
    return seen


def test_mail_leaves_before_the_first_sweeps(app: Flask, swept: list[int]) -> None:
    post_one()
    assert Worker(MailboxTransport(), bell_of(app)).work_once() == 1
    assert swept == [1]


def test_sweeps_come_every_minute_while_mail_never_ends(app: Flask, swept: list[int]) -> None:
    worker, now = Worker(MailboxTransport(), bell_of(app)), clock.now()
    for turn in range(5):
        with clock.frozen(now + turn * SWEEP_EVERY / 2):
            post_one()
            assert worker.work_once() == 1
    assert swept == [1, 3, 5]


def test_a_sweep_that_fails_keeps_neither_mail_nor_the_others_back(
    app: Flask, sweeps: dict[str, Sweep], swept: list[int]
) -> None:
    def broken(_now: datetime) -> int:
        raise RuntimeError("on purpose")

    sweeps["break"] = broken
    sweeps["look"] = sweeps.pop("look")  # its turn is after the broken one's
    post_one()
    assert Worker(MailboxTransport(), bell_of(app)).work_once() == 1
    assert swept == [1]
