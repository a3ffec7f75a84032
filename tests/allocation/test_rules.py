"""Placing people: worked examples, and what must hold whatever the wishes and orders."""

from __future__ import annotations

import uuid
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peer_visits.allocation.rules import Allocation, Candidate, VisitOrder, allocate

VISITS = [uuid.UUID(int=number) for number in range(1, 6)]
PEOPLE = [uuid.UUID(int=number) for number in range(101, 113)]
V1, V2, V3 = VISITS[:3]
ANN, BEN, CAT, DAN = PEOPLE[:4]


def placed(outcome: Allocation) -> set[tuple[uuid.UUID, uuid.UUID]]:
    return {(one.person, one.visit) for one in outcome.placements}


def waiting(outcome: Allocation, visit: uuid.UUID) -> list[uuid.UUID]:
    return [one.person for one in outcome.waiting if one.visit == visit]


def test_nobody_and_nothing() -> None:
    assert allocate([], []) == Allocation((), (), ())


def test_the_host_order_decides_who_gets_the_last_place() -> None:
    outcome = allocate([VisitOrder(V1, 1, (BEN, ANN))], [Candidate(ANN, (V1,)), Candidate(BEN, (V1,))])
    assert placed(outcome) == {(BEN, V1)}
    assert waiting(outcome, V1) == [ANN]
    assert outcome.unplaced == ()


def test_people_get_the_visit_they_want_most_among_those_that_propose_them() -> None:
    outcome = allocate(
        [VisitOrder(V1, 1, (ANN, BEN)), VisitOrder(V2, 1, (ANN, BEN))],
        [Candidate(ANN, (V2, V1)), Candidate(BEN, (V2, V1))],
    )
    assert placed(outcome) == {(ANN, V2), (BEN, V1)}


def test_someone_displaced_goes_to_their_next_choice_and_displaces_in_turn() -> None:
    outcome = allocate(
        [VisitOrder(V1, 1, (BEN, ANN)), VisitOrder(V2, 1, (ANN, CAT)), VisitOrder(V3, 1, (CAT,))],
        [Candidate(CAT, (V2, V3)), Candidate(ANN, (V1, V2)), Candidate(BEN, (V1,))],
    )
    assert placed(outcome) == {(BEN, V1), (ANN, V2), (CAT, V3)}


def test_whoever_has_a_lesser_choice_still_waits_for_the_better_but_not_the_other_way() -> None:
    outcome = allocate(
        [VisitOrder(V1, 1, (ANN, BEN)), VisitOrder(V2, 1, (BEN, ANN))],
        [Candidate(ANN, (V1, V2)), Candidate(BEN, (V1, V2))],
    )
    assert placed(outcome) == {(ANN, V1), (BEN, V2)}
    assert waiting(outcome, V1) == [BEN]
    assert waiting(outcome, V2) == []


def test_two_places_for_a_person_who_may_hold_two() -> None:
    orders = [VisitOrder(visit, 1, (ANN,)) for visit in (V1, V2, V3)]
    outcome = allocate(orders, [Candidate(ANN, (V3, V1, V2), places=2)])
    assert placed(outcome) == {(ANN, V3), (ANN, V1)}
    assert waiting(outcome, V2) == []


def test_whom_no_host_proposes_is_told_so() -> None:
    outcome = allocate([VisitOrder(V1, 2, (BEN,))], [Candidate(ANN, (V1,)), Candidate(BEN, (V1,))])
    assert [one.person for one in outcome.unplaced] == [ANN]
    assert "proposed others" in str(outcome.unplaced[0].reason)


def test_a_visit_left_empty_places_nobody_and_says_why() -> None:
    outcome = allocate([VisitOrder(V1, 2, ())], [Candidate(ANN, (V1,))])
    assert outcome.placements == ()
    assert "proposed nobody" in str(outcome.unplaced[0].reason)


def test_someone_who_left_is_passed_over_in_the_order() -> None:
    outcome = allocate([VisitOrder(V1, 1, (DAN, ANN))], [Candidate(ANN, (V1,))])
    assert placed(outcome) == {(ANN, V1)}


def test_reasons_name_the_rank_and_the_position() -> None:
    outcome = allocate(
        [VisitOrder(V1, 1, (ANN, BEN)), VisitOrder(V2, 1, (BEN,)), VisitOrder(V3, 0, (BEN,))],
        [Candidate(ANN, (V1,)), Candidate(BEN, (V3, V1, V2))],
    )
    reasons = {(one.person, one.visit): str(one.reason) for one in outcome.placements}
    reasons |= {(one.person, one.visit): str(one.reason) for one in outcome.waiting}
    assert "first choice" in reasons[ANN, V1]
    assert "choice 3" in reasons[BEN, V2]
    assert "number 1 on the waiting list" in reasons[BEN, V1]
    assert "All places are taken" in reasons[BEN, V3]


