"""Searches for times and groups: asked for in a request, taken up and ended by a worker while its claim holds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.services.plan import lock_plan
from peer_visits.agenda.states import SEARCH, SearchCommand, SearchKind, SearchState
from peer_visits.audit.services import record
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import Phrase, phrase
from peer_visits.outbox.packing import pack
from peer_visits.storage.steps import update_if
from peer_visits.visits.models import Visit

# Longer than a search can take.
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
GIVEN_UP = phrase("The search was interrupted three times. Try again, or do it by hand.")
_FREE: dict[str, Any] = {"claim": None, "lease_until": None}
_ACTIONS = {SearchKind.TIMES: "agenda.times_asked", SearchKind.GROUPS: "agenda.groups_asked"}


@dataclass(frozen=True)
class Claim:
    """A search in the hands of one worker; `secret` tells it from whoever had it before."""

    visit_id: uuid.UUID
    kind: SearchKind
    secret: uuid.UUID


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
    """Take up the search that has waited longest, or one whose worker is dead. None where nothing is due.

    A search that has cost three workers their life is given up.
    """
    due = or_(
        AgendaSearch.state == SearchState.WAITING,
        and_(AgendaSearch.state == SearchState.WORKING, AgendaSearch.lease_until < now),
    )
    query = select(AgendaSearch).where(due).order_by(AgendaSearch.asked_at, AgendaSearch.visit_id).limit(1)
    found = session.scalar(query)
    if found is None:
        return None
    this = (AgendaSearch.visit_id == found.visit_id, AgendaSearch.kind == found.kind, due)
    if found.attempts >= MOST_ATTEMPTS:
        given_up = {"state": SearchState.FAILED, "problem": pack(GIVEN_UP)}
        update_if(session, AgendaSearch, *this, **given_up, **_FREE)
        return claim_search(session, now=now, lease=lease)
    claim = Claim(found.visit_id, found.kind, new_id())
    taken = update_if(
        session,
        AgendaSearch,
        *this,
        state=SEARCH.step(found.state, SearchCommand.TAKE_UP),
        claim=claim.secret,
        lease_until=now + lease,
        attempts=found.attempts + 1,
    )
    return claim if taken else None


def finish_search(session: Session, *, claim: Claim, answer: dict[str, Any]) -> bool:
    """Keep what was found; whether anybody still waits for it."""
    return _end(session, claim, state=SearchState.DONE, answer=answer)


def fail_search(session: Session, *, claim: Claim, problem: Phrase) -> bool:
    """Say why nothing was found; whether anybody still waits for it."""
    return _end(session, claim, state=SearchState.FAILED, problem=pack(problem))


def let_go(session: Session, *, claim: Claim) -> bool:
    """Leave it to another worker, as at an orderly stop."""
    return _end(session, claim, state=SearchState.WAITING)


def _end(session: Session, claim: Claim, **values: Any) -> bool:
    held = (
        AgendaSearch.visit_id == claim.visit_id,
        AgendaSearch.kind == claim.kind,
        AgendaSearch.claim == claim.secret,
    )
    return bool(update_if(session, AgendaSearch, *held, **values, **_FREE))
