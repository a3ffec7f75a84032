"""Fixtures for every test: the application on both databases, clients, a moment to stand at."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, expect
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.config import Settings
from peer_visits.kernel import clock
from peer_visits.storage.transaction import db, writing
from tests.support.apps import make_app, sign_in, test_settings
from tests.support.browser import find_chromium, launch
from tests.support.databases import empty_database, new_postgresql, new_sqlite
from tests.support.passwords import hash_cheaply
from tests.support.postgres import find_binaries, running_postgres
from tests.support.redis import find_redis, running_redis

# Slow machines are no failure, and the same change gets the same examples.
HEAVY = os.environ.get("PEER_VISITS_HEAVY") == "1"
settings.register_profile("house", deadline=None, derandomize=not HEAVY)
settings.load_profile("house")
hash_cheaply()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked as heavy waits for `--heavy`."""
    if HEAVY:
        return
    heavy = [item for item in items if item.get_closest_marker("heavy")]
    items[:] = [item for item in items if not item.get_closest_marker("heavy")]
    config.hook.pytest_deselected(items=heavy)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: nobody looks through it for garbage again and again."""
    gc.collect()
    gc.freeze()


NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")


def missing(what: str) -> None:
    """Skip for want of a program; where nothing may be missing (CI), fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI=true allows no gaps")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests."""
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL")
        return
    with running_postgres(binaries) as url:
        yield url


@pytest.fixture(params=ENGINES)
def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database that no other test touches, for whole processes to work on."""
    if request.param == "sqlite":
        return new_sqlite(tmp_path / "own.sqlite")
    return str(request.getfixturevalue("own_postgresql"))


@pytest.fixture
def own_postgresql(postgres_url: str) -> str:
    """A migrated PostgreSQL database that no other test touches."""
    return new_postgresql(postgres_url, "own")


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
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on SQLite, for what asks no database anything."""
    folder = Path(tmp_path_factory.mktemp("sqlite"))
    return make_app(test_settings(folder, new_sqlite(folder / "test.sqlite")))


@pytest.fixture(scope="session")
def postgresql_app(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on PostgreSQL."""
    folder = Path(tmp_path_factory.mktemp("postgresql"))
    return make_app(test_settings(folder, new_postgresql(postgres_url, "shared")))


@pytest.fixture(scope="session", params=ENGINES)
def shared_app(request: pytest.FixtureRequest) -> Flask:
    """One application per database for the whole run: tests go from one to the other and back."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    return app


@pytest.fixture
def database_url(shared_app: Flask) -> str:
    """The address of its database."""
    settings: Settings = shared_app.extensions["settings"]
    return settings.database_url


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
    expect.set_options(timeout=30_000)  # as long as every other wait; a busy machine is no fault
    yield browser
    browser.close()
