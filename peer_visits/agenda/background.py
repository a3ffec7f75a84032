"""Working searches for times and groups off outside of any request: one at a time, each in a process of its own.

The worker calls `work_off_searches` beside its mail. No transaction is open while a search runs. If the worker dies,
the search ends with it, and the next worker takes it up after the lease.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.apart import Cancelled, WorkFailed
from peer_visits.agenda.breaking_out import Groups, Wish
from peer_visits.agenda.mixing.apart import mix_apart
from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.queries.breakouts import question_of_groups
from peer_visits.agenda.queries.proposals import question_of_times
from peer_visits.agenda.services.breakouts import keep_breakouts
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.services.searching import (
    Claim,
    claim_search,
    fail_search,
    finish_search,
    let_go,
)
from peer_visits.agenda.states import SearchKind
from peer_visits.agenda.suggesting import suggest
from peer_visits.agenda.words import days_of
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.storage.leases import LEASE
from peer_visits.storage.transaction import writing
from peer_visits.visits.models import Visit

log = logging.getLogger(__name__)

Stopping = Callable[[], bool]
SECONDS = 10.0  # for each search: somebody waits for it
NOT_FOUND = {
    SearchKind.TIMES: phrase(
        "The times could not be worked out just now. Try again, or place the sessions by hand."
    ),
    SearchKind.GROUPS: phrase("The groups could not be made just now. Try again."),
}


def work_off_searches(_now: datetime, stopping: Stopping = lambda: False, *, lease: timedelta = LEASE) -> int:
    """Work searches off until none is due or the worker is told to end. Returns how many came to an end."""
    ended = 0
    while not stopping():
        with writing() as session:
            claim = claim_search(session, now=clock.now(), lease=lease)
        if claim is None:
            break
        ended += _work(claim, stopping)
    return ended


def _work(claim: Claim, stopping: Stopping) -> bool:
    """Whether the search came to an end here that somebody waited for."""
    problem = NOT_FOUND[claim.kind]
    try:
        return _DOINGS[claim.kind](claim, stopping)
    except Cancelled:
        with writing() as session:
            let_go(session, claim=claim)
        return False
    except Refused as refusal:
        problem = refusal.reason
    except WorkFailed as error:
        log.warning("the search for %s of visit %s failed: %s", claim.kind, claim.visit_id, error)
    except Exception:
        log.exception("the search for %s of visit %s failed", claim.kind, claim.visit_id)
    with writing() as session:
        return fail_search(session, claim=claim, problem=problem)


def _find_times(claim: Claim, stopping: Stopping) -> bool:
    with writing() as session:
        search, visit = _read(session, claim)
        chosen = {uuid.UUID(one) for one in search.asked["sessions"]}
        plan = find_plan(session, visit)
        question = question_of_times(session, visit, plan, days_of(visit), chosen)
    answer = suggest(question.instance, seconds=SECONDS, cancelled=stopping)
    if answer.status == "cancelled":
        raise Cancelled
    with writing() as session:
        return finish_search(session, claim=claim, answer=question.as_found(answer))


def _find_groups(claim: Claim, stopping: Stopping) -> bool:
    with writing() as session:
        search, visit = _read(session, claim)
        wish, asked_by = Wish.from_json(search.asked), search.asked_by
        question = question_of_groups(session, visit, wish)
    rounds = mix_apart(question.instance, seconds=SECONDS, cancelled=stopping)
    made: dict[uuid.UUID, Groups] = {
        one: [list(group) for group in groups] for one, groups in zip(question.sessions, rounds, strict=True)
    }
    with writing() as session:
        if not finish_search(session, claim=claim, answer={"groups": wish.groups}):
            return False
        visit, actor = session.get_one(Visit, claim.visit_id), session.get_one(Person, asked_by)
        keep_breakouts(session, actor=actor, now=clock.now(), visit=visit, wish=wish, made=made)
        return True


def _read(session: Session, claim: Claim) -> tuple[AgendaSearch, Visit]:
    search = session.get_one(AgendaSearch, (claim.visit_id, claim.kind), populate_existing=True)
    return search, session.get_one(Visit, claim.visit_id)


_DOINGS: dict[SearchKind, Callable[[Claim, Stopping], bool]] = {
    SearchKind.TIMES: _find_times,
    SearchKind.GROUPS: _find_groups,
}
