"""Allocation runs for tests: asked for, worked off, in any state."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.accounts.models import Person
from peer_visits.allocation.background import work_off_runs
from peer_visits.allocation.finding import find_out
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.services.asking import ask_for_run
from peer_visits.allocation.services.working import claim_next, finish_run, freeze_input
from peer_visits.allocation.settings import Force, RuleName, RuleSetting, RunSettings
from peer_visits.allocation.states import ENDED, RunState
from peer_visits.calls.models import Call
from peer_visits.kernel.ids import new_id
from peer_visits.places.given_before import read_holdings
from peer_visits.storage.transaction import reading, writing
from tests.support.factories import NOW
from tests.support.places_factories import Story, apply_in_order, hand_over, make_closed_call


def plain_settings(*rules: RuleSetting, **values: Any) -> RunSettings:
    """No rules but these."""
    return RunSettings(rules=rules, time_limit=20, **values)


def cap(bound: int, force: Force = Force.HARD) -> RuleSetting:
    """At most so many from one country."""
    return RuleSetting(RuleName.COUNTRY, force, bound)


def make_run(
    session: Session, story: Story, settings: RunSettings | None = None, **values: Any
) -> AllocationRun:
    """A run that waits for a worker."""
    now: datetime = values.pop("now", NOW)
    return ask_for_run(
        session,
        actor=story.organiser,
        now=now,
        call=story.call,
        settings=settings or plain_settings(),
        **values,
    )


def work_off() -> int:
    """What the worker does with the runs that wait."""
    return work_off_runs(NOW, read_holdings=read_holdings)


def run_now(story: Story, settings: RunSettings | None = None) -> uuid.UUID:
    """A run asked for and worked off, in transactions of their own."""
    with writing() as session:
        run_id = make_run(session, story, settings).id
    work_off()
    return run_id


def work_out(
    session: Session, call: Call, actor: Person, *, now: datetime = NOW, settings: RunSettings | None = None
) -> AllocationRun:
    """A run asked for and worked off within this one transaction, by the same steps and the same solver as ever."""
    run = ask_for_run(session, actor=actor, now=now, call=call, settings=settings or plain_settings())
    claim = claim_next(session, now=now)
    assert claim is not None
    assert claim.run_id == run.id, "another run waits"
    built = freeze_input(session, claim=claim, holdings=read_holdings(session, call))
    finding = find_out(built, seconds=claim.time_limit)
    assert finding is not None
    assert finish_run(session, claim=claim, now=now, finding=finding)
    session.refresh(run)
    return run


def get_run(run_id: uuid.UUID) -> AllocationRun:
    """The run as it is now."""
    session = reading()
    session.expire_all()
    return session.get_one(AllocationRun, run_id)


def make_small_story(session: Session) -> Story:
    """Two visits with one and two places; four people, of whom nobody proposed Dan."""
    story = make_closed_call(session, 1, 2)
    small, large = story.visits
    people = apply_in_order(
        session, story.call, ann=[small, large], ben=[small, large], cat=[small], dan=[large]
    )
    hand_over(session, small, [people["ben"], people["ann"]], [people["cat"]])
    hand_over(session, large, [people["ann"]], [people["ben"]])
    return story


def make_run_in(session: Session, story: Story, state: RunState) -> AllocationRun:
    """A run in any state, without anything worked out."""
    run = make_run(session, story)
    run.state = state
    if state is RunState.RUNNING:
        run.claim, run.lease_until = new_id(), NOW
    if state in ENDED:
        run.finished_at = NOW
    if state is RunState.DONE:
        run.answer = {"status": "optimal"}
    session.flush()
    return run
