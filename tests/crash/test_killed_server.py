"""The server is killed while somebody types: whatever it had acknowledged is there.

A sample of kills always; `PEER_VISITS_HEAVY=1` kills 100 times.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest

from peer_visits.applications.drafts import read_draft
from peer_visits.applications.queries import find_application
from peer_visits.applications.rules import question_field
from peer_visits.kernel import clock
from peer_visits.questions.queries import list_questions
from peer_visits.storage.transaction import db, reading, writing
from tests.support import apps
from tests.support.factories import make_call, make_person, make_visit
from tests.support.processes import environment
from tests.support.servers import Client, Server, running_server, token_in

KILLS = 100 if os.environ.get("PEER_VISITS_HEAVY") == "1" else 4


@dataclass
class Desk:
    """Somebody at the form, and the server behind it."""

    server: Server
    client: Client
    path: str
    field: str
    call_id: object
    person_id: object

    def stored(self) -> tuple[int, int]:
        """Version and number that the database holds."""
        reading().rollback()
        found = find_application(reading(), self.person_id, self.call_id)  # type: ignore[arg-type]
        if found is None:
            return 0, 0
        [words] = read_draft(found.draft).answers.values()
        return found.version, int(str(words).split()[1])


@pytest.fixture
def desk(own_database: str, tmp_path: Path) -> Iterator[Desk]:
    settings = apps.test_settings(tmp_path, own_database)
    app = apps.make_app(settings, csrf=True)
    env = environment(tmp_path, DATABASE_URL=own_database, SECRET_KEY=settings.secret_key)
    with app.app_context(), running_server(env) as server:
        with writing() as session:
            call = make_call(session, closes_at=clock.now() + timedelta(hours=1))
            make_visit(session, call)
            person = make_person(session)
            field = question_field(list_questions(session, call.id)[0].id)
            path, call_id, person_id = f"/calls/{call.slug}/apply", call.id, person.id
        cookie = apps.sign_in(app.test_client(), person).get_cookie("session")
        assert cookie is not None
        yield Desk(server, Client(server.port, f"session={cookie.value}"), path, field, call_id, person_id)
        db.session.remove()
        db.engine.dispose()


def test_what_was_acknowledged_survives_the_server(desk: Desk) -> None:
    chance = random.Random(20261123)
    token = token_in(desk.client.get(desk.path).text)
    number = 0
    for _kill in range(KILLS):
        number = type_until_it_dies(desk, token, number, after=chance.uniform(0, 0.3))
        desk.server.process.wait(timeout=10)
        desk.server.start_again()
        _version, kept = desk.stored()
        assert kept >= number - 1, "something acknowledged is gone"
        number = kept
    assert number >= KILLS, "nothing was saved between the kills"


def type_until_it_dies(desk: Desk, token: str, number: int, *, after: float) -> int:
    """Save a higher number each time; gives the last one that was sent, acknowledged or not.

    The server is killed `after` so many seconds from the first answer on.
    """
    version, _kept = desk.stored()
    killer = threading.Timer(after, desk.server.kill)
    while True:
        number += 1
        fields = {"csrf_token": token, "version": str(version), desk.field: f"number {number}"}
        try:
            answer = desk.client.post(f"{desk.path}/save", fields)
        except (OSError, HTTPException):
            return number
        assert answer.status == 200, answer.text
        version += 1
        if killer.ident is None:
            killer.start()
        time.sleep(0.01)
