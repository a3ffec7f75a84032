"""Migrations: up, down and up again on both databases, ending at what the models say, constraints included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, inspect, text

from peer_visits import create_app
from peer_visits.applications.searching import NAME as APPLICATION_SEARCH
from peer_visits.library.searching import NAME as LIBRARY_SEARCH
from peer_visits.paths import MIGRATIONS
from peer_visits.shortlist.states import Proposal
from peer_visits.storage.base import Base
from peer_visits.storage.transaction import db, writing
from tests.support import apps
from tests.support.databases import empty_postgresql
from tests.support.shortlist_factories import make_desk, put, score_all

SEARCH = (APPLICATION_SEARCH, LIBRARY_SEARCH)


@pytest.fixture(params=["sqlite", "postgresql"])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own, not yet migrated."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    else:
        url = empty_postgresql(request.getfixturevalue("postgres_url"), "migrations")
    app = create_app(apps.test_settings(tmp_path, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith(SEARCH)


def test_up_down_and_up_again(own_app: Flask) -> None:
    upgrade(directory=str(MIGRATIONS))
    first = _constraints(db.engine)
    downgrade(directory=str(MIGRATIONS), revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade(directory=str(MIGRATIONS))
    assert _constraints(db.engine) == first


def test_rows_outlive_every_step_and_still_belong_together(own_app: Flask) -> None:
    """SQLite makes a table anew to change it: what points to it must neither stop that nor go with it."""
    upgrade(directory=str(MIGRATIONS))
    with writing() as session:
        desk = make_desk(session, "Ada", "Bela")
        score_all(session, desk, "Ada", 4)
        put(session, desk, Proposal.SHORTLISTED, "Ada", "Bela")
    db.session.remove()
    before = _count_rows()
    assert min(before.values()) > 0
    downgrade(directory=str(MIGRATIONS), revision="0002")
    upgrade(directory=str(MIGRATIONS))
    assert _count_rows() == before


def _count_rows() -> dict[str, int]:
    tables = ("call", "visit", "application", "choice", "review", "score", "shortlist_entry")
    with db.engine.connect() as reader:  # closed at once: a migration waits for every reader
        return {name: reader.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in tables}


def test_migrations_end_at_what_the_models_say(own_app: Flask) -> None:
    upgrade(directory=str(MIGRATIONS))
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_modelled}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrated_constraints_are_those_of_the_models(own_app: Flask, tmp_path: Path) -> None:
    upgrade(directory=str(MIGRATIONS))
    migrated = _constraints(db.engine)
    fresh = _created_directly(db.engine, tmp_path)
    try:
        assert migrated == _constraints(fresh)
    finally:
        fresh.dispose()


def _created_directly(engine: Engine, folder: Path) -> Engine:
    """The same tables made from the models, in a second empty database of the same kind."""
    if engine.dialect.name == "sqlite":
        fresh = create_engine(f"sqlite:///{folder / 'models.sqlite'}")
    else:
        server = engine.url.render_as_string(hide_password=False)
        fresh = create_engine(empty_postgresql(server.rsplit("/", 1)[0] + "/postgres", "models"))
    Base.metadata.create_all(fresh)
    return fresh


def _constraints(engine: Engine) -> dict[str, Any]:
    """Every table's constraints and indexes; CHECKs by name and text, which autogeneration does not see."""
    inspector = inspect(engine)
    return {
        table: {
            "checks": {c["name"]: _plain(str(c["sqltext"])) for c in inspector.get_check_constraints(table)},
            "unique": sorted(map(str, (c["name"] for c in inspector.get_unique_constraints(table)))),
            "foreign": sorted(str(key["name"]) for key in inspector.get_foreign_keys(table)),
            "indexes": sorted((str(i["name"]), bool(i["unique"])) for i in inspector.get_indexes(table)),
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
        }
        for table in inspector.get_table_names()
        if table != "alembic_version" and not table.startswith(SEARCH)
    }


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()
