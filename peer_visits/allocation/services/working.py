"""What a worker does with a run: claim it, show how far it is, end it. Each step only while its claim holds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peer_visits.allocation.building.holdings import Holdings
from peer_visits.allocation.building.instance import Built, build_instance
from peer_visits.allocation.models import AllocationRun, LotterySeed
from peer_visits.allocation.result import Result
from peer_visits.allocation.services.asking import settings_of
from peer_visits.allocation.services.lottery import seed_text
from peer_visits.allocation.states import RunState
from peer_visits.allocation.storing import write_result
from peer_visits.calls.models import Call
from peer_visits.storage.leases import LEASE, Queue, Taken

RUNS = Queue(AllocationRun, RunState.QUEUED, RunState.RUNNING, AllocationRun.created_at)
GIVEN_UP = "The workers that took this run up were ended before it was over, three times."


@dataclass(frozen=True)
class Claim:
    """A run in the hands of one worker; `secret` tells it from whoever had the run before."""

    run_id: uuid.UUID
    secret: uuid.UUID
    time_limit: int

    @property
    def taken(self) -> Taken:
        """The claim as the queue knows it."""
        return Taken((self.run_id,), self.secret)


def claim_next(session: Session, *, now: datetime, lease: timedelta = LEASE) -> Claim | None:
    """Take up the run that has waited longest, or one whose worker is dead. None where nothing is due."""
    given_up = _ended(RunState.FAILED, now, GIVEN_UP)
    taken = RUNS.take_up(session, now=now, lease=lease, given_up=given_up, started_at=now, progress=None)
    if taken is None:
        return None
    [run_id] = taken.key
    time_limit = session.scalars(select(AllocationRun.time_limit).filter_by(id=run_id)).one()
    return Claim(run_id, taken.secret, time_limit)


def _ended(state: RunState, now: datetime, problem: str = "") -> dict[str, Any]:
    return {"state": state, "finished_at": now, "progress": None, "problem": problem[:500]}


def freeze_input(session: Session, *, claim: Claim, holdings: Holdings) -> Built:
    """The run's instance: built from what is true now by who takes it up first, then the same for ever."""
    run = session.get_one(AllocationRun, claim.run_id)
    if run.input is not None:
        return Built(run.input, run.sources)
    call = session.get_one(Call, run.call_id)
    lottery = session.get_one(LotterySeed, call.id)
    seed = seed_text(lottery.secret, lottery.public_value or "")
    built = build_instance(session, call=call, settings=settings_of(run), seed=seed, holdings=holdings)
    run.input, run.sources, run.input_hash = built.instance, built.sources, built.digest
    session.flush()
    return built


def call_of(session: Session, claim: Claim) -> Call:
    """The call of a claimed run."""
    return session.get_one(Call, session.get_one(AllocationRun, claim.run_id).call_id)


def keep_alive(
    session: Session,
    *,
    claim: Claim,
    now: datetime,
    progress: Mapping[str, Any] | None,
    lease: timedelta = LEASE,
) -> bool:
    """Renew the lease and say how far the run is. False once it was stopped, or is in other hands."""
    values: dict[str, Any] = {"lease_until": now + lease}
    if progress is not None:
        values["progress"] = dict(progress)
    return RUNS.keep(session, claim.taken, **values)


def let_go(session: Session, *, claim: Claim) -> bool:
    """Give an unfinished run back, for a worker that is told to end: it does not count as an attempt."""
    return RUNS.let_go(session, claim.taken, progress=None)


@dataclass(frozen=True)
class Finding:
    """What a run comes to: the solver's answer, the evaluator's verdict, the result if there is one."""

    answer: Mapping[str, Any]
    verdict: Mapping[str, Any] | None
    result: Result | None
    summary: Mapping[str, Any]
    versions: Mapping[str, Any]


def finish_run(session: Session, *, claim: Claim, now: datetime, finding: Finding) -> bool:
    """Keep what the run came to. False if it was stopped meanwhile: then nothing is kept."""
    values = {
        **_ended(RunState.DONE, now),
        "answer": dict(finding.answer),
        "verdict": dict(finding.verdict) if finding.verdict is not None else None,
        "explanation": write_result(finding.result) if finding.result else None,
        "summary": dict(finding.summary),
        "versions": dict(finding.versions),
    }
    return RUNS.end(session, claim.taken, **values)


def fail_run(session: Session, *, claim: Claim, now: datetime, problem: str) -> bool:
    """End a run that cannot be carried through, saying why."""
    return RUNS.end(session, claim.taken, **_ended(RunState.FAILED, now, problem))
