"""Applications for tests: the real one, on a database of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text
from werkzeug.test import TestResponse

from peer_visits import create_app
from peer_visits.accounts.current import SECRET
from peer_visits.accounts.models import Person
from peer_visits.accounts.sessions import start_session
from peer_visits.applications.searching import NAME as APPLICATION_SEARCH
from peer_visits.config import Settings
from peer_visits.kernel import clock
from peer_visits.library.searching import NAME as LIBRARY_SEARCH
from peer_visits.paths import MIGRATIONS
from peer_visits.storage.base import Base
from peer_visits.storage.transaction import db, writing


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
    """The application on a migrated database. CSRF is off unless the test is about it."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = FreshClient
    app.config["WTF_CSRF_ENABLED"] = csrf
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
    return app


def empty_database() -> None:
    """Remove every row, within an application context."""
    with writing() as session:
        for name in (APPLICATION_SEARCH, LIBRARY_SEARCH):
            session.execute(text(f"DELETE FROM {name}"))
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


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


def table_names() -> set[str]:
    """Tables of the database in use."""
    return set(db.inspect(db.engine).get_table_names())


def scalar(statement: str) -> Any:
    """One value by SQL."""
    return db.session.execute(text(statement)).scalar()
