"""Random small calls: each solver finds what trying everything finds, and conflicts are smallest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peer_visits.allocation.solving.evaluator import judge_json
from tests.allocation.small import best, is_feasible, small_call
from tests.allocation.worker import Worker, working

EXAMPLES = 2000 if os.environ.get("PEER_VISITS_HEAVY") == "1" else 60


@pytest.fixture(scope="module", params=["highs", "cp-sat"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with working(request.param) as worker:
        yield worker


@given(seed=st.integers(0, 10**9))
@settings(max_examples=EXAMPLES)
def test_a_solver_finds_what_trying_everything_finds(worker: Worker, seed: int) -> None:
    call = small_call(seed)
    answer, right = worker.solve(call), best(call)
    if right is None:
        check_conflict(call, answer)
        return
    levels, winners = right
    assert answer["status"] == "optimal"
    assert answer["levels"] == levels
    assert answer["unique"] is (len(winners) == 1)
    assert [tuple(pair) for pair in answer["placements"]] in winners


def check_conflict(call: dict[str, Any], answer: dict[str, Any]) -> None:
    assert answer["status"] == "infeasible"
    assert answer["conflict_smallest"]
    conflict = answer["conflict"]
    assert not is_feasible(call, frozenset(conflict))
    for fewer in combinations(conflict, len(conflict) - 1):
        assert is_feasible(call, frozenset(fewer))
    if len(conflict) <= 3:  # nothing smaller anywhere
        names = hard_names(call)
        for others in combinations(names, len(conflict) - 1):
            assert is_feasible(call, frozenset(others))
    assert is_feasible(call, hard_names(call) - set(answer["repair"]))


def hard_names(call: dict[str, Any]) -> frozenset[str]:
    """Every hard rule instance that some placements break."""
    everything = [(wish["applicant"], wish["visit"]) for wish in call["applications"] if wish["eligible"]]
    names = set(judge_json(call, []).broken) | set(judge_json(call, everything).broken)
    for rule in call["rules"]:
        visits = [visit["id"] for visit in call["visits"]] if rule["visits"] == "*" else rule["visits"]
        names |= {f"{rule['id']}@{visit}" for visit in visits if rule["hard"]}
    return frozenset(names)


def test_equal_answers_are_drawn_for_alike_by_both_solvers() -> None:
    drawn = 0
    with working("highs") as one, working("cp-sat") as other:
        for seed in range(40):
            call = small_call(seed) | {"objective": ["filled"]}
            first, second = one.solve(call), other.solve(call)
            assert first.get("placements") == second.get("placements")
            assert first["details"]["tie_breaks"] == second["details"]["tie_breaks"]
            drawn += bool(first["details"]["tie_breaks"])
    assert drawn >= 5
