"""Searches: asked for in a request, taken up and ended by a worker while its claim holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.kernel.text import Phrase
from peer_visits.outbox.packing import pack
from peer_visits.searches.models import Search
from peer_visits.searches.states import SEARCH, SearchCommand, SearchState
from peer_visits.storage.leases import LEASE, Queue, Taken


@dataclass(frozen=True)
class Searches:
    """The searches of one table; `given_up` is said of what has cost three workers their life."""

    model: type[Search]
    given_up: Phrase

    @property
    def _queue(self) -> Queue:
        since: Any = self.model.asked_at
        return Queue(self.model, SearchState.WAITING, SearchState.WORKING, since)

    def ask(
        self, session: Session, key: Mapping[str, Any], *, actor: Person, now: datetime, **asked: Any
    ) -> None:
        """Have it looked for, under the lock of what it is about. One under way is dropped: the newest wish counts."""
        search = session.get(self.model, dict(key)) or self.model(**key)
        search.state = SEARCH.step(search.state or SearchState.WAITING, SearchCommand.ASK)
        search.asked_at, search.asked_by = now, actor.id
        search.attempts, search.claim, search.lease_until = 0, None, None
        search.answer = search.problem = None
        for column, value in asked.items():
            setattr(search, column, value)
        session.add(search)
        session.flush()

    def forget(self, session: Session, key: Mapping[str, Any]) -> None:
        """What was found has been taken, or is no longer wanted."""
        found = session.get(self.model, dict(key))
        if found:
            session.delete(found)
            session.flush()

    def claim(self, session: Session, *, now: datetime, lease: timedelta = LEASE) -> Taken | None:
        """Take up what has waited longest, or what was in the hands of a dead worker. None where nothing is due."""
        given_up = {"state": SearchState.FAILED, "problem": pack(self.given_up)}
        return self._queue.take_up(session, now=now, lease=lease, given_up=given_up)

    def finish(self, session: Session, taken: Taken, answer: Mapping[str, Any]) -> bool:
        """Keep what was found; whether anybody still waits for it."""
        return self._queue.end(session, taken, state=SearchState.DONE, answer=dict(answer))

    def fail(self, session: Session, taken: Taken, problem: Phrase) -> bool:
        """Say why nothing was found; whether anybody still waits for it."""
        return self._queue.end(session, taken, state=SearchState.FAILED, problem=pack(problem))

    def let_go(self, session: Session, taken: Taken) -> bool:
        """Leave it to another worker, as at an orderly stop."""
        return self._queue.let_go(session, taken)
