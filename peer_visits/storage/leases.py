"""Long work beside the requests: rows that one worker at a time takes up, each for as long as its lease.

Such a table has `state`, `claim` (the secret of whoever has the row), `lease_until` and `attempts`. What a worker does
with a row later counts only as long as its claim holds; if the worker dies, the next takes the row up after the lease.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peer_visits.kernel.ids import new_id
from peer_visits.storage.steps import update_if

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
FREE: Mapping[str, Any] = {"claim": None, "lease_until": None}


@dataclass(frozen=True)
class Taken:
    """A row in the hands of one worker: its primary key, and the secret that tells this worker from those before."""

    key: tuple[Any, ...]
    secret: uuid.UUID


@dataclass(frozen=True)
class Queue:
    """The rows of a table that wait for a worker, those first that have waited longest by the column `since`."""

    model: type[Any]
    waiting: StrEnum
    working: StrEnum
    since: InstrumentedAttribute[datetime]

    def take_up(
        self,
        session: Session,
        *,
        now: datetime,
        lease: timedelta,
        given_up: Mapping[str, Any],
        **values: Any,
    ) -> Taken | None:
        """Take up what has waited longest, or what was in the hands of a worker that is dead. None if nothing is due.

        `values` are written with it. What has cost three workers their life is ended with `given_up`.
        """
        due = self._due(now)
        query = select(*self._key, self.model.attempts).where(due).order_by(self.since, *self._key).limit(1)
        found = session.execute(query).first()
        if found is None:
            return None
        *key, attempts = found
        if attempts >= MOST_ATTEMPTS:
            update_if(session, self.model, *self._is(key), due, **given_up, **FREE)
            return self.take_up(session, now=now, lease=lease, given_up=given_up, **values)
        secret = new_id()
        held = {"state": self.working, "claim": secret, "lease_until": now + lease, "attempts": attempts + 1}
        taken = update_if(session, self.model, *self._is(key), due, **held, **values)
        return Taken(tuple(key), secret) if taken else None

    def keep(self, session: Session, taken: Taken, **values: Any) -> bool:
        """Write something while it is at work. False once it was stopped, or is in other hands."""
        return update_if(session, self.model, *self._held(taken), **values) == 1

    def end(self, session: Session, taken: Taken, **values: Any) -> bool:
        """Write what it came to, and let it out of hand. False where it was in other hands: then nothing is kept."""
        return self.keep(session, taken, **values, **FREE)

    def let_go(self, session: Session, taken: Taken, **values: Any) -> bool:
        """Give it back unfinished, for a worker that is told to end: it does not count as an attempt."""
        attempts = self.model.attempts - 1
        return self.end(session, taken, state=self.waiting, attempts=attempts, **values)

    @property
    def _key(self) -> list[InstrumentedAttribute[Any]]:
        return [getattr(self.model, column.key) for column in inspect(self.model).primary_key]

    def _is(self, key: Any) -> list[ColumnElement[bool]]:
        return [column == value for column, value in zip(self._key, key, strict=True)]

    def _due(self, now: datetime) -> ColumnElement[bool]:
        overdue = and_(self.model.state == self.working, self.model.lease_until < now)
        return or_(self.model.state == self.waiting, overdue)

    def _held(self, taken: Taken) -> list[ColumnElement[bool]]:
        at_work = self.model.state == self.working
        return [*self._is(taken.key), at_work, self.model.claim == taken.secret]
