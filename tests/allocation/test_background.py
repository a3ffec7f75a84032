"""Runs are worked off once, whatever dies meanwhile: claims, leases, stops, and the same answer from the same input."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from peer_visits.allocation import background
from peer_visits.allocation.background import work_off_runs
from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.recording import make_record
from peer_visits.allocation.services import find_decidable_run, get_result, rebuild
from peer_visits.allocation.services.asking import (
    cancel_run,
    choose_run,
    decide_by_hand,
    run_again,
    soften_rule,
)
from peer_visits.allocation.services.lottery import commitment_of, find_lottery, seed_text
from peer_visits.allocation.services.working import (
    Finding,
    claim_next,
    fail_run,
    finish_run,
    keep_alive,
    let_go,
)
from peer_visits.allocation.settings import ByHand, Force, Hand, RuleName, RuleSetting
from peer_visits.allocation.solving import SolverFailed, lottery_number
from peer_visits.allocation.states import RunState
from peer_visits.kernel import clock
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.ids import json_digest
from peer_visits.places.given_before import read_holdings
from peer_visits.storage.leases import LEASE, MOST_ATTEMPTS
from peer_visits.storage.transaction import reading, writing
from tests.support.allocation_factories import (
    cap,
    get_run,
    make_run,
    make_small_story,
    plain_settings,
    work_off,
)
from tests.support.factories import NOW
from tests.support.places_factories import Story, apply_in_order, hand_over, make_closed_call


@pytest.fixture
def story(app: Flask, at_now: object) -> Story:
    """A closed call with four applicants for three places."""
    with writing() as session:
        return make_small_story(session)


def ask(story: Story, *rules: RuleSetting) -> uuid.UUID:
    with writing() as session:
        fresh = refreshed(session, story)
        return make_run(session, fresh, plain_settings(*rules)).id


def refreshed(session: Session, story: Story) -> Story:
    for record in (story.call, story.organiser, *story.visits):
        session.add(record)
        session.refresh(record)
    return story


def test_a_run_is_worked_off_and_explains_itself(story: Story) -> None:
    run_id = ask(story)
    assert work_off() == 1
    run = get_run(run_id)
    assert (run.state, run.problem, run.lease_until, run.attempts) == (RunState.DONE, "", None, 1)
    assert run.summary is not None
    assert (run.summary["status"], run.summary["filled"], run.summary["capacity"]) == ("optimal", 3, 3)
    assert run.verdict is not None
    assert run.verdict["broken"] == {}
    result = get_result(run)
    assert len(result.placements) == 3
    heard = {one.person for one in result.placements} | {one.person for one in result.unplaced}
    heard |= {one.person for line in result.waiting.values() for one in line}
    assert len(heard) == 4, "everybody who took part hears something"
    assert all(str(reason) for reason in result.reasons.values())
    assert len(result.reasons) == 6, "a sentence for every wish"
    assert work_off() == 0


def test_the_record_can_be_checked_without_the_product(story: Story) -> None:
    run_id = ask(story, cap(1))
    work_off()
    record = make_record(reading(), get_run(run_id))
    assert json_digest(record["input"]) == record["input_hash"]
    assert json_digest(record["answer"]["placements"]) == record["placements_hash"]
    seed = record["seed"]
    assert commitment_of(seed["secret"]) == seed["commitment"]
    assert record["input"]["seed"] == seed_text(seed["secret"], seed["public_value"])
    levels = record["answer"]["levels"]
    drawn = sum(lottery_number(record["input"]["seed"], *pair) for pair in record["answer"]["placements"])
    assert levels["lottery"] == drawn


def test_the_same_input_gives_the_same_answer(story: Story) -> None:
    first = ask(story, cap(1))
    work_off()
    with writing() as session:
        fresh, run = refreshed(session, story), session.get_one(AllocationRun, first)
        second = run_again(session, actor=fresh.organiser, now=NOW, call=fresh.call, run=run).id
    work_off()
    one, two = make_record(reading(), get_run(first)), make_record(reading(), get_run(second))
    assert one["input_hash"] == two["input_hash"]
    assert one["placements_hash"] == two["placements_hash"]
    assert get_run(first).explanation == get_run(second).explanation
    assert get_run(second).made_from_id == first


def test_two_workers_never_have_the_same_run(story: Story) -> None:
    ask(story)
    with writing() as session:
        first = claim_next(session, now=NOW)
        assert first is not None
        assert claim_next(session, now=NOW) is None


def test_a_dead_workers_run_is_taken_up_after_the_lease_with_the_same_input(story: Story) -> None:
    run_id = ask(story)
    with writing() as session:
        dead = claim_next(session, now=NOW)
    assert dead is not None
    assert work_off() == 0, "the lease holds"
    with clock.frozen(NOW + LEASE + timedelta(seconds=1)):
        assert work_off() == 1
    run = get_run(run_id)
    assert (run.state, run.attempts) == (RunState.DONE, 2)
    with writing() as session:
        assert not keep_alive(session, claim=dead, now=NOW, progress=None)
        assert not fail_run(session, claim=dead, now=NOW, problem="late")
        assert not let_go(session, claim=dead)
    assert get_run(run_id).state is RunState.DONE, "who was thought dead cannot touch it any more"


def test_a_run_that_kills_its_workers_is_given_up(story: Story) -> None:
    run_id = ask(story)
    for attempt in range(MOST_ATTEMPTS):
        with writing() as session:
            assert claim_next(session, now=NOW + attempt * 2 * LEASE) is not None
    with writing() as session:
        assert claim_next(session, now=NOW + 2 * MOST_ATTEMPTS * LEASE) is None
    run = get_run(run_id)
    assert run.state is RunState.FAILED
    assert "three times" in run.problem


def test_a_run_can_be_stopped_while_it_is_worked_at(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = ask(story)
    monkeypatch.setattr(background, "SHOWN_EVERY", timedelta(0))
    stopped: list[int] = []

    def stop_at_the_first_look(*args: object, cancelled: object, **kwargs: object) -> None:
        with writing() as session:
            fresh, run = refreshed(session, story), session.get_one(AllocationRun, run_id)
            cancel_run(session, actor=fresh.organiser, now=NOW, call=fresh.call, run=run)
        assert callable(cancelled)
        stopped.append(cancelled())

    monkeypatch.setattr(background, "find_out", stop_at_the_first_look)
    assert work_off() == 0
    assert stopped == [True]
    assert get_run(run_id).state is RunState.CANCELLED


def test_a_worker_that_is_told_to_end_gives_the_run_back(story: Story) -> None:
    run_id = ask(story)
    looks = iter([False])
    assert work_off_runs(NOW, read_holdings=read_holdings, stopping=lambda: next(looks, True)) == 0
    run = get_run(run_id)
    assert (run.state, run.attempts, run.claim) == (RunState.QUEUED, 0, None)
    frozen = run.input_hash
    assert work_off() == 1
    assert get_run(run_id).input_hash == frozen


@pytest.mark.parametrize("error", [SolverFailed("no memory"), ValueError("odd")])
def test_a_run_that_fails_says_why(story: Story, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    run_id = ask(story)

    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(background, "find_out", fail)
    assert work_off() == 1
    run = get_run(run_id)
    assert run.state is RunState.FAILED
    assert str(error) in run.problem


def test_rules_that_cannot_hold_together_are_named_and_softened(app: Flask, at_now: object) -> None:
    with writing() as session:
        story = make_closed_call(session, 2)
        [visit] = story.visits
        people = apply_in_order(session, story.call, ann=[visit], ben=[visit])
        hand_over(session, visit, list(people.values()))
        visit_id = str(visit.id)
        impossible = RuleSetting(RuleName.NEWCOMERS, Force.HARD, 3)
        first = make_run(session, story, plain_settings(impossible)).id
    work_off()
    run = get_run(first)
    assert run.summary is not None
    assert run.summary["status"] == "infeasible"
    assert f"newcomers@{visit_id}" in run.summary["conflict"]
    assert run.explanation is None
    with writing() as session:
        fresh, run = refreshed(session, story), session.get_one(AllocationRun, first)
        with pytest.raises(Refused, match="cannot hold together"):
            choose_run(session, actor=fresh.organiser, now=NOW, call=fresh.call, run=run)
        with pytest.raises(Refused, match="no such rule"):
            soften_rule(session, actor=fresh.organiser, now=NOW, call=fresh.call, run=run, rule="country")
        softened = soften_rule(
            session,
            actor=fresh.organiser,
            now=NOW,
            call=fresh.call,
            run=run,
            rule="newcomers",
            visit=visit_id,
        ).id
    work_off()
    summary = get_run(softened).summary
    assert summary is not None
    assert (summary["status"], summary["filled"]) == ("optimal", 2)


def test_who_is_placed_by_hand_is_placed(story: Story) -> None:
    first = ask(story)
    work_off()
    unplaced = get_result(get_run(first)).unplaced[0].person
    with writing() as session:
        fresh, run = refreshed(session, story), session.get_one(AllocationRun, first)
        decision = ByHand(Hand.PIN, str(unplaced), str(fresh.visits[1].id), "Speaks on the first day.")
        second = decide_by_hand(
            session, actor=fresh.organiser, now=NOW, call=fresh.call, run=run, decision=decision
        ).id
    work_off()
    assert unplaced in {one.person for one in get_result(get_run(second)).placements}
    assert get_run(second).settings["by_hand"][0]["reason"] == "Speaks on the first day."


def test_the_run_of_the_decision_is_the_one_chosen_last_else_the_latest(story: Story) -> None:
    first, second = ask(story), ask(story)
    assert find_decidable_run(reading(), story.call.id) is None
    work_off()
    found = find_decidable_run(reading(), story.call.id)
    assert found is not None
    assert found.id == second
    with writing() as session:
        fresh, run = refreshed(session, story), session.get_one(AllocationRun, first)
        choose_run(session, actor=fresh.organiser, now=NOW, call=fresh.call, run=run)
    found = find_decidable_run(reading(), story.call.id)
    assert found is not None
    assert found.id == first


def test_a_run_knows_whether_something_has_changed(story: Story) -> None:
    run_id = ask(story)
    work_off()
    with writing() as session:
        fresh, run = refreshed(session, story), session.get_one(AllocationRun, run_id)
        holdings = read_holdings(session, fresh.call)
        assert rebuild(session, call=fresh.call, run=run, holdings=holdings).digest == run.input_hash
        fresh.visits[0].capacity = 2
        session.flush()
        assert rebuild(session, call=fresh.call, run=run, holdings=holdings).digest != run.input_hash


def test_nothing_is_asked_for_before_the_call_closes_or_after_its_decision(session: Session) -> None:
    early = make_closed_call(session, 1, closes_at=NOW + timedelta(days=1))
    with pytest.raises(Refused, match="once the call has closed"):
        make_run(session, early)
    decided = make_closed_call(session, 1, decided_at=NOW)
    with pytest.raises(Refused, match="was decided"):
        make_run(session, decided)


def test_not_too_many_runs_wait(session: Session) -> None:
    story = make_closed_call(session, 1)
    for _number in range(5):
        make_run(session, story)
    with pytest.raises(Refused, match="5 runs of this call wait"):
        make_run(session, story)


def test_the_public_part_of_the_lottery_is_fixed_with_the_first_run(session: Session) -> None:
    story = make_closed_call(session, 1)
    make_run(session, story, public_value="1.0834")
    make_run(session, story, public_value="1.0999")
    lottery = find_lottery(session, story.call.id)
    assert lottery is not None
    assert lottery.public_value == "1.0834"


def test_a_finding_is_kept_only_by_whoever_holds_the_run(session: Session) -> None:
    story = make_small_story(session)
    run = make_run(session, story)
    claim = claim_next(session, now=NOW)
    assert claim is not None
    cancel_run(session, actor=story.organiser, now=NOW, call=story.call, run=run)
    finding = Finding({"status": "unknown"}, None, None, {}, {})
    assert not finish_run(session, claim=claim, now=NOW, finding=finding)
    session.refresh(run)
    assert (run.state, run.answer) == (RunState.CANCELLED, None)
