"""Every published breakout reaches its bounds."""

from __future__ import annotations

import copy
import random

import pytest

from peer_visits.agenda.mixing import judge_json, mix, read_instance
from tests.agenda.published import BREAKOUTS, breakout, expected_breakout


@pytest.mark.parametrize("name", BREAKOUTS)
def test_the_bounds_are_reached(name: str) -> None:
    right = expected_breakout(name)
    answer = mix(read_instance(breakout(name)))
    assert answer.proven
    assert answer.lower_bounds == right["lower_bounds"]
    assert answer.levels == {level: right[level] for level in right["lower_bounds"]}
    verdict = judge_json(breakout(name), answer.rounds)
    assert verdict.broken == []
    assert verdict.levels == answer.levels


@pytest.mark.parametrize("name", BREAKOUTS)
def test_the_published_groups_are_judged_as_published(name: str) -> None:
    right = expected_breakout(name)
    verdict = judge_json(breakout(name), right["example"])
    assert verdict.broken == []
    assert verdict.levels == {level: right[level] for level in right["lower_bounds"]}


def test_rows_in_any_order_give_the_same_groups() -> None:
    given = set()
    for number in range(3):
        data = copy.deepcopy(breakout("b-24-4-5-c1"))
        random.Random(number).shuffle(data["people"])
        given.add(mix(read_instance(data)).rounds)
    assert len(given) == 1


def test_repeats_are_minimised_and_nobody_is_kept_together() -> None:
    """The most different meetings would come from pairs that share a group in all five rounds."""
    rounds = mix(read_instance(breakout("b-24-4-5-c1"))).rounds
    met: dict[frozenset[str], int] = {}
    for groups in rounds:
        for group in groups:
            for one in group:
                for other in group:
                    met[frozenset((one, other))] = met.get(frozenset((one, other)), 0) + (one < other)
    assert max(met.values()) <= 3
