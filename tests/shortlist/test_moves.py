"""Moves as intentions: two people's moves both hold, and each can be taken back exactly."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer_visits.kernel.undoing import Logged, is_undone, moved_since
from peer_visits.shortlist.moves import (
    Move,
    OddMoves,
    Order,
    applied,
    as_data,
    from_data,
    inverse,
    is_same,
    limited,
    no_order,
    pile_of,
    step_of,
    touched,
)
from peer_visits.shortlist.states import Proposal

LINES = [uuid.UUID(int=number) for number in range(1, 9)]
A, B, C, D, E, F, G, H = LINES
S, R, N = Proposal.SHORTLISTED, Proposal.RESERVE, Proposal.NOT_PROPOSED

ids = st.sampled_from(LINES)
moves = st.builds(
    Move,
    st.lists(ids, min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from([S, R, N, None]),
    st.none() | ids,
    st.none() | ids,
    st.none() | st.integers(-2, 12),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    piles = {one: draw(st.sampled_from([S, R, N, None])) for one in draw(st.permutations(LINES))}
    return {pile: [one for one, lies_on in piles.items() if lies_on is pile] for pile in Proposal}


def order(shortlisted: list[uuid.UUID], reserve: list[uuid.UUID] | None = None) -> Order:
    return {S: shortlisted, R: reserve or [], N: []}


def test_a_line_goes_after_the_one_it_was_put_after() -> None:
    assert applied(order([A, B, C], [D]), [Move((D,), S, after=A)])[S] == [A, D, B, C]


def test_where_the_neighbour_above_has_left_the_one_below_counts() -> None:
    moved = applied(order([A, C], [D, B]), [Move((D,), S, after=B, before=C, at=3)])
    assert moved[S] == [A, D, C]


@pytest.mark.parametrize(
    ("at", "expected"), [(1, [D, A]), (2, [A, D]), (9, [A, D]), (-3, [D, A]), (None, [A, D])]
)
def test_where_both_have_left_the_position_counts(at: int | None, expected: list[uuid.UUID]) -> None:
    assert applied(order([A], [D, B, C]), [Move((D,), S, after=B, before=C, at=at)])[S] == expected


def test_two_people_put_different_lines_after_the_same_one_and_both_stay() -> None:
    one, other = Move((C,), S, after=A, before=B), Move((D,), S, after=A, before=B)
    start = order([A, B], [C, D])
    assert applied(start, [one, other])[S] == [A, D, C, B]
    assert applied(start, [other, one])[S] == [A, C, D, B]


def test_a_step_stays_within_its_pile() -> None:
    start = order([A, B, C], [D])
    assert applied(start, step_of(C, -1)(start))[S] == [A, C, B]
    assert applied(start, step_of(A, -1)(start))[S] == [A, B, C]
    assert applied(start, step_of(C, 1)(start))[S] == [A, B, C]
    assert step_of(H, 1)(start) == []


@given(orders(), st.lists(moves, max_size=12))
def test_every_line_lies_on_one_pile_at_most_and_none_is_lost(start: Order, made: list[Move]) -> None:
    end = applied(start, made)
    lying = [one for lines in end.values() for one in lines]
    assert len(lying) == len(set(lying))
    last = {one: move.to for move in made for one in move.choices}
    for one in LINES:
        assert pile_of(end, one) is (last[one] if one in last else pile_of(start, one))


@given(orders(), st.lists(st.tuples(st.booleans(), moves), max_size=20))
def test_of_two_people_each_ones_last_move_of_a_line_holds(
    start: Order, made: list[tuple[bool, Move]]
) -> None:
    """However two people's moves interleave, a line that only one of them moves ends where that one put it."""
    end = applied(start, [move for _actor, move in made])
    by_actor = {actor: [move for who, move in made if who is actor] for actor in (True, False)}
    alone = set(touched(by_actor[True])) ^ set(touched(by_actor[False]))
    for one in alone:
        [mine] = [made for made in by_actor.values() if one in touched(made)]
        assert pile_of(end, one) is pile_of(applied(start, mine), one)


@given(orders(), moves)
def test_the_neighbour_named_is_the_neighbour_got(start: Order, move: Move) -> None:
    end = applied(start, [move])
    rest = [one for one in start[move.to] if one not in move.choices] if move.to else []
    if move.to and move.after in rest:
        lines = list(end[move.to])
        assert lines[lines.index(move.choices[0]) - 1] == move.after


@given(orders(), st.lists(moves, max_size=6))
def test_what_was_moved_can_be_taken_back_exactly(start: Order, made: list[Move]) -> None:
    assert is_same(applied(applied(start, made), inverse(start, made)), start)


@given(orders(), moves, moves)
def test_taking_back_one_move_leaves_the_other_persons_lines_on_their_piles(
    start: Order, mine: Move, theirs: Move
) -> None:
    end = applied(applied(start, [mine, theirs]), inverse(start, [mine]))
    for one in set(theirs.choices) - set(mine.choices):
        assert pile_of(end, one) is theirs.to


@given(st.lists(moves, max_size=5))
def test_moves_survive_being_written_down(made: list[Move]) -> None:
    assert from_data(json.loads(json.dumps(as_data(made)))) == made


@pytest.mark.parametrize(
    "odd",
    [
        None,
        {},
        "text",
        [1],
        [{}],
        [{"choices": "A"}],
        [{"choices": [1]}],
        [{"choices": ["x"]}],
        [{"choices": [], "to": "nowhere"}],
        [{"choices": [], "to": []}],
        [{"choices": [], "at": "1"}],
        [{"choices": [], "at": True}],
        [{"choices": [], "at": 1.5}],
        [{"choices": [], "after": 7}],
        [{"choices": []}] * 301,
        [{"choices": [str(uuid.UUID(int=n)) for n in range(2001)]}],
    ],
)
def test_whatever_is_no_move_is_refused(odd: Any) -> None:
    with pytest.raises(OddMoves):
        from_data(odd)


def test_lines_that_are_not_on_the_board_are_left_out() -> None:
    assert limited([Move((A, B), S), Move((C,), R)], {B}) == [Move((B,), S)]


def logged(*rows: tuple[int, set[uuid.UUID], int | None]) -> list[Logged]:
    return [Logged(number, frozenset(lines), undoes) for number, lines, undoes in rows]


def test_a_move_taken_back_is_undone_until_that_is_taken_back_too() -> None:
    log = logged((1, {A}, None), (2, {A}, 1))
    assert is_undone(log, 1)
    assert not is_undone(log, 2)
    assert not is_undone([*log, *logged((3, {A}, 2))], 1)


@pytest.mark.parametrize(
    ("later", "moved"),
    [
        ([], False),
        ([(2, {B}, None)], False),
        ([(2, {A, B}, None)], True),
        ([(2, {A}, None), (3, {A}, 2)], False),
        ([(2, {A}, None), (3, {A}, 2), (4, {A}, 3)], True),
        ([(2, {A}, None), (3, {A}, 2), (4, {A}, None)], True),
    ],
)
def test_lines_moved_since_are_noticed(
    later: list[tuple[int, set[uuid.UUID], int | None]], moved: bool
) -> None:
    assert moved_since(logged((1, {A}, None), *later), 1) is moved


def test_an_empty_board_has_no_order() -> None:
    assert no_order() == {S: (), R: (), N: ()}
