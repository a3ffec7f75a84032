"""Everybody sends in the last minute, at a real server with the real clock.

A sample of applicants always; `PEER_VISITS_HEAVY=1` sends 200.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from peer_visits.applications.models import Application, SentVersion
from peer_visits.applications.states import ApplicationState
from peer_visits.cli.check import find_broken
from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.storage.transaction import db, reading, writing
from tests.support import apps
from tests.support.factories import make_application, make_call, make_person, make_visit
from tests.support.processes import environment
from tests.support.servers import Client, running_server, token_in

HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
APPLICANTS = 200 if HEAVY else 40
AT_ONCE = 16
SECONDS_BEFORE = 2.0


@dataclass(frozen=True)
class Sender:
    """One applicant with the last page open, ready to press the button."""

    email: str
    client: Client
    fields: dict[str, str]


@dataclass
class LastMinute:
    """The call, its deadline, and everybody who is about to send."""

    path: str
    closes_at: datetime
    senders: list[Sender]


@pytest.fixture
def last_minute(own_database: str, tmp_path: Path) -> Iterator[LastMinute]:
    settings = apps.test_settings(tmp_path, own_database)
    app = apps.make_app(settings, csrf=True)
    env = environment(tmp_path, DATABASE_URL=own_database, SECRET_KEY=settings.secret_key)
    with app.app_context(), running_server(env) as server:
        with writing() as session:
            call = make_call(session, closes_at=clock.now() + timedelta(hours=1))
            visit = make_visit(session, call)
            people = [make_person(session, f"Applicant {number}") for number in range(APPLICANTS)]
            for person in people:
                make_application(session, call, [visit], person, submitted=False)
            path, call_id = f"/calls/{call.slug}/apply/check", call.id
        clients = []
        for person in people:
            cookie = apps.sign_in(app.test_client(), person).get_cookie("session")
            assert cookie is not None
            clients.append((person.email, Client(server.port, f"session={cookie.value}")))
        senders = [
            Sender(email, client, {"csrf_token": token_in(client.get(path).text), "version": "1"})
            for email, client in clients
        ]
        closes_at = clock.now() + timedelta(seconds=SECONDS_BEFORE)
        with writing() as session:
            session.get_one(type(call), call_id).closes_at = closes_at
        yield LastMinute(path, closes_at, senders)
        db.session.remove()
        db.engine.dispose()


def test_everybody_who_was_told_so_has_sent_and_nobody_late_or_twice(last_minute: LastMinute) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # The last third presses as the deadline passes.
        answers = dict(pool.map(lambda pair: press(last_minute, *pair), enumerate(last_minute.senders)))
    assert set(answers.values()) <= {302, 422}, "an answer that is neither yes nor no"
    reading().rollback()
    sent = list(reading().scalars(select(Application).where(Application.state == ApplicationState.SUBMITTED)))
    emails = {mail.to_address for mail in reading().scalars(select(Message))}
    told = {email for email, status in answers.items() if status == 302}
    assert emails == told, "acknowledged and there are not the same people"
    assert len(sent) == len(told)
    assert all(one.submitted_at and one.submitted_at < last_minute.closes_at for one in sent)
    assert len(list(reading().scalars(select(SentVersion)))) == len(sent), "sent twice"
    assert 0 < len(told) < len(answers), "the deadline fell outside the rush; nothing was tried"
    assert find_broken(reading()) == []


def press(last_minute: LastMinute, number: int, sender: Sender) -> tuple[str, int]:
    """Press the button, most of them in time and some at and after the last second."""
    share = number / len(last_minute.senders)
    left = (last_minute.closes_at - clock.now()).total_seconds()
    wanted = SECONDS_BEFORE * (1 - 1.5 * share)
    time.sleep(max(0.0, left - wanted))
    return sender.email, sender.client.post(last_minute.path, sender.fields).status
