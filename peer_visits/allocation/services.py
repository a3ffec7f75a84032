"""Running an allocation and keeping it. Everything that places people goes through `run_allocation`."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun, RunState
from peer_visits.allocation.queries import Case
from peer_visits.allocation.rules import METHOD, Allocation, allocate
from peer_visits.kernel.ids import new_id


def run_allocation(
    session: Session, *, actor: Person, now: datetime, call_id: uuid.UUID, case: Case
) -> tuple[AllocationRun, Allocation]:
    """Allocate, and keep what went in and what came out, so that it can be repeated and explained."""
    outcome = allocate(case.visit_orders(), case.candidates())
    run = AllocationRun(
        id=new_id(),
        call_id=call_id,
        state=RunState.APPLIED,
        method=METHOD,
        input=_input(case),
        result=_result(outcome),
        created_at=now,
        created_by=actor.id,
        applied_at=now,
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


def _result(outcome: Allocation) -> dict[str, Any]:
    return {
        "placements": [
            {"person": str(one.person), "visit": str(one.visit), "rank": one.rank, "reason": str(one.reason)}
            for one in outcome.placements
        ],
        "waiting": [
            {"person": str(one.person), "visit": str(one.visit), "position": one.position}
            for one in outcome.waiting
        ],
        "unplaced": [{"person": str(one.person), "reason": str(one.reason)} for one in outcome.unplaced],
    }
