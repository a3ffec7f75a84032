"""Looking for times and groups, in the worker; how a search is taken up and ended is told in `searches`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.agenda.breaking_out import Groups, Wish
from peer_visits.agenda.mixing.child import mix_apart
from peer_visits.agenda.models import AgendaSearch
from peer_visits.agenda.queries.breakouts import question_of_groups
from peer_visits.agenda.queries.proposals import question_of_times
from peer_visits.agenda.services.breakouts import keep_breakouts
from peer_visits.agenda.services.plan import find_plan
from peer_visits.agenda.services.searching import SEARCHES
from peer_visits.agenda.states import SearchKind
from peer_visits.agenda.suggesting import suggest
from peer_visits.agenda.words import days_of
from peer_visits.kernel import clock
from peer_visits.kernel.text import phrase
from peer_visits.kernel.work import Cancelled
from peer_visits.searches.background import Doing, Stopping, work_off
from peer_visits.storage.leases import LEASE, Taken
from peer_visits.storage.transaction import writing
from peer_visits.visits.models import Visit

SECONDS = 10.0  # for each search: somebody waits for it
NOT_FOUND = {
    SearchKind.TIMES: phrase(
        "The times could not be worked out just now. Try again, or place the sessions by hand."
    ),
    SearchKind.GROUPS: phrase("The groups could not be made just now. Try again."),
}


def work_off_searches(_now: datetime, stopping: Stopping = lambda: False, *, lease: timedelta = LEASE) -> int:
    """Work searches off until none is due or the worker is told to end. Returns how many came to an end."""
    return work_off(
        SEARCHES, _do, not_found=lambda taken: NOT_FOUND[_kind(taken)], stopping=stopping, lease=lease
    )


def _do(taken: Taken, stopping: Stopping) -> bool:
    return _DOINGS[_kind(taken)](taken, stopping)


def _kind(taken: Taken) -> SearchKind:
    _visit_id, kind = taken.key
    return SearchKind(kind)


def _find_times(taken: Taken, stopping: Stopping) -> bool:
    with writing() as session:
        search, visit = _read(session, taken)
        chosen = {uuid.UUID(one) for one in search.asked["sessions"]}
        plan = find_plan(session, visit)
        question = question_of_times(session, visit, plan, days_of(visit), chosen)
    answer = suggest(question.instance, seconds=SECONDS, cancelled=stopping)
    if answer.status == "cancelled":
        raise Cancelled
    with writing() as session:
        return SEARCHES.finish(session, taken, question.as_found(answer))


def _find_groups(taken: Taken, stopping: Stopping) -> bool:
    with writing() as session:
        search, visit = _read(session, taken)
        wish, asked_by, visit_id = Wish.from_json(search.asked), search.asked_by, visit.id
        question = question_of_groups(session, visit, wish)
    rounds = mix_apart(question.instance, seconds=SECONDS, cancelled=stopping)
    made: dict[uuid.UUID, Groups] = {
        one: [list(group) for group in groups] for one, groups in zip(question.sessions, rounds, strict=True)
    }
    with writing() as session:
        if not SEARCHES.finish(session, taken, {"groups": wish.groups}):
            return False
        visit, actor = session.get_one(Visit, visit_id), session.get_one(Person, asked_by)
        keep_breakouts(session, actor=actor, now=clock.now(), visit=visit, wish=wish, made=made)
        return True


def _read(session: Session, taken: Taken) -> tuple[AgendaSearch, Visit]:
    search = session.get_one(AgendaSearch, taken.key, populate_existing=True)
    return search, session.get_one(Visit, search.visit_id)


_DOINGS: dict[SearchKind, Doing] = {
    SearchKind.TIMES: _find_times,
    SearchKind.GROUPS: _find_groups,
}
