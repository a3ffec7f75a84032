"""What a run begins with, how it is kept, and what softening and deciding by hand do to it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.allocation.scoring import points_of_mean, points_of_position
from peer_visits.allocation.settings import (
    Aim,
    ByHand,
    Force,
    Hand,
    Points,
    RuleName,
    RuleSetting,
    RunSettings,
    default_settings,
    differing_rules,
    read_settings,
)

rules = st.builds(
    RuleSetting,
    st.sampled_from(RuleName),
    st.sampled_from(Force),
    st.integers(0, 1000),
    st.integers(1, 100),
    st.lists(st.uuids().map(str), max_size=2, unique=True).map(tuple),
)
hands = st.builds(
    ByHand, st.sampled_from(Hand), st.uuids().map(str), st.uuids().map(str), st.text(max_size=9)
)
settings = st.builds(
    RunSettings,
    rules=st.lists(rules, max_size=5).map(tuple),
    visits=st.lists(st.uuids().map(str), max_size=3).map(tuple),
    points=st.sampled_from(Points),
    aim=st.sampled_from(Aim),
    bonus=st.tuples(*[st.integers(0, 100)] * 3),
    spread=st.booleans(),
    by_hand=st.lists(hands, max_size=3).map(tuple),
)


@given(settings)
def test_what_is_kept_is_read_again(chosen: RunSettings) -> None:
    assert read_settings(json.loads(json.dumps(chosen.to_json()))) == chosen


def test_the_usual_rules() -> None:
    usual = default_settings([24, 12], {"local": 40, "civil": 3})
    assert (usual.rule(RuleName.COUNTRY).force, usual.rule(RuleName.COUNTRY).bound) == (Force.HARD, 4)
    assert (usual.rule(RuleName.ORGANISATION).force, usual.rule(RuleName.ORGANISATION).bound) == (
        Force.HARD,
        2,
    )
    assert (usual.rule(RuleName.NEWCOMERS).force, usual.rule(RuleName.NEWCOMERS).bound) == (Force.SOFT, 4)
    assert (usual.rule(RuleName.LOCAL).force, usual.rule(RuleName.LOCAL).bound) == (Force.SOFT, 1)
    assert usual.rule(RuleName.NATIONAL).force is Force.OFF
    assert usual.objective == ["filled", "soft", "utility", "lottery"]
    assert usual.bonus == (10, 5, 0)
    minima = [rule for rule in usual.rules if rule.name not in {RuleName.COUNTRY, RuleName.ORGANISATION}]
    assert not [rule for rule in minima if rule.force is Force.HARD], "a minimum is never hard by itself"


def test_the_caps_of_the_call_come_first() -> None:
    usual = default_settings([10], {}, most_per_country=3, most_per_organisation=1)
    assert usual.rule(RuleName.COUNTRY).bound == 3
    assert usual.rule(RuleName.ORGANISATION).bound == 1


@pytest.mark.parametrize(
    ("aim", "spread", "levels"),
    [
        (Aim.UTILITY, False, ["filled", "soft", "utility", "lottery"]),
        (Aim.SCORE, False, ["filled", "soft", "score", "rank", "lottery"]),
        (Aim.RANK, True, ["filled", "worst_shortfall", "soft", "rank", "score", "lottery"]),
    ],
)
def test_what_matters_in_which_order(aim: Aim, spread: bool, levels: list[str]) -> None:
    assert RunSettings((), aim=aim, spread=spread).objective == levels


def test_a_rule_is_softened_in_one_visit_or_in_all() -> None:
    hard = RunSettings((RuleSetting(RuleName.COUNTRY, Force.HARD, 2),))
    everywhere, here = hard.softened("country"), hard.softened("country", "v1")
    assert everywhere is not None
    assert everywhere.rule(RuleName.COUNTRY).force is Force.SOFT
    assert here is not None
    assert here.rule(RuleName.COUNTRY) == RuleSetting(RuleName.COUNTRY, Force.HARD, 2, 1, ("v1",))
    assert here.softened("country", "v1") == here
    assert hard.softened("newcomers") is None
    assert everywhere.softened("country") is None
    assert differing_rules(hard, here) == [RuleName.COUNTRY]


def test_a_later_decision_by_hand_replaces_the_earlier_one() -> None:
    first = ByHand(Hand.PIN, "p", "v", "Speaks there.")
    second = replace(first, hand=Hand.EXCLUDE)
    other = replace(first, visit="w")
    decided = RunSettings(()).with_hand(first).with_hand(other).with_hand(second)
    assert decided.by_hand == (other, second)
    assert decided.without_hand("p", "v").by_hand == (other,)


@given(st.integers(1, 3000))
def test_the_hosts_order_is_kept(proposed: int) -> None:
    points = [points_of_position(at, proposed) for at in range(proposed)]
    assert points == sorted(points, reverse=True)
    assert points[0] == 100
    assert min(points) >= 0
    assert proposed > 101 or len(set(points)) == proposed


def test_a_position_outside_the_order_has_no_points() -> None:
    with pytest.raises(ValueError, match="among those proposed"):
        points_of_position(3, 3)


@pytest.mark.parametrize(("mean", "points"), [(None, 0), (49.5, 50), (49.4, 49), (100.4, 100), (-1.0, 0)])
def test_a_mean_is_rounded(mean: float | None, points: int) -> None:
    assert points_of_mean(mean) == points
