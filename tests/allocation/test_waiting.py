"""The waiting list: its rules one by one, and what must always hold."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peer_visits.allocation.solving import Event, Place, WaitingList, judge, promote, read_instance
from peer_visits.allocation.solving.lottery import lottery_number
from tests.allocation.small import small_call


def waiting_call(**more: Any) -> dict[str, Any]:
    people = [{"id": f"A{n}", "country": "IT" if n < 3 else "FR", "newcomer": n == 4} for n in range(1, 6)]
    wishes = [
        {"applicant": f"A{n}", "visit": visit, "rank": rank, "score": 50 + n}
        for n in range(1, 6)
        for rank, visit in enumerate(("V1", "V2"), start=1)
    ]
    return {
        "schema": "peer-visits/allocation/1",
        "visits": [{"id": "V1", "capacity": 1}, {"id": "V2", "capacity": 1}],
        "applicants": people,
        "applications": wishes,
        "objective": ["filled", "soft", "score", "lottery"],
        "seed": "waiting",
    } | more


def promoted(
    data: dict[str, Any], placements: list[tuple[str, str]], *events: Event
) -> list[list[tuple[str, str]]]:
    return [list(handled.promoted) for handled in promote(read_instance(data), placements, events)]


def test_the_highest_score_is_next_and_nobody_else_moves() -> None:
    events = [Event("decline", "A1", "V1"), Event("decline", "A5", "V1")]
    assert promoted(waiting_call(), [("A1", "V1"), ("A2", "V2")], *events) == [[("A5", "V1")], [("A4", "V1")]]


def test_who_declined_is_not_asked_again_but_may_get_another_visit() -> None:
    waiting = WaitingList(read_instance(waiting_call()), [("A5", "V1"), ("A4", "V2")])
    waiting.handle(Event("decline", "A5", "V1"))
    handled = waiting.handle(Event("withdraw", "A4"))
    assert handled.promoted == (("A5", "V2"),)
    assert ("A3", "V1") in waiting.placements


def test_withdrawing_gives_up_every_place_and_every_application() -> None:
    data = waiting_call(max_visits_per_applicant=2)
    waiting = WaitingList(read_instance(data), [("A5", "V1"), ("A5", "V2")])
    assert waiting.handle(Event("withdraw", "A5")).promoted == (("A4", "V1"), ("A4", "V2"))
    waiting.handle(Event("withdraw", "A4"))
    assert not [pair for pair in waiting.placements if pair[0] in {"A4", "A5"}]


def test_a_clash_blocks_and_is_named() -> None:
    data = waiting_call(max_visits_per_applicant=2, clashes=[["V1", "V2"]])
    data["applications"] = [wish for wish in data["applications"] if wish["applicant"] in {"A1", "A2"}]
    [handled] = promote(read_instance(data), [("A1", "V1"), ("A2", "V2")], [Event("decline", "A1", "V1")])
    assert handled.promoted == ()
    assert handled.open == (Place("V1", 1, {"clash": ("A2",)}),)
    assert handled.to_json()["open"] == [{"visit": "V1", "blocked": {"clash": ["A2"]}}]


def test_equal_people_are_taken_by_rank_then_by_lot() -> None:
    data = waiting_call()
    for wish in data["applications"]:
        wish["score"], wish["rank"] = 60, 1
    best = max(("A2", "A3", "A4", "A5"), key=lambda person: lottery_number("waiting", person, "V1"))
    assert promoted(data, [("A1", "V1")], Event("decline", "A1", "V1")) == [[(best, "V1")]]


@given(seed=st.integers(0, 10**9))
def test_no_promotion_breaks_a_hard_rule_and_no_place_is_left_for_whom_it_would_suit(seed: int) -> None:
    data = small_call(seed) | {"pinned": []}
    instance, draw = read_instance(data), Random(seed)
    waiting = WaitingList(instance, [])
    for _time in range(6):
        person = draw.choice(instance.applicants).id
        visit = draw.choice(instance.visits).id
        event = Event("decline", person, visit) if draw.random() < 0.7 else Event("withdraw", person)
        before = {name for name in judge(instance, waiting.placements).broken if "@" in name}
        stays = {pair for pair in waiting.placements if pair[0] != person}
        handled = waiting.handle(event)
        after = judge(instance, waiting.placements).broken
        minima = {rule.id for rule in instance.rules if rule.kind in {"min", "max_share"}}
        assert all(name in before or name.split("@")[0] in minima for name in after)
        assert stays <= set(waiting.placements)
        for place in handled.open:
            assert waiting.next_for(place.visit) is None
            assert place.free == waiting.free(place.visit) > 0
