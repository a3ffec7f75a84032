"""Running an allocation and keeping it; finding the run that a decision carries out."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.queries import Case
from peer_visits.allocation.result import Placement, Result, Unplaced, Waiting
from peer_visits.allocation.rules import METHOD, Allocation, allocate
from peer_visits.allocation.states import RUN, RunCommand, RunState
from peer_visits.allocation.storing import read_result, write_result
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import Phrase
from peer_visits.storage.steps import update_one


def find_decidable_run(session: Session, call_id: uuid.UUID) -> AllocationRun | None:
    """The run a decision would carry out: the one the organiser chose last, else the latest with a result."""
    return session.scalars(
        select(AllocationRun)
        .where(
            AllocationRun.call_id == call_id,
            AllocationRun.state == RunState.DONE,
            AllocationRun.explanation.is_not(None),
        )
        .order_by(
            AllocationRun.chosen_at.is_(None), AllocationRun.chosen_at.desc(), AllocationRun.number.desc()
        )
        .limit(1)
    ).first()


def get_result(run: AllocationRun) -> Result:
    """What the run came to. Raises Refused while it has no result."""
    if run.state is not RunState.DONE or run.explanation is None:
        raise Refused(RUN.refusals[RunCommand.APPLY])
    return read_result(run.explanation)


def apply_run(session: Session, *, run: AllocationRun, now: datetime) -> None:
    """Mark the run as the one that was carried out. Raises Refused or Stale if it cannot be, or was already."""
    RUN.step(run.state, RunCommand.APPLY)
    expected = (
        AllocationRun.id == run.id,
        AllocationRun.state == RunState.DONE,
        AllocationRun.applied_at.is_(None),
    )
    update_one(session, AllocationRun, *expected, applied_at=now)


def run_in_order(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, case: Case
) -> AllocationRun:
    """Allocate at once by the hosts' orders alone, and keep what went in and what came out."""
    run, _outcome = _run(session, actor=actor, now=now, call_id=call_id, case=case)
    session.flush()
    return run


def run_allocation(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, case: Case
) -> tuple[AllocationRun, Allocation]:
    """Allocate, keep it, and mark it as carried out: for a decision made in the same transaction."""
    run, outcome = _run(session, actor=actor, now=now, call_id=call_id, case=case)
    run.chosen_at = run.applied_at = now
    return run, outcome


def _run(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, case: Case
) -> tuple[AllocationRun, Allocation]:
    outcome = allocate(case.visit_orders(), case.candidates())
    given = _input(case)
    result = _result(outcome, case)
    run = AllocationRun(
        id=new_id(),
        call_id=call_id,
        number=next_number(session, call_id),
        state=RunState.DONE,
        method=METHOD,
        input=given,
        input_hash=digest(given),
        answer=write_result(result),
        explanation=write_result(result),
        created_at=now,
        created_by=actor.id,
        started_at=now,
        finished_at=now,
    )
    session.add(run)
    return run, outcome


def next_number(session: Session, call_id: uuid.UUID) -> int:
    """The number of the call's next run."""
    query = select(func.coalesce(func.max(AllocationRun.number), 0)).where(AllocationRun.call_id == call_id)
    return int(session.scalar(query) or 0) + 1


def digest(value: Any) -> str:
    """SHA-256 of a value as JSON with sorted keys and no blanks, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _input(case: Case) -> dict[str, Any]:
    return {
        "visits": [
            {"visit": str(one.visit), "seats": one.seats, "order": [str(person) for person in one.order]}
            for one in case.visit_orders()
        ],
        "people": [
            {"person": str(one.person), "places": one.places, "wishes": [str(visit) for visit in one.wishes]}
            for one in case.candidates()
        ],
    }


def _result(outcome: Allocation, case: Case) -> Result:
    choices = {(wish.person, wish.visit): wish.choice for wish in case.wishes}
    placements = tuple(
        Placement(one.person, one.visit, choices[one.person, one.visit], one.rank, one.reason)
        for one in outcome.placements
    )
    lines: dict[uuid.UUID, list[Waiting]] = defaultdict(list)
    held = Counter(one.person for one in placements)
    for wait in outcome.waiting:
        choice = choices[wait.person, wait.visit]
        has_room = held[wait.person] < case.places_per_person - case.held.get(wait.person, 0)
        lines[wait.visit].append(
            Waiting(wait.person, wait.visit, choice, wait.rank, wait.position, wait.reason, has_room)
        )
    return Result(
        placements,
        {visit: tuple(line) for visit, line in lines.items()},
        tuple(Unplaced(one.person, one.reason) for one in outcome.unplaced),
        _reasons(outcome, case),
    )


def _reasons(outcome: Allocation, case: Case) -> dict[uuid.UUID, Phrase]:
    """The sentence of the choice itself, else of its person's place, else of their refusal."""
    by_choice = {(one.person, one.visit): one.reason for one in outcome.placements}
    by_choice |= {(one.person, one.visit): one.reason for one in outcome.waiting}
    by_person = {one.person: one.reason for one in outcome.placements}
    by_person |= {one.person: one.reason for one in outcome.unplaced}
    found = {
        wish.choice: by_choice.get((wish.person, wish.visit)) or by_person.get(wish.person)
        for wish in case.wishes
    }
    return {choice: reason for choice, reason in found.items() if reason}
