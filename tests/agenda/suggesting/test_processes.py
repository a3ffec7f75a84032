"""The solver runs in a limited process: it can be stopped, runs out of time and memory, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from peer_visits.agenda.suggesting import Progress, judge_json, read_instance, suggest
from peer_visits.kernel.work import WorkFailed
from tests.agenda.published import agenda


def children() -> set[str]:
    """Our child processes that are still there."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8").split())


def endless() -> dict[str, Any]:
    """Sixty sessions with thirty speakers on six days: nobody proves that in a minute."""
    draw = Random(1)
    days = [{"id": f"D{n}", "open": "08:00", "close": "20:00"} for n in range(6)]
    return {
        "schema": "peer-visits/schedule/1",
        "name": "endless",
        "objective": ["dropped", "discomfort", "span", "early"],
        "days": days,
        "participants": [{"tz": tz, "count": draw.randint(1, 9)} for tz in (-60, 0, 60, 120)],
        "people": [
            {
                "id": f"P{n}",
                "windows": [
                    {"day": day["id"], "from": "09:00", "to": f"{draw.randint(12, 20)}:00"} for day in days
                ],
            }
            for n in range(30)
        ],
        "travel": [{"a": "a", "b": "b", "minutes": 30}, {"a": "b", "b": "c", "minutes": 50}],
        "sessions": [
            {
                "id": f"S{n}",
                "minutes": draw.choice([30, 45, 60]),
                "people": draw.sample([f"P{n}" for n in range(30)], 2),
                "place": draw.choice("abc"),
                "required": False,
            }
            for n in range(60)
        ],
    }


def test_when_time_is_up_the_best_found_is_given_with_its_gap() -> None:
    call, heard = endless(), list[Progress]()
    answer = suggest(read_instance(call), seconds=3, progress=heard.append)
    assert answer.status in {"feasible", "unknown"}
    assert heard
    assert judge_json(call, answer.plan).broken == []
    if answer.status == "feasible":
        assert answer.levels == judge_json(call, answer.plan).levels
        first_open = next(result for result in answer.results if not result.proven)
        assert first_open.bound is None or first_open.bound < first_open.value
        assert answer.to_json()["details"]["levels"][-1]["proven"] is False


def test_it_can_be_cancelled_and_leaves_no_process() -> None:
    before, heard = children(), list[Progress]()
    answer = suggest(read_instance(endless()), progress=heard.append, cancelled=lambda: bool(heard))
    assert answer.status == "cancelled"
    assert children() <= before


def test_without_memory_it_fails_and_leaves_no_process() -> None:
    before = children()
    with pytest.raises(WorkFailed):
        suggest(read_instance(agenda("sc2-comfort")), memory=10_000_000)
    assert children() <= before


def test_this_process_reads_no_solver() -> None:
    suggest(read_instance(agenda("sc2-comfort")))
    assert "ortools" not in Path("/proc/self/maps").read_text("utf-8")
