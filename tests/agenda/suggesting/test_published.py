"""Every published agenda gets its proven answer."""

from __future__ import annotations

import pytest

from peer_visits.agenda.suggesting import judge_json, read_instance, suggest
from tests.agenda.published import AGENDAS, agenda, expected_agenda

SMALL = tuple(name for name in AGENDAS if name.startswith("sc") and not name.startswith("sched"))
LARGE = tuple(name for name in AGENDAS if name not in {*SMALL, "sched-onsite-8x3-s2"})
# More than any of them takes: how long each takes is measured in benchmarks/agenda.py, on a machine that is at rest.
SECONDS = 120


def check(name: str) -> None:
    right = expected_agenda(name)
    answer = suggest(read_instance(agenda(name)), seconds=SECONDS)
    assert answer.status == right["status"]
    if right["status"] == "infeasible":
        return
    assert answer.levels == right["levels"]
    assert all(result.proven and result.gap == 0 for result in answer.results)
    verdict = judge_json(agenda(name), answer.plan)
    assert verdict.broken == []
    assert verdict.levels == right["levels"]


@pytest.mark.parametrize("name", [*SMALL, "sched-onsite-8x3-s2"])
def test_an_agenda_gets_its_answer(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_agenda_gets_its_answer(name: str) -> None:
    check(name)


@pytest.mark.parametrize("name", [name for name in AGENDAS if "infeasible" not in name])
def test_the_published_plans_are_judged_as_published(name: str) -> None:
    right = expected_agenda(name)
    verdict = judge_json(agenda(name), right["example_plan"])
    assert verdict.broken == []
    assert verdict.levels == right["levels"]


def test_what_cannot_be_placed_is_named() -> None:
    answer = suggest(read_instance(agenda("sc3-infeasible")))
    assert len(answer.unplaceable) == 1
    assert answer.unplaceable_is_least
    assert answer.plan == {}


def test_the_same_agenda_gets_the_same_plan() -> None:
    plans = [suggest(read_instance(agenda("sched-onsite-8x3-s2"))).to_json()["plan"] for _run in "ab"]
    assert plans[0] == plans[1]
