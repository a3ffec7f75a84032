"""The evaluator finds every kind of fault, each put into a plan that has no other."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from peer_visits.agenda.suggesting import judge_json

CALL: dict[str, Any] = {
    "schema": "peer-visits/schedule/1",
    "slot_minutes": 15,
    "min_gap_minutes": 15,
    "comfort": ["09:00", "17:00"],
    "days": [
        {"id": "D1", "mode": "online", "open": "09:00", "close": "17:00", "max_minutes": 180},
        {"id": "D2", "mode": "onsite", "open": "09:00", "close": "17:00"},
    ],
    "people": [
        {"id": "P1", "tz": 60, "windows": [{"day": "D1", "from": "11:00", "to": "13:00"}]},
        {"id": "P2", "tz": 0, "windows": [{"day": "D1", "from": "09:00", "to": "17:00"}]},
    ],
    "participants": [{"tz": -60, "count": 3}, {"tz": 60, "count": 2}],
    "rooms": [{"id": "R1", "capacity": 10}, {"id": "R2", "capacity": 4}],
    "travel": [{"a": "hall", "b": "port", "minutes": 40}],
    "sessions": [
        {"id": "talk", "minutes": 60, "people": ["P1"], "place": "hall", "days": ["D1"]},
        {"id": "tour", "minutes": 60, "people": ["P2"], "place": "port", "not_after": "13:00"},
        {"id": "left", "minutes": 30, "audience": "g1", "needs_room": True, "size": 4, "place": "hall"},
        {"id": "right", "minutes": 30, "audience": "g2", "needs_room": True, "size": 4, "place": "hall"},
        {
            "id": "dinner",
            "minutes": 60,
            "required": False,
            "weight": 3,
            "mode": "onsite",
            "not_before": "12:00",
        },
    ],
    "precedence": [{"before": "talk", "after": "tour"}],
    "together": [["left", "right"]],
    "objective": ["dropped", "discomfort", "span", "early"],
}
# Talk 10:00, tour 11:45 (forty minutes on the way take three slots), groups 13:30 in two rooms, dinner on the next day.
PLAN: dict[str, tuple[int, str | None]] = {
    "talk": (40, None),
    "tour": (47, None),
    "left": (54, "R1"),
    "right": (54, "R2"),
    "dinner": (96 + 48, None),
}


def test_a_plan_that_keeps_every_rule_is_worth_what_counting_says() -> None:
    verdict = judge_json(CALL, PLAN)
    assert verdict.broken == []
    # Nobody is outside comfortable hours; 10:00 to 14:00 and one hour of dinner.
    expected = {
        "dropped": 0,
        "discomfort": 0,
        "span": 240 + 60,
        "early": 40 + 2 * 47 + 3 * 54 + 4 * 54 + 5 * 144,
    }
    assert verdict.levels == expected


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"talk": None}, "talk is required and not placed"),
        ({"party": (40, None)}, "party is no session of this agenda"),
        ({"dinner": (2 * 96 + 48, None)}, "dinner lies on no day of this agenda"),
        ({"dinner": (96 + 65, None)}, "dinner lies outside its day"),
        ({"talk": (96 + 40, None)}, "talk lies on a day that is not its own"),
        ({"dinner": (60, None)}, "dinner lies on a day of another mode"),
        ({"dinner": (96 + 47, None)}, "dinner begins too early"),
        ({"tour": (50, None), "left": (58, "R1"), "right": (58, "R2")}, "tour ends too late"),
        ({"talk": (39, None)}, "P1 is not free for talk"),
        ({"left": (54, None)}, "left has no room"),
        ({"left": (54, "R9")}, "left has no room"),
        ({"talk": (40, "R1")}, "talk has a room and needs none"),
        ({"left": (54, "R2"), "right": (54, "R2")}, "R2 holds left and right at once"),
        ({"tour": (46, None)}, "talk and tour overlap or leave too short a gap"),
        ({"left": (53, "R1"), "right": (53, "R2")}, "tour and left overlap or leave too short a gap"),
        ({"talk": (44, None), "tour": (37, None)}, "talk is not over when tour starts"),
        ({"left": (55, "R1")}, "left and right do not start together"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], fault: str) -> None:
    plan = {name: place for name, place in (PLAN | changes).items() if place is not None}
    assert fault in judge_json(CALL, plan).broken


def test_a_room_that_is_too_small_is_found() -> None:
    call = copy.deepcopy(CALL)
    call["sessions"][2]["size"] = 11
    assert judge_json(call, PLAN).broken == ["R1 is too small for left"]


def test_a_day_that_is_too_full_is_found_and_together_counts_once() -> None:
    call = copy.deepcopy(CALL)
    call["days"][0]["max_minutes"] = 150  # talk 60, tour 60, the two groups 30
    assert judge_json(call, PLAN).broken == []
    call["days"][0]["max_minutes"] = 149
    assert judge_json(call, PLAN).broken == ["D1 holds more than 149 minutes"]
    call["sessions"][1]["counts"] = False
    call["days"][0]["max_minutes"] = 90
    assert judge_json(call, PLAN).broken == []


def test_what_stands_is_not_asked_again_but_must_stay() -> None:
    call = copy.deepcopy(CALL)
    call["sessions"][0]["fixed"] = {
        "day": "D1",
        "at": "08:00",
    }  # before its day opens and its speaker is free
    assert judge_json(call, PLAN | {"talk": (32, None)}).broken == []
    assert judge_json(call, PLAN).broken == ["talk does not stand where it is fixed"]


def test_discomfort_counts_people_and_minutes_on_their_own_clock() -> None:
    plan = {name: place for name, place in PLAN.items() if name != "dinner"} | {"talk": (36, None)}
    # From 9:00 to 10:00 three people have 8:00 to 9:00.
    assert judge_json(CALL, plan).levels == {
        "dropped": 3,
        "discomfort": 180,
        "span": 300,
        "early": 36 + 2 * 47 + 3 * 54 + 4 * 54,
    }


def test_clocks_go_round() -> None:
    call = CALL | {"participants": [{"tz": 14 * 60, "count": 1}]}
    # 20:00 here is 10:00 there, on the next day.
    plan = {"talk": (80, None)}
    assert judge_json(call, plan).levels["discomfort"] == 0
