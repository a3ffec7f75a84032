"""Every published call gets its proven answer."""

from __future__ import annotations

import pytest

from peer_visits.allocation.solving import Answer, Event, WaitingList, judge, promote, read_instance, solve
from peer_visits.allocation.solving.reading.waiting import read_events, read_placements
from tests.allocation.published import LONG, MEDIUM, TINY, call, expected


def check(name: str, answer: Answer) -> None:
    right = expected(name)
    assert answer.status == right["status"]
    if answer.status == "infeasible":
        assert list(answer.conflict) in right["conflicts"]
        assert answer.conflict_smallest
        return
    assert answer.levels == right["levels"]
    assert answer.unique is right["unique"]
    if right["unique"]:
        assert answer.to_json()["placements"] == right["placements"]
    verdict = judge(read_instance(call(name)), answer.placements)
    assert verdict.holds
    assert verdict.levels == right["levels"]


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("prover", ["highs", "cp-sat"])
def test_a_tiny_call_gets_its_answer_from_either_solver(name: str, prover: str) -> None:
    check(name, solve(read_instance(call(name)), provers=[prover]))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.heavy) if name in LONG else name for name in MEDIUM]
)
def test_a_medium_call_gets_its_answer(name: str) -> None:
    check(name, solve(read_instance(call(name)), seconds=300))


def test_the_waiting_list_keeps_its_log() -> None:
    data, right = call("w1-waiting-list"), expected("w1-waiting-list")
    instance = read_instance(data)
    placements, events = read_placements(instance, data), read_events(instance, data)
    assert [handled.to_json() for handled in promote(instance, placements, events)] == right["log"]
    waiting = WaitingList(instance, placements)
    for event in data["events"]:
        waiting.handle(Event.from_json(event))
    assert [list(pair) for pair in waiting.placements] == right["final"]
