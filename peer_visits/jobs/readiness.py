"""Whether this installation can serve: its database, its migrations, its queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy import exists, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from peer_visits.kernel import clock
from peer_visits.outbox.models import Message
from peer_visits.outbox.states import MessageState
from peer_visits.paths import MIGRATIONS

STUCK_AFTER = timedelta(minutes=30)


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
    """No message has been due for longer than half an hour."""
    overdue = clock.now() - STUCK_AFTER
    stuck = exists().where(Message.state == MessageState.QUEUED, Message.not_before < overdue)
    try:
        return not session.scalar(select(stuck))
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
