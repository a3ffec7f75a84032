"""What a decision takes from runs: the one to carry out, its result, and the mark that it was."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from peer_visits.allocation.building.holdings import Holdings
from peer_visits.allocation.building.instance import Built, build_instance
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.result import Result
from peer_visits.allocation.services.asking import settings_of
from peer_visits.allocation.states import RUN, RunCommand, RunState
from peer_visits.allocation.storing import read_result
from peer_visits.calls.models import Call
from peer_visits.kernel.errors import Refused
from peer_visits.storage.steps import update_if, update_one


def find_decidable_run(session: Session, call_id: uuid.UUID) -> AllocationRun | None:
    """The run a decision would carry out: the one the organiser chose last, else the latest that gives places."""
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
        .options(undefer(AllocationRun.explanation))
        .limit(1)
    ).first()


def get_result(run: AllocationRun) -> Result:
    """What the run came to. Raises Refused while it has no result."""
    if run.state is not RunState.DONE or run.explanation is None:
        raise Refused(RUN.refusals[RunCommand.APPLY])
    return read_result(run.explanation)


def rebuild(session: Session, *, call: Call, run: AllocationRun, holdings: Holdings) -> Built:
    """The instance as this run would get it now: its digest is the run's `input_hash` if nothing has changed."""
    seed = str((run.input or {}).get("seed", ""))
    return build_instance(session, call=call, settings=settings_of(run), seed=seed, holdings=holdings)


def apply_run(session: Session, *, run: AllocationRun, now: datetime) -> None:
    """Mark the run as carried out. Raises Refused without a result, Stale if it was carried out already."""
    RUN.step(run.state, RunCommand.APPLY)
    update_one(
        session,
        AllocationRun,
        AllocationRun.id == run.id,
        AllocationRun.state == RunState.DONE,
        AllocationRun.applied_at.is_(None),
        applied_at=now,
    )


def take_back_run(session: Session, *, call_id: uuid.UUID) -> None:
    """The run that was carried out is carried out no more: its decision is undone."""
    expected = (AllocationRun.call_id == call_id, AllocationRun.applied_at.is_not(None))
    update_if(session, AllocationRun, *expected, applied_at=None)
