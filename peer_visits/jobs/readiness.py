"""Whether this installation can serve: its database, its migrations, its queue."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from peer_visits.kernel import clock
from peer_visits.outbox.health import is_moving
from peer_visits.paths import MIGRATIONS


def readiness_checks() -> dict[str, Callable[[Session], bool]]:
    """The checks of `/readyz` by name."""
    return {"database": database_answers, "migrations": migrations_are_current, "queue": queue_moves}


def database_answers(session: Session) -> bool:
    """The database answers a question."""
    return _answered(session, "SELECT 1") == 1


def migrations_are_current(session: Session) -> bool:
    """The database is at the revision this code was written for."""
    return _answered(session, "SELECT version_num FROM alembic_version") == head_revision()


def queue_moves(session: Session) -> bool:
    """Workers are at work: no mail has been due for half an hour, or held as long by a dead worker."""
    try:
        return is_moving(session, clock.now())
    except SQLAlchemyError:
        session.rollback()
        return False


@cache
def head_revision() -> str | None:
    """The newest revision among the migrations."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _answered(session: Session, statement: str) -> object:
    try:
        return session.scalar(text(statement))
    except SQLAlchemyError:
        session.rollback()
        return None
