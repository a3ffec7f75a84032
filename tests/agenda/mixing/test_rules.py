"""Pins, absences, sizes, bounds; faults of files; an evaluator that finds what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from peer_visits.agenda.mixing import judge_json, mix, read_instance
from peer_visits.agenda.mixing.bounds import least_alike, least_pairs, least_repeats
from peer_visits.allocation.solving import Faulty

TYPES = ["city", "region", "ngo", "agency"]


def people(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"P{n:02}", "country": f"C{n % 9}", "org_type": TYPES[n * n % 4]} for n in range(1, count + 1)
    ]


def breakout(count: int, groups: int, rounds: int, **more: Any) -> dict[str, Any]:
    data = {"schema": "peer-visits/breakout/1", "people": people(count), "groups": groups, "rounds": rounds}
    return data | more


def test_pins_and_absences_hold_in_every_round() -> None:
    pins = [{"person": "P01", "group": 2}, {"person": "P02", "group": 2, "round": 3}]
    absences = [{"person": "P03", "round": 1}, {"person": "P04"}]
    data = breakout(18, 4, 3, pins=pins, absences=absences)
    answer = mix(read_instance(data), searches=3, steps=20_000)
    assert judge_json(data, answer.rounds).broken == []
    for number, groups in enumerate(answer.rounds, start=1):
        named = {person for group in groups for person in group}
        assert "P01" in groups[1]
        assert ("P03" in named) is (number != 1)
        assert "P04" not in named
        assert len(named) == (16 if number == 1 else 17)
        assert {len(group) for group in groups} <= {4, 5}
    assert "P02" in answer.rounds[2][1]


def test_kinds_of_organisation_are_mixed_after_countries() -> None:
    data = breakout(12, 3, 2)
    answer = mix(read_instance(data), searches=6, steps=20_000)
    assert list(answer.levels) == ["coincidences", "same_country", "same_type"]
    assert answer.levels["coincidences"] == 3
    alone = {"people": [person | {"country": None} for person in people(12)]}
    assert mix(read_instance(data | alone), searches=6, steps=20_000).levels["same_country"] == 0


def test_everybody_pinned_is_still_an_answer() -> None:
    pins = [{"person": f"P{n:02}", "group": 1 + n % 2} for n in range(1, 5)]
    data = breakout(4, 2, 2, pins=pins)
    answer = mix(read_instance(data))
    assert answer.levels["coincidences"] == 2
    assert answer.lower_bounds["coincidences"] == 2  # pins are part of the pigeonhole


@pytest.mark.parametrize(
    ("people_", "cells", "pairs"), [(24, 16, 8), (12, 9, 3), (5, 1, 10), (0, 3, 0), (3, 3, 0)]
)
def test_people_are_spread_over_cells(people_: int, cells: int, pairs: int) -> None:
    assert least_pairs(people_, cells, []) == pairs


def test_bounds_of_a_published_size() -> None:
    instance = read_instance(breakout(24, 4, 5))
    assert least_repeats(instance) == 80
    assert least_alike(instance, "country") == 0


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"schema": ""}, "schema: peer-visits/breakout/1 is expected, not ''"),
        ({"people": []}, "people: between 1 and 300 are expected, not 0"),
        ({"people": [*people(2), people(1)[0]]}, "people[2]: P01 is there twice"),
        ({"groups": 0}, "groups: 0 is not between 1 and 60"),
        ({"rounds": "3"}, "rounds: a whole number is expected, not '3'"),
        ({"pins": [{"person": "P99", "group": 1}]}, "pins[0].person: 'P99' is no person of this file"),
        ({"pins": [{"person": "P01", "group": 4}]}, "pins[0].group: 4 is not between 1 and 3"),
        ({"absences": [{"person": "P01", "round": 9}]}, "absences[0].round: 9 is not between 1 and 2"),
        (
            {"pins": [{"person": "P01", "group": 1}, {"person": "P01", "group": 2, "round": 2}]},
            "pins[1]: P01 is pinned to two groups in one round",
        ),
        (
            {"pins": [{"person": f"P0{n}", "group": 1, "round": 2} for n in range(1, 4)]},
            "pins: 3 people are pinned to group 1 of round 2, which holds 2",
        ),
    ],
)
def test_a_fault_is_told_with_its_place(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(Faulty) as caught:
        read_instance(breakout(6, 3, 2) | changes)
    assert any(one.startswith(fault) for one in caught.value.faults)


GROUPS = [[["P01", "P02"], ["P03", "P04"]], [["P01", "P03"], ["P02", "P04"]]]


@pytest.mark.parametrize(
    ("rounds", "fault"),
    [
        (GROUPS[:1], "there are 1 rounds, not 2"),
        ([GROUPS[0], [["P01", "P02", "P03", "P04"]]], "round 2 has 1 groups, not 2"),
        ([GROUPS[0], [["P01", "P03", "P02"], ["P04"]]], "round 2 has groups of unequal size"),
        ([GROUPS[0], [["P01", "P03"], ["P02", "P02"]]], "P04 is missing or doubled in round 2"),
        ([GROUPS[0], [["P01", "P03"], ["P02", "P02"]]], "P02 does not belong in round 2, or is doubled"),
        ([GROUPS[0], [["P02", "P03"], ["P01", "P04"]]], "P01 is not in group 1 of round 2"),
    ],
)
def test_the_evaluator_finds_each_fault(rounds: Any, fault: str) -> None:
    data = breakout(4, 2, 2, pins=[{"person": "P01", "group": 1}])
    assert judge_json(data, GROUPS).broken == []
    assert fault in judge_json(data, rounds).broken


def test_the_evaluator_finds_somebody_who_is_away() -> None:
    data = breakout(4, 2, 2, absences=[{"person": "P04", "round": 2}])
    assert "P04 does not belong in round 2, or is doubled" in judge_json(data, GROUPS).broken
