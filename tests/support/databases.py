"""Migrated databases for tests. The migrations run once in a process for each kind; every database is a copy."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from peer_visits import create_app
from peer_visits.applications.searching import NAME as APPLICATION_SEARCH
from peer_visits.config import Settings
from peer_visits.library.searching import NAME as LIBRARY_SEARCH
from peer_visits.paths import MIGRATIONS
from peer_visits.storage.base import Base
from peer_visits.storage.transaction import db, writing

_MIGRATED = "migrated"


def new_sqlite(file: Path) -> str:
    """The address of a migrated SQLite database in this file, which is made unless it is there."""
    if not file.exists():
        shutil.copyfile(_migrated_file(), file)
    return f"sqlite:///{file}"


@cache
def _migrated_file() -> Path:
    """Nobody has it open any more, so that it is whole, without a log beside it."""
    file = Path(_folder().name, "migrated.sqlite")
    _migrate(f"sqlite:///{file}")
    return file


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that is gone with the process."""
    return tempfile.TemporaryDirectory(prefix="peer-visits-migrated-")


def new_postgresql(server: str, name: str) -> str:
    """The address of a migrated PostgreSQL database of this name on the server; one that was there is gone."""
    _copy_postgresql(server, name, _migrated_postgresql(server))
    return _named(server, name)


@cache
def _migrated_postgresql(server: str) -> str:
    _copy_postgresql(server, _MIGRATED, "template1")
    _migrate(_named(server, _MIGRATED))
    return _MIGRATED


def empty_postgresql(server: str, name: str) -> str:
    """The same without tables."""
    _copy_postgresql(server, name, "template1")
    return _named(server, name)


def _copy_postgresql(server: str, name: str, template: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _migrate(database_url: str) -> None:
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(
            Settings(
                instance=Path(instance),
                database_url=database_url,
                public_url="http://localhost",
                secret_key="for-migrations-only-0123456789abcdef",
            )
        )
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            db.session.remove()
            db.engine.dispose()


def empty_database() -> None:
    """Remove every row, within an application context. Most tables have none: one statement finds the others."""
    with writing() as session:
        connection = session.connection()
        for (name,) in connection.exec_driver_sql(_find_filled()).all():
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
        # When the file was written anew for the last time: `storage/rewriting.py`.
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA user_version").scalar():
            connection.exec_driver_sql("PRAGMA user_version = 0")


@cache
def _find_filled() -> str:
    """Tables with rows; who points to others comes before them."""
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    looks = [
        f"SELECT {number} AS number, '{name}' AS name WHERE EXISTS (SELECT 1 FROM \"{name}\")"
        for number, name in enumerate((APPLICATION_SEARCH, LIBRARY_SEARCH, *tables))
    ]
    return f"SELECT name FROM ({' UNION ALL '.join(looks)}) AS filled ORDER BY number"
