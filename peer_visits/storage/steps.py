"""Conditional updates: a step of a state, or a new version, that only one of two people can take."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from peer_visits.kernel.errors import Stale
from peer_visits.storage.base import Base


def update_if(session: Session, model: type[Base], *expected: ColumnElement[bool], **values: Any) -> int:
    """`UPDATE ... WHERE expected`; returns how many rows it changed. Loaded objects are refreshed."""
    session.flush()
    result = session.execute(
        update(model).where(*expected).values(**values).execution_options(synchronize_session="fetch")
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def update_one(session: Session, model: type[Base], *expected: ColumnElement[bool], **values: Any) -> None:
    """Change exactly the one row that is still as expected. Raises Stale if somebody was first."""
    if update_if(session, model, *expected, **values) != 1:
        raise Stale
