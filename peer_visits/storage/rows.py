"""Many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from peer_visits.storage.base import Base


def add_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that nobody needs as objects, in one statement; what waits in the session is written before."""
    session.flush()
    if rows:  # of an empty list, SQL makes a row of defaults
        session.execute(insert(model), rows)
