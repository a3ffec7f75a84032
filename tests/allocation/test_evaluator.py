"""The judge counts everything itself: every kind of damage to a right answer is noticed."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import peer_visits.allocation.solving.evaluator as judged
from peer_visits.allocation.solving import judge, read_instance
from peer_visits.allocation.solving.evaluator import judge_json
from peer_visits.allocation.solving.groups import Group
from peer_visits.allocation.solving.lottery import lottery_number
from tests.allocation.published import MEDIUM, TINY, call, expected
from tests.allocation.small import small_call

Pairs = list[tuple[str, str]]
SOLVED = [name for name in (*TINY, *MEDIUM) if expected(name)["status"] == "optimal"]


def proven(name: str) -> Pairs:
    return [(person, visit) for person, visit in expected(name)["placements"]]


@pytest.mark.parametrize("name", SOLVED)
def test_proven_answers_are_worth_what_they_say(name: str) -> None:
    verdict = judge(read_instance(call(name)), proven(name))
    assert verdict.holds
    assert verdict.levels == expected(name)["levels"]


def test_it_shares_no_code_with_what_it_judges() -> None:
    tree = ast.parse(Path(judged.__file__).read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [name for name in modules | names if name and name.startswith("peer_visits")]


def changed(name: str, **parts: Any) -> Any:
    return call(name) | parts


@pytest.mark.parametrize(
    ("data", "placements", "broken"),
    [
        (call("t1-fill-beats-score"), [("A1", "V1"), ("A2", "V1")], {"capacity@V1": 1}),
        (call("t1-fill-beats-score"), [("A1", "V1"), ("A1", "V2")], {"max-visits": 1}),
        (call("t1-fill-beats-score"), [("A2", "V2")], {"not-eligible:A2@V2": 1}),
        (call("t1-fill-beats-score"), [("A9", "V1")], {"not-eligible:A9@V1": 1}),
        (call("t1-fill-beats-score"), [("A1", "V2"), ("A1", "V2")], {"twice:A1@V2": 1, "capacity@V2": 1}),
        (call("t9-two-visits-clash"), [("A1", "V1"), ("A1", "V2")], {"clash:V1+V2": 1}),
        (
            changed("t1-fill-beats-score", pinned=[{"applicant": "A1", "visit": "V1"}]),
            [("A2", "V1")],
            {"pin:A1@V1": 1},
        ),
        (call("t8-gender-share"), [(f"A{n}", "V1") for n in (1, 2, 3, 4, 5)], {"gender-f@V1": 1}),
        (call("t5-infeasible-one-visit"), [("A1", "V1"), ("A2", "V1")], {"org@V1": 1}),
        (call("t5-infeasible-one-visit"), [], {"newcomer@V1": 2}),
    ],
)
def test_damage_has_a_name(data: Any, placements: Pairs, broken: dict[str, int]) -> None:
    verdict = judge_json(data, placements)
    assert verdict.broken == broken
    assert not verdict.holds


@pytest.mark.parametrize("name", ["m1-240x10-standard", "m3-400x10-hard", "m5-150x6-two-visits"])
def test_no_damaged_answer_is_worth_as_much(name: str) -> None:
    """Whatever single change is made to the proven unique answer, it breaks something or is worth less."""
    data, right, draw = call(name), proven(name), Random(name)
    wishes = [(wish["applicant"], wish["visit"]) for wish in data["applications"]]
    best = judge_json(data, right).levels
    for _time in range(60):
        damaged = list(right)
        del damaged[draw.randrange(len(damaged))]
        if draw.random() < 0.8:
            damaged.append(draw.choice(wishes))
        verdict = judge_json(data, damaged)
        assert sorted(damaged) == sorted(right) or not verdict.holds or is_worse(data, verdict.levels, best)


def is_worse(data: Any, levels: dict[str, int], best: dict[str, int]) -> bool:
    for level in data["objective"]:
        if levels[level] != best[level]:
            more = levels[level] > best[level]
            return more if level in {"soft", "rank", "worst_shortfall"} else not more
    return False


@given(seed=st.integers(0, 10**9))
def test_the_counts_of_the_waiting_list_agree_with_the_judge(seed: int) -> None:
    data = small_call(seed)
    instance, draw = read_instance(data), Random(seed)
    people = instance.people()
    for visit in instance.visits:
        group = [person for person in people.values() if draw.random() < 0.5]
        verdict = judge_json(data, [(person.id, visit.id) for person in group])
        counted = Group(instance, visit.id, group)
        hard = {name: missed for name, missed in counted.hard().items() if missed}
        assert hard == {name: n for name, n in verdict.broken.items() if name in counted.hard()}
        weights = {rule.id: rule.weight for rule in instance.rules}
        soft = {
            name: n * weights[name.split("@")[0]]
            for name, n in verdict.missed.items()
            if name.endswith(visit.id)
        }
        assert soft == {name: cost for name, cost in counted.soft().items() if cost}


@given(seed=st.text(max_size=20), person=st.text(max_size=9), visit=st.text(max_size=9))
def test_both_count_the_same_lottery_numbers(seed: str, person: str, visit: str) -> None:
    data = {
        "visits": [{"id": visit, "capacity": 1}],
        "applicants": [{"id": person}],
        "applications": [{"applicant": person, "visit": visit, "rank": 1, "score": 1}],
        "objective": ["lottery"],
        "seed": seed,
    }
    assert judge_json(data, [(person, visit)]).levels == {"lottery": lottery_number(seed, person, visit)}
