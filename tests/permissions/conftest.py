"""A small world and its people, for tests that ask every route."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.storage.transaction import reading, writing
from peer_visits.web.limits import limiter
from tests.support.apps import sign_in
from tests.support.factories import NOW
from tests.support.routes import Browser
from tests.support.world import World, make_world


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, dict[str, Browser]]]:
    """The world and a signed-in client for each relation. What a request writes is undone again."""
    monkeypatch.setattr(limiter, "enabled", False)
    with clock.frozen(NOW):
        with writing() as session:
            made = make_world(session)
        browsers = {"visitor": Browser(app.test_client())}
        for name, person_id in made.people.items():
            browsers[name] = Browser(sign_in(app.test_client(), reading().get_one(Person, person_id)))
        monkeypatch.setattr(Session, "commit", Session.rollback)
        yield made, browsers