@pytest.mark.parametrize(
    ("visits", "candidates"),
    [
        ([VisitOrder(V1, 1, ()), VisitOrder(V1, 2, ())], []),
        ([], [Candidate(ANN, (V1,)), Candidate(ANN, (V2,))]),
    ],
)
def test_twins_are_refused(visits: list[VisitOrder], candidates: list[Candidate]) -> None:
    with pytest.raises(ValueError, match="named once"):
        allocate(visits, candidates)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[VisitOrder], list[Candidate]]:
    """Up to five visits and twelve people; a host proposes some of those who want its visit, and strangers."""
    visits = VISITS[: draw(st.integers(1, 5))]
    people = PEOPLE[: draw(st.integers(0, 12))]
    wishes = {person: draw(st.lists(st.sampled_from(visits), unique=True, max_size=5)) for person in people}
    candidates = [
        Candidate(person, tuple(wishes[person]), draw(st.sampled_from((1, 1, 1, 2)))) for person in people
    ]
    orders = [
        VisitOrder(
            visit, draw(st.integers(0, 4)), tuple(draw(st.lists(st.sampled_from(PEOPLE), unique=True)))
        )
        for visit in visits
    ]
    return orders, draw(st.permutations(candidates))


@settings(max_examples=300, deadline=None)
@given(worlds())
def test_what_always_holds(world: tuple[list[VisitOrder], list[Candidate]]) -> None:
    orders, candidates = world
    outcome = allocate(orders, candidates)
    people = {one.person: one for one in candidates}
    got = {person: [v for p, v in placed(outcome) if p == person] for person in people}
    there = {order.visit: [p for p, v in placed(outcome) if v == order.visit] for order in orders}
    assert len(placed(outcome)) == len(outcome.placements), "nobody twice in one visit"
    for order in orders:
        assert len(there[order.visit]) <= order.seats
        assert set(there[order.visit]) <= set(order.order), "only whom the host proposes"
    for person, candidate in people.items():
        assert len(got[person]) <= candidate.places
        assert set(got[person]) <= set(candidate.wishes)
    assert blocking_pairs(orders, people, got, there) == []


def blocking_pairs(
    orders: list[VisitOrder],
    people: dict[uuid.UUID, Candidate],
    got: dict[uuid.UUID, list[uuid.UUID]],
    there: dict[uuid.UUID, list[uuid.UUID]],
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs of a person and a visit who would both rather have each other than what they have."""
    return [
        (person, order.visit)
        for order in orders
        for person in order.order
        if person in people
        and order.visit in people[person].wishes
        and order.visit not in got[person]
        and person_would(people[person], order.visit, got[person])
        and visit_would(order, person, there[order.visit])
    ]


def person_would(candidate: Candidate, visit: uuid.UUID, got: list[uuid.UUID]) -> bool:
    if len(got) < candidate.places:
        return True
    return any(candidate.wishes.index(visit) < candidate.wishes.index(held) for held in got)


def visit_would(order: VisitOrder, person: uuid.UUID, there: list[uuid.UUID]) -> bool:
    if len(there) < order.seats:
        return True
    return any(order.order.index(person) < order.order.index(held) for held in there)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_the_order_of_asking_changes_nothing(
    world: tuple[list[VisitOrder], list[Candidate]],
) -> None:
    orders, candidates = world
    assert placed(allocate(orders, candidates)) == placed(allocate(orders[::-1], sorted(candidates, key=str)))


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_everybody_hears_exactly_one_kind_of_answer(
    world: tuple[list[VisitOrder], list[Candidate]],
) -> None:
    orders, candidates = world
    outcome = allocate(orders, candidates)
    told = {one.person for one in outcome.placements} | {one.person for one in outcome.waiting}
    assert told.isdisjoint(one.person for one in outcome.unplaced)
    assert told | {one.person for one in outcome.unplaced} == {one.person for one in candidates}
    for order in orders:
        line = [one for one in outcome.waiting if one.visit == order.visit]
        assert [one.position for one in line] == list(range(1, len(line) + 1))
        in_order = [order.order.index(one.person) for one in line]
        assert all(first < second for first, second in pairwise(in_order))
