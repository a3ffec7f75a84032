"""What an organiser does with runs: ask for one, stop it, ask again otherwise, choose one for the decision."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.services.lottery import fix_public_value
from peer_visits.allocation.settings import ByHand, RunSettings, read_settings
from peer_visits.allocation.states import ENDED, RUN, RunCommand, RunState
from peer_visits.calls.models import Call
from peer_visits.calls.states import CallState
from peer_visits.calls.steps import log_call
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import new_id
from peer_visits.kernel.text import phrase
from peer_visits.storage.steps import update_one

METHOD = "levels-1"
MOST_WAITING = 5


def ask_for_run(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    settings: RunSettings,
    made_from: AllocationRun | None = None,
    public_value: str = "",
) -> AllocationRun:
    """Queue a run. Raises Refused while the call takes applications, once it is decided, or while many wait."""
    _refuse_unfit(session, call, now)
    fix_public_value(session, actor=actor, now=now, call=call, value=public_value)
    run = AllocationRun(
        id=new_id(),
        call_id=call.id,
        number=next_number(session, call.id),
        state=RunState.QUEUED,
        method=METHOD,
        note=settings.note,
        made_from_id=made_from.id if made_from else None,
        settings=settings.to_json(),
        time_limit=settings.time_limit,
        created_at=now,
        created_by=actor.id,
    )
    session.add(run)
    session.flush()
    log_call(session, actor, now, call, "allocation.asked", subject=run, run=run.number)
    return run


def _refuse_unfit(session: Session, call: Call, now: datetime) -> None:
    if call.decided_at is not None:
        raise Refused(phrase("This call was decided on %(moment)s.", moment=call.decided_at))
    if call.state is not CallState.PUBLISHED or now < call.closes_at:
        raise Refused(
            phrase("Places can be given out once the call has closed, on %(moment)s.", moment=call.closes_at)
        )
    waiting = (AllocationRun.call_id == call.id, AllocationRun.state.not_in(ENDED))
    if (session.scalar(select(func.count(AllocationRun.id)).where(*waiting)) or 0) >= MOST_WAITING:
        raise Refused(
            phrase("%(count)s runs of this call wait already. Let one end, or stop it.", count=MOST_WAITING)
        )


def next_number(session: Session, call_id: uuid.UUID) -> int:
    """The number of the call's next run."""
    query = select(func.coalesce(func.max(AllocationRun.number), 0)).where(AllocationRun.call_id == call_id)
    return int(session.scalar(query) or 0) + 1


def settings_of(run: AllocationRun) -> RunSettings:
    """What was chosen for a run."""
    return read_settings(run.settings, time_limit=run.time_limit, note=run.note)


def run_again(
    session: Session, *, actor: Person, now: datetime, call: Call, run: AllocationRun
) -> AllocationRun:
    """The same choices on what is true now."""
    return ask_for_run(session, actor=actor, now=now, call=call, settings=settings_of(run), made_from=run)


def soften_rule(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    run: AllocationRun,
    rule: str,
    visit: str = "",
) -> AllocationRun:
    """A new run in which this rule is tried for and no longer holds. Raises Refused for what is no hard rule."""
    settings = settings_of(run).softened(rule, visit)
    if settings is None:
        raise Refused(phrase("This run has no such rule that has to hold."))
    return ask_for_run(session, actor=actor, now=now, call=call, settings=settings, made_from=run)


def decide_by_hand(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    run: AllocationRun,
    decision: ByHand,
) -> AllocationRun:
    """A new run in which one person is placed, kept out, or let in beside the host's order, for a reason."""
    settings = settings_of(run).with_hand(decision)
    asked = ask_for_run(session, actor=actor, now=now, call=call, settings=settings, made_from=run)
    log_call(
        session,
        actor,
        now,
        call,
        "allocation.by_hand",
        subject=asked,
        run=asked.number,
        hand=decision.hand.value,
    )
    return asked


def take_hand_back(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    call: Call,
    run: AllocationRun,
    person: str,
    visit: str,
) -> AllocationRun:
    """A new run without what was decided by hand about this person and visit."""
    settings = settings_of(run).without_hand(person, visit)
    return ask_for_run(session, actor=actor, now=now, call=call, settings=settings, made_from=run)


def cancel_run(session: Session, *, actor: Person, now: datetime, call: Call, run: AllocationRun) -> None:
    """Stop a run that waits or is at work; whoever works at it notices within seconds and ends its solvers."""
    RUN.step(run.state, RunCommand.CANCEL)
    update_one(
        session,
        AllocationRun,
        AllocationRun.id == run.id,
        AllocationRun.state.not_in(ENDED),
        state=RunState.CANCELLED,
        claim=None,
        lease_until=None,
        finished_at=now,
    )
    log_call(session, actor, now, call, "allocation.cancelled", subject=run, run=run.number)


def choose_run(session: Session, *, actor: Person, now: datetime, call: Call, run: AllocationRun) -> None:
    """Take this run for the decision. Raises Refused unless it gives placements, or once the call is decided."""
    RUN.step(run.state, RunCommand.CHOOSE)
    if call.decided_at is not None:
        raise Refused(phrase("This call was decided on %(moment)s.", moment=call.decided_at))
    if run.explanation is None:
        raise Refused(phrase("This run gives no places: its rules cannot hold together."))
    expected = (AllocationRun.id == run.id, AllocationRun.state == RunState.DONE)
    update_one(session, AllocationRun, *expected, chosen_at=now)
    log_call(session, actor, now, call, "allocation.chosen", subject=run, run=run.number)
