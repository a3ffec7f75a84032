"""Random small agendas: the solver finds what trying everything finds, and what must go is as little as can be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from peer_visits.agenda.suggesting import judge_json, read_instance
from tests.agenda.suggesting.small import best, small_agenda
from tests.agenda.suggesting.worker import Worker, working

EXAMPLES = 1500 if os.environ.get("PEER_VISITS_HEAVY") == "1" else 40


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with working() as worker:
        yield worker


@example(seed=768)  # a session without a place fills the time on the way between two others
@given(seed=st.integers(0, 10**9))
@settings(max_examples=EXAMPLES)
def test_the_solver_finds_what_trying_everything_finds(worker: Worker, seed: int) -> None:
    call = small_agenda(seed)
    told, right = worker.solve(call), best(call)
    if right is None:
        assert told[-1]["end"] == "infeasible"
        check_what_must_go(call, told[-1])
        return
    assert told[-1] == {"end": "optimal"}
    reached = [line for line in told if "level" in line]
    assert {line["level"]: line["value"] for line in reached} == right
    assert all(line["bound"] == line["value"] for line in reached)
    verdict = judge_json(call, reached[-1]["plan"])
    assert verdict.broken == []
    assert verdict.levels == right


def check_what_must_go(call: dict[str, Any], end: dict[str, Any]) -> None:
    assert end["least"]
    required = [s["id"] for s in call["sessions"] if s["required"] and not s.get("fixed")]
    missing = end["unplaceable"]
    assert missing
    assert best(loosened(call, missing)) is not None
    for fewer in combinations(required, len(missing) - 1):
        assert best(loosened(call, list(fewer))) is None


def loosened(call: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The same agenda with these sessions not required."""
    sessions = [s | {"required": s["required"] and s["id"] not in names} for s in call["sessions"]]
    return call | {"sessions": sessions}


def test_the_small_agendas_hold_a_bit_of_everything() -> None:
    ends = [best(small_agenda(seed)) for seed in range(60)]
    found = [levels for levels in ends if levels is not None]
    assert 5 <= len(found) < 60
    assert any(levels["dropped"] for levels in found)
    assert any(levels["discomfort"] for levels in found)


def test_what_is_read_is_written_the_same() -> None:
    for seed in range(50):
        instance = read_instance(small_agenda(seed))
        assert read_instance(instance.to_json()) == instance
