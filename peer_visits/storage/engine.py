"""How a connection begins: what SQLite and PostgreSQL need for safe writing and honest reading."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

WRITING = "peer_visits_writing"
# The transaction survives the death of this process, but perhaps not that of the machine: its commit waits for no disk.
RELAXED = "peer_visits_relaxed"
BUSY_SECONDS = 30


def prepare_engine(engine: Engine) -> None:
    """Attach the rules of the engine's database."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: a read followed by a write would lose updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        # What is erased is overwritten, not only forgotten: most builds do so, and some leave it to be asked for.
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("row_of_id", 1, _row_of_kept_id, deterministic=True)


def _row_of_kept_id(kept: str) -> int:
    """`row_of_id` of an id as it is kept: 32 hexadecimal digits. A search calls it for every application of a call."""
    return int(kept[:16], 16) >> 1


def row_of_id(identity: uuid.UUID) -> int:
    """The first 63 bits of an id, as SQLite numbers its rows: a full-text table is joined by it without a look-up.

    In SQL it is `row_of_id(id)`.
    """
    return identity.int >> 65


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITING))


def _is_relaxed(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(RELAXED))


def _begin_sqlite(connection: Connection) -> None:
    writing = _is_writing(connection)
    # A reader that tries to write is told so by the database itself.
    _set_pragma(connection, "query_only", "OFF" if writing else "ON")
    if writing:
        _set_pragma(connection, "synchronous", "NORMAL" if _is_relaxed(connection) else "FULL")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _set_pragma(connection: Connection, name: str, value: str) -> None:
    """Nothing if this connection to the database has it so already: a worker begins hundreds of times a second."""
    if connection.info.get(name) != value:
        connection.exec_driver_sql(f"PRAGMA {name} = {value}")
        connection.info[name] = value


def _begin_postgresql(connection: Connection) -> None:
    if not _is_writing(connection):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    elif _is_relaxed(connection):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def engine_options(url: str) -> dict[str, Any]:
    """Options for `create_engine` by database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5}
