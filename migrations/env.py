"""Alembic's environment: the application's engine and tables."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from peer_visits.applications.searching import NAME as APPLICATION_SEARCH
from peer_visits.library.searching import NAME as LIBRARY_SEARCH
from peer_visits.storage.base import Base
from peer_visits.storage.engine import WRITING

SEARCH = (APPLICATION_SEARCH, LIBRARY_SEARCH)


def is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the full-text tables and what their database keeps beside them: no model stands for them."""
    return kind != "table" or not str(name).startswith(SEARCH)


def run(connection: Connection) -> None:
    """Migrate over a connection that may write; on PostgreSQL one process at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7302114)"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        include_name=is_modelled,
    )
    context.run_migrations()


def set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite changes a table by making it anew; while keys are watched, dropping the old one takes its children along.

    Only outside a transaction does SQLite listen to this.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
        cursor.close()


def refuse_orphans(connection: Connection) -> None:
    """What was not watched is checked as a whole before anything is committed."""
    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            raise RuntimeError(f"rows would point to nothing after this migration: {orphans[:5]}")


engine = current_app.extensions["migrate"].db.engine
with engine.connect().execution_options(**{WRITING: True}) as writer:
    set_foreign_keys(writer, on=False)
    try:
        with writer.begin():
            run(writer)
            refuse_orphans(writer)
    finally:
        set_foreign_keys(writer, on=True)
