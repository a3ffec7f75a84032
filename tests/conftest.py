"""Fixtures for every test: the application on both databases, clients, a moment to stand at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser, Playwright
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel import clock
from peer_visits.storage.transaction import db, writing
from tests.support.apps import empty_database, make_app, sign_in, test_settings
from tests.support.browser import find_chromium, launch
from tests.support.postgres import find_binaries, running_postgres
from tests.support.redis import find_redis, running_redis

# Slow machines are no failure, and the same change gets the same examples.
settings.register_profile("house", deadline=None, derandomize=os.environ.get("PEER_VISITS_HEAVY") != "1")
settings.load_profile("house")

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")


def missing(what: str) -> None:
    """Skip for want of a program; where nothing may be missing (CI), fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI=true allows no gaps")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL that lives as long as the tests."""
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL")
        return
    with running_postgres(binaries) as url:
        yield url


@pytest.fixture(scope="session", params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}"


@pytest.fixture(params=ENGINES)
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that no other test touches, for whole processes to work on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.sqlite'}"
    return _fresh_postgresql(str(request.getfixturevalue("postgres_url")))


@pytest.fixture
def own_postgresql(postgres_url: str) -> str:
    """A PostgreSQL database that no other test touches."""
    return _fresh_postgresql(postgres_url)


def _fresh_postgresql(url: str) -> str:
    server, name = make_url(url), f"own_{os.getpid()}"
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis that lives as long as the test."""
    program = find_redis()
    if program is None:
        missing("Redis")
        return
    with running_redis(program) as url:
        yield url


@pytest.fixture(scope="session")
def shared_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application per database for the whole run."""
    return make_app(test_settings(Path(tmp_path_factory.mktemp("instance")), database_url))


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application on an empty database, inside its context."""
    with shared_app.app_context():
        empty_database()
        yield shared_app
        db.session.remove()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A writing transaction, undone at the end: for services and factories."""
    with writing() as session:
        yield session
        session.rollback()


@pytest.fixture
def now() -> datetime:
    """The moment tests stand at."""
    return NOW


@pytest.fixture
def at_now() -> Iterator[datetime]:
    """Hold the clock at NOW."""
    with clock.frozen(NOW):
        yield NOW


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask) -> Callable[[Person], FlaskClient]:
    """A signed-in person's browser."""
    return lambda person: sign_in(app.test_client(), person)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all browser tests of a process: its driver cannot be started twice."""
    program = find_chromium()
    if program is None:
        missing("Chromium")
        return
    browser = launch(playwright, program)
    yield browser
    browser.close()
