"""Allocating at once by the hosts' orders alone, for a decision nobody has made a run for."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.building.instance import digest
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.queries import Case
from peer_visits.allocation.result import Placement, Result, Unplaced, Waiting
from peer_visits.allocation.rules import METHOD, Allocation, allocate
from peer_visits.allocation.services.asking import next_number
from peer_visits.allocation.states import RunState
from peer_visits.allocation.storing import write_result
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import Phrase


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
