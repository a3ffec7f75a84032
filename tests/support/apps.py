"""Applications for tests: the real one, on a database of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from peer_visits import create_app
from peer_visits.accounts.current import SECRET
from peer_visits.accounts.models import Person
from peer_visits.accounts.sessions import start_session
from peer_visits.config import Settings
from peer_visits.kernel import clock
from peer_visits.storage.transaction import writing
from tests.support.databases import new_sqlite


def test_settings(instance: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a demo installation that reads nothing from the environment."""
    values: dict[str, Any] = {
        "instance": instance,
        "database_url": database_url,
        "public_url": "http://localhost",
        "secret_key": "a-key-for-tests-only-0123456789abcdef",
    }
    return Settings(**{**values, **changes})


class FreshClient(FlaskClient):
    """A client whose requests share nothing with the test's own application context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def make_app(settings: Settings, *, csrf: bool = False) -> Flask:
    """The application on a migrated database; a new one, if it is SQLite. CSRF is off unless the test is about it."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        new_sqlite(Path(str(url.database)))
    app = create_app(settings)
    app.testing = True
    app.test_client_class = FreshClient
    app.config["WTF_CSRF_ENABLED"] = csrf
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
    """Give the client a real session of the person, without the form."""
    with writing() as session:
        secret = start_session(session, person, now=clock.now())
        person_id = str(person.id)
    with client.session_transaction() as cookie:
        cookie[SECRET] = secret
        cookie["_user_id"] = person_id
        cookie["_fresh"] = True
    return client
