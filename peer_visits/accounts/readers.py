"""People as mail knows them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.outbox.recipients import Recipient

_READERS = select(Person.id, Person.name, Person.email, Person.language, Person.time_zone).where(
    Person.id.in_(bindparam("ids", expanding=True))
)


def recipients_by_id(session: Session, ids: Collection[uuid.UUID | None]) -> dict[Any, Recipient]:
    """Whom mail goes to, as they read it now: one statement, however many."""
    if not ids:
        return {}
    return {row.id: row for row in session.execute(_READERS, {"ids": list(ids)})}
