"""The one transaction. Nothing else in the product commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peer_visits.kernel.errors import Stale
from peer_visits.storage.base import Base
from peer_visits.storage.engine import RELAXED, WRITING

db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def reading() -> Session:
    """The request's session for reading: the database refuses writes in it."""
    return db.session()


@contextmanager
def writing(*, relaxed: bool = False) -> Iterator[Session]:
    """One transaction that writes: committed when the block ends well, undone otherwise.

    `relaxed` is for marks that may be lost when the machine itself fails, in return for not waiting for its disk.

    What was read before is forgotten and read again under the write lock. A constraint that
    says no means somebody else was first: it becomes Stale.
    """
    session = db.session()
    _begin_writing(session, relaxed=relaxed)
    try:
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Stale from error
    except BaseException:
        session.rollback()
        raise


@contextmanager
def rehearsing() -> Iterator[Session]:
    """Like `writing`, but everything is undone at the end: a preview is the act itself, rolled back."""
    session = db.session()
    _begin_writing(session)
    try:
        yield session
    finally:
        session.rollback()


def _begin_writing(session: Session, *, relaxed: bool = False) -> None:
    session.rollback()
    session.info.update(current_app.extensions["session_info"])
    session.connection(execution_options={WRITING: True, RELAXED: relaxed})
