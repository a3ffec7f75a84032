"""Searches for times and groups: asked for in a request, taken up and ended by a worker while its claim holds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.states import SEARCH, SearchCommand, SearchKind, SearchState
from peer_visits.audit.services import record
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.packing import pack
from peer_visits.storage.leases import LEASE, Queue, Taken
from peer_visits.visits.models import Visit

SEARCHES = Queue(AgendaSearch, SearchState.WAITING, SearchState.WORKING, AgendaSearch.asked_at)
GIVEN_UP = phrase("The search was interrupted three times. Try again, or do it by hand.")
_ACTIONS = {SearchKind.TIMES: "agenda.times_asked", SearchKind.GROUPS: "agenda.groups_asked"}


@dataclass(frozen=True)
class Claim:
    """A search in the hands of one worker; `secret` tells it from whoever had it before."""

    visit_id: uuid.UUID
    kind: SearchKind
    secret: uuid.UUID

    @property
    def taken(self) -> Taken:
        """The claim as the queue knows it."""
        return Taken((self.visit_id, self.kind), self.secret)


def ask_search(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    visit: Visit,
    kind: SearchKind,
    asked: dict[str, Any],
) -> None:
    """Have times or groups looked for. One that is under way is dropped: the newest wish counts."""
    plan = lock_plan(session, visit)
    search = session.get(AgendaSearch, (visit.id, kind)) or AgendaSearch(visit_id=visit.id, kind=kind)
    search.state = SEARCH.step(search.state or SearchState.WAITING, SearchCommand.ASK)
    search.asked_at, search.asked_by, search.asked = now, actor.id, asked
    search.board_version = plan.version
    search.attempts, search.claim, search.lease_until = 0, None, None
    search.answer = search.problem = None
    session.add(search)
    session.flush()
    record(
        session,
        actor=actor,
        now=now,
        action=_ACTIONS[kind],
        subject=visit,
        programme_id=visit.call.programme_id,
    )


def forget_search(session: Session, visit: Visit, kind: SearchKind) -> None:
    """What was found has been taken, or is no longer wanted."""
    found = session.get(AgendaSearch, (visit.id, kind))
    if found:
        session.delete(found)
        session.flush()


def claim_search(session: Session, *, now: datetime, lease: timedelta = LEASE) -> Claim | None:
    """Take up the search that has waited longest, or one whose worker is dead. None where nothing is due."""
    given_up = {"state": SearchState.FAILED, "problem": pack(GIVEN_UP)}
    taken = SEARCHES.take_up(session, now=now, lease=lease, given_up=given_up)
    if taken is None:
        return None
    visit_id, kind = taken.key
    return Claim(visit_id, kind, taken.secret)


def finish_search(session: Session, *, claim: Claim, answer: dict[str, Any]) -> bool:
    """Keep what was found; whether anybody still waits for it."""
    return SEARCHES.end(session, claim.taken, state=SearchState.DONE, answer=answer)


def fail_search(session: Session, *, claim: Claim, problem: Phrase) -> bool:
    """Say why nothing was found; whether anybody still waits for it."""
    return SEARCHES.end(session, claim.taken, state=SearchState.FAILED, problem=pack(problem))


def let_go(session: Session, *, claim: Claim) -> bool:
    """Leave it to another worker, as at an orderly stop."""
    return SEARCHES.let_go(session, claim.taken)
