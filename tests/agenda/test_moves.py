"""Moves on a board as plain values: nothing is lost, and each has an exact inverse."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peer_visits.agenda.moves import (
    Board,
    Move,
    Stand,
    applied,
    as_data,
    changing,
    from_data,
    inverse,
    moved_meanwhile,
    shifted,
    swapped,
)
from peer_visits.kernel.undoing import Logged, next_to_redo, next_to_undo

A, B, C = (uuid.UUID(int=number) for number in (1, 2, 3))
TEN = datetime(2026, 9, 14, 10, 0)
STANDS = st.builds(
    Stand,
    st.one_of(st.none(), st.integers(0, 200).map(lambda n: TEN + timedelta(minutes=15 * n))),
    st.integers(1, 1440),
)
BOARDS = st.fixed_dictionaries({A: STANDS, B: STANDS, C: STANDS})
MOVES = st.lists(st.builds(Move, st.sampled_from([A, B, C, uuid.UUID(int=9)]), STANDS), max_size=5)


@given(BOARDS, MOVES)
def test_every_move_has_an_exact_inverse_and_loses_nothing(board: Board, moves: list[Move]) -> None:
    after = applied(board, moves)
    assert set(after) == set(board)
    assert applied(after, inverse(board, moves)) == board


@given(BOARDS)
def test_swapping_twice_is_no_swap_for_sessions_of_one_length(board: Board) -> None:
    even = {one: Stand(stand.wall, 60) for one, stand in board.items()}
    once = applied(even, swapped(A, B)(even))
    assert {once[A].wall, once[B].wall} == {even[A].wall, even[B].wall}
    assert applied(once, swapped(A, B)(once)) == even


def test_neighbours_of_different_lengths_still_touch_after_a_swap() -> None:
    board = {A: Stand(TEN, 30), B: Stand(TEN + timedelta(minutes=30), 60)}
    after = applied(board, swapped(B, A)(board))
    assert after == {B: Stand(TEN, 60), A: Stand(TEN + timedelta(minutes=60), 30)}


def test_what_has_no_time_changes_places_with_what_has_one() -> None:
    board = {A: Stand(None, 30), B: Stand(TEN, 60)}
    assert applied(board, swapped(A, B)(board)) == {A: Stand(TEN, 30), B: Stand(None, 60)}
    assert swapped(A, A)(board) == []
    assert swapped(A, C)(board) == []


def test_the_whole_agenda_moves_by_days() -> None:
    board = {A: Stand(TEN, 30), B: Stand(None, 60)}
    assert applied(board, shifted(-1)(board)) == {A: Stand(TEN - timedelta(days=1), 30), B: Stand(None, 60)}


def test_a_session_that_stands_elsewhere_by_now_is_named() -> None:
    board = {A: Stand(TEN, 30)}
    assert moved_meanwhile(board, [Move(A, Stand(None, 30), seen=Stand(TEN, 30))]) == []
    assert moved_meanwhile(board, [Move(A, Stand(None, 30), seen=Stand(TEN, 45))]) == [A]
    assert changing(board, [Move(A, Stand(TEN, 30)), Move(C, Stand(TEN, 30))]) == []


@given(MOVES)
def test_moves_are_kept_as_plain_values(moves: list[Move]) -> None:
    assert from_data(as_data(moves)) == moves


def log(*rows: tuple[int, int | None]) -> list[Logged]:
    return [Logged(number, frozenset({A}), undoes) for number, undoes in rows]


def test_what_is_next_to_undo_and_to_redo() -> None:
    assert (next_to_undo([]), next_to_redo([])) == (None, None)
    assert (next_to_undo(log((1, None), (2, None))), next_to_redo(log((1, None)))) == (2, None)
    undone = log((1, None), (2, None), (3, 2))
    assert (next_to_undo(undone), next_to_redo(undone)) == (1, 3)
    redone = [*undone, *log((4, 3))]
    assert (next_to_undo(redone), next_to_redo(redone)) == (4, None)
    assert next_to_redo([*undone, *log((4, None))]) is None, "something new was done since"
