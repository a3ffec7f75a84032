"""Where sessions stand on a board as a plain value, and moves as intentions: "one session at that time".

A move says where its session stood when somebody took it. It is applied to the board as it is now: moves of two
people on different sessions both hold; where they took the same one, the second is told. Every move has an exact
inverse. Wall times are naive, in the visit's zone; lengths in minutes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Stand:
    """Where a session stands and how long it takes; without a time it is not placed yet."""

    wall: datetime | None
    minutes: int

    @property
    def end(self) -> datetime | None:
        """When it ends on the wall clock."""
        return self.wall + timedelta(minutes=self.minutes) if self.wall else None


Board = Mapping[uuid.UUID, Stand]


@dataclass(frozen=True)
class Move:
    """Put one session there; `seen` is where the mover saw it before, if they say so."""

    session: uuid.UUID
    to: Stand
    seen: Stand | None = None


# What somebody wants, worked out once the board as it is now is known.
Wanted = Callable[[Board], Sequence[Move]]


def applied(board: Board, moves: Iterable[Move]) -> Board:
    """The board after these moves. What is not on it any more is left alone."""
    after = dict(board)
    for move in moves:
        if move.session in after:
            after[move.session] = move.to
    return after


def inverse(board: Board, moves: Iterable[Move]) -> list[Move]:
    """What takes the board back once these moves have been applied to it."""
    touched = dict.fromkeys(move.session for move in moves if move.session in board)
    return [Move(one, board[one]) for one in touched]


def moved_meanwhile(board: Board, moves: Iterable[Move]) -> list[uuid.UUID]:
    """Sessions that do not stand where their mover saw them."""
    return [move.session for move in moves if move.seen and board.get(move.session, move.seen) != move.seen]


def changing(board: Board, moves: Iterable[Move]) -> list[Move]:
    """The moves that change something on this board."""
    return [move for move in moves if move.session in board and board[move.session] != move.to]


def swapped(one: uuid.UUID, other: uuid.UUID) -> Wanted:
    """Each takes the place of the other.

    On one day the later of them ends where it ended, so that two neighbours still touch, whatever their lengths;
    what has no time changes places with what has one.
    """

    def wanted(board: Board) -> list[Move]:
        if one not in board or other not in board or one == other:
            return []
        first, second = sorted(
            (one, other), key=lambda each: (board[each].wall is None, str(board[each].wall))
        )
        early, late = board[first], board[second]
        if early.wall is None:
            return []
        if late.wall is None or early.wall.date() != late.wall.date():
            return [_at(board, first, late.wall), _at(board, second, early.wall)]
        end = late.wall + timedelta(minutes=late.minutes)
        return [
            _at(board, second, early.wall),
            _at(board, first, max(early.wall, end - timedelta(minutes=early.minutes))),
        ]

    return wanted


def _at(board: Board, session: uuid.UUID, wall: datetime | None) -> Move:
    return Move(session, Stand(wall, board[session].minutes), seen=board[session])


def shifted(days: int) -> Wanted:
    """Everything that is placed, so many days later or earlier, at the same time of day."""
    return lambda board: [
        Move(one, Stand(stand.wall + timedelta(days=days), stand.minutes), seen=stand)
        for one, stand in board.items()
        if stand.wall and days
    ]


def as_data(moves: Iterable[Move]) -> list[dict[str, Any]]:
    """Moves as plain values, to be kept."""
    return [
        {
            "session": str(move.session),
            "wall": move.to.wall.isoformat() if move.to.wall else None,
            "minutes": move.to.minutes,
        }
        for move in moves
    ]


def from_data(data: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Moves as they were kept."""
    return [
        Move(
            uuid.UUID(one["session"]),
            Stand(datetime.fromisoformat(one["wall"]) if one["wall"] else None, one["minutes"]),
        )
        for one in data
    ]
