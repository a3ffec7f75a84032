"""The order of a board as a plain value, and moves as intentions: "put these after that line on the reserve".

A move names the neighbours somebody saw, never a whole order. It is applied to the order as it is now, so the moves
of two people both hold, whichever came first. Every move has an exact inverse.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peer_visits.shortlist.states import Proposal

Lines = Sequence[uuid.UUID]
# The two ordered piles, and the one without an order; whoever is on none is to decide.
Order = Mapping[Proposal, Lines]

MOST_MOVES = 300
MOST_LINES = 2000


@dataclass(frozen=True)
class Move:
    """Put these lines, in this sequence, on a pile; without one they are to decide again.

    They go right after `after`; if it has left the pile, right before `before`; if that has too, to the
    position `at`, counted from 1; without any of them to the end.
    """

    choices: tuple[uuid.UUID, ...]
    to: Proposal | None
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None
    at: int | None = None


def no_order() -> dict[Proposal, Lines]:
    """The order before anybody has decided anything."""
    return dict.fromkeys(Proposal, ())


def pile_of(order: Order, choice: uuid.UUID) -> Proposal | None:
    """The pile a line lies on; none if it is to decide."""
    return next((pile for pile, lines in order.items() if choice in lines), None)


def applied(order: Order, moves: Iterable[Move]) -> Order:
    """The order after these moves, one after the other."""
    for move in moves:
        order = _after_one(order, move)
    return order


def _after_one(order: Order, move: Move) -> Order:
    moved = set(move.choices)
    rest = {pile: [one for one in lines if one not in moved] for pile, lines in order.items()}
    if move.to is not None:
        lines = rest[move.to]
        at = _index(lines, move)
        rest[move.to] = [*lines[:at], *move.choices, *lines[at:]]
    return rest


def _index(lines: Lines, move: Move) -> int:
    if move.after in lines:
        return lines.index(move.after) + 1
    if move.before in lines:
        return lines.index(move.before)
    return len(lines) if move.at is None else max(0, min(move.at - 1, len(lines)))


def inverse(order: Order, moves: Sequence[Move]) -> list[Move]:
    """What takes the order back once these moves have been applied to it."""
    back: list[Move] = []
    for move in moves:
        back = [*_inverse_of_one(order, move), *back]
        order = _after_one(order, move)
    return back


def _inverse_of_one(order: Order, move: Move) -> list[Move]:
    """Each line back to where it lay, in the order of its pile: whom it followed is there before it."""
    moved = set(move.choices)
    ordered = [
        Move((one,), pile, *_neighbours(order[pile], at, moved), at + 1)
        for pile in (Proposal.SHORTLISTED, Proposal.RESERVE)
        for at, one in enumerate(order[pile])
        if one in moved
    ]
    refused = tuple(one for one in order[Proposal.NOT_PROPOSED] if one in moved)
    placed = {one for lines in order.values() for one in lines}
    undecided = tuple(one for one in move.choices if one not in placed)
    unordered = ((refused, Proposal.NOT_PROPOSED), (undecided, None))
    return [*ordered, *(Move(lines, pile) for lines, pile in unordered if lines)]


def _neighbours(lines: Lines, at: int, moved: set[uuid.UUID]) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    before = next((one for one in lines[at + 1 :] if one not in moved), None)
    return (lines[at - 1] if at else None), before


def is_same(one: Order, other: Order) -> bool:
    """Whether two orders are the same; who is not proposed has no order."""
    ordered = (Proposal.SHORTLISTED, Proposal.RESERVE)
    return all(list(one[pile]) == list(other[pile]) for pile in ordered) and set(
        one[Proposal.NOT_PROPOSED]
    ) == set(other[Proposal.NOT_PROPOSED])


def touched(moves: Iterable[Move]) -> list[uuid.UUID]:
    """Every line these moves name, once."""
    return list(dict.fromkeys(one for move in moves for one in move.choices))


def limited(moves: Iterable[Move], known: set[uuid.UUID]) -> list[Move]:
    """The moves without lines that are not on the board (any more)."""
    kept = (
        Move(tuple(one for one in move.choices if one in known), move.to, move.after, move.before, move.at)
        for move in moves
    )
    return [move for move in kept if move.choices]


# What somebody wants, worked out once the order as it is now is known.
Wanted = Callable[[Order], Sequence[Move]]


def step_of(choice: uuid.UUID, by: int) -> Wanted:
    """One line up (-1) or down (+1) within its pile; at either end, and where there is no order, it stays."""

    def wanted(order: Order) -> list[Move]:
        pile = pile_of(order, choice)
        if pile not in (Proposal.SHORTLISTED, Proposal.RESERVE):
            return []
        at = list(order[pile]).index(choice) + 1 + by
        return [Move((choice,), pile, at=max(1, at))]

    return wanted


def as_data(moves: Iterable[Move]) -> list[dict[str, Any]]:
    """Moves as plain values, to be kept or sent."""
    return [
        {
            "choices": [str(one) for one in move.choices],
            "to": move.to.value if move.to else None,
            "after": str(move.after) if move.after else None,
            "before": str(move.before) if move.before else None,
            "at": move.at,
        }
        for move in moves
    ]


class OddMoves(ValueError):
    """What was to be read as moves is none that `as_data` makes."""


def from_data(data: Any) -> list[Move]:
    """Moves from plain values. Raises OddMoves for whatever `as_data` never makes."""
    if not isinstance(data, list) or len(data) > MOST_MOVES:
        raise OddMoves
    try:
        moves = [_move(one) for one in data]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise OddMoves from error
    if sum(len(move.choices) for move in moves) > MOST_LINES:
        raise OddMoves
    return moves


def _move(data: dict[str, Any]) -> Move:
    choices, to, at = data["choices"], data.get("to"), data.get("at")
    if not isinstance(choices, list) or not (at is None or type(at) is int):
        raise OddMoves
    return Move(
        tuple(dict.fromkeys(uuid.UUID(one) for one in choices)),
        None if to is None else Proposal(to),
        uuid.UUID(data["after"]) if data.get("after") else None,
        uuid.UUID(data["before"]) if data.get("before") else None,
        at,
    )
