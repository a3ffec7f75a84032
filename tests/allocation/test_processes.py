"""The solvers run in limited processes: they can be stopped, run out of time and memory, and leave nothing behind."""

from __future__ import annotations

import copy
import os
import random
from pathlib import Path

import pytest

from peer_visits.allocation.solving import Progress, SolverFailed, judge, read_instance, solve
from tests.allocation.published import call, expected

RUNS = 5 if os.environ.get("PEER_VISITS_HEAVY") == "1" else 2
SMALL, LONG = "m5-150x6-two-visits", "m2-240x10-tight"


def children() -> set[str]:
    """Our child processes that are still there."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8").split())


def test_rows_in_any_order_and_either_solver_give_the_same_placements() -> None:
    given = set()
    for number, provers in enumerate([["highs"], ["highs", "cp-sat"]]):
        data = copy.deepcopy(call(SMALL))
        for part in ("visits", "applicants", "applications", "rules"):
            random.Random(number).shuffle(data[part])
        given.add(solve(read_instance(data), provers=provers).placements)
    assert [[list(pair) for pair in placements] for placements in given] == [expected(SMALL)["placements"]]


@pytest.mark.parametrize("prover", ["highs", "cp-sat"])
def test_every_run_of_each_solver_gives_the_same_placements(prover: str) -> None:
    given = set()
    for number in range(RUNS):
        data = copy.deepcopy(call(SMALL))
        for part in ("visits", "applicants", "applications", "rules"):
            random.Random(number).shuffle(data[part])
        given.add(solve(read_instance(data), provers=[prover], seconds=300).placements)
    assert len(given) == 1


def test_when_time_is_up_the_best_found_is_given_with_its_gap() -> None:
    instance, heard = read_instance(call(LONG)), list[Progress]()
    answer = solve(instance, seconds=4, progress=heard.append)
    assert answer.status in {"feasible", "unknown"}
    verdict = judge(instance, answer.placements)
    if answer.status == "feasible":
        assert verdict.holds
        assert answer.levels == verdict.levels
        unproven = [result for result in answer.results if not result.proven]
        assert unproven
        best = expected(LONG)["levels"]
        for result in answer.results:
            if result.proven:
                assert result.value == best[result.level]
        first = unproven[0]
        assert first.bound is not None
        low, high = sorted((first.value, first.bound))
        assert low <= best[first.level] <= high
        assert answer.to_json()["details"]["levels"][-1]["proven"] is False
    assert any(one.placed for one in heard)


def test_it_can_be_cancelled_and_leaves_no_process() -> None:
    before, heard = children(), list[Progress]()
    answer = solve(read_instance(call(LONG)), progress=heard.append, cancelled=lambda: bool(heard))
    assert answer.status == "cancelled"
    assert children() <= before


def test_a_solver_without_memory_fails_alone() -> None:
    before = children()
    with pytest.raises(SolverFailed, match="out of memory"):
        solve(read_instance(call(LONG)), memory=10_000_000)
    assert children() <= before


def test_one_solver_is_enough_when_the_other_fails() -> None:
    answer = solve(read_instance(call("t8-gender-share")), provers=["no-such-solver", "highs"])
    assert answer.levels == expected("t8-gender-share")["levels"]


def test_the_parent_reads_no_solver() -> None:
    maps = Path("/proc/self/maps").read_text("utf-8")
    assert "highspy" not in maps
    assert "ortools" not in maps
