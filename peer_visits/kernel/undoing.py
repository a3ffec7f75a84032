"""Moves that can be taken back, whoever made them, on a board several people work at."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Logged:
    """A move that was made: its number on the board, what it touched, and which earlier one it took back."""

    number: int
    lines: frozenset[uuid.UUID] | frozenset[str]
    undoes: int | None


def is_undone(log: Iterable[Logged], number: int) -> bool:
    """Whether a move has been taken back, and that has not been taken back itself."""
    takers = [one.number for one in log if one.undoes == number]
    return any(not is_undone(log, taker) for taker in takers)


def moved_since(log: Sequence[Logged], number: int) -> bool:
    """Whether lines of a move have been moved again since. A move and its taking back count as none."""
    [mine] = [one for one in log if one.number == number]
    later = [one for one in log if one.number > number and one.lines & mine.lines]
    return any(not _cancels(log, one, number) for one in later)


def _cancels(log: Sequence[Logged], one: Logged, since: int) -> bool:
    """Whether a move and its taking back both came after `since`."""
    takes_back = one.undoes is not None and one.undoes > since
    return is_undone(log, one.number) or (takes_back and not is_undone(log, one.number))


def next_to_undo(log: Sequence[Logged]) -> int | None:
    """The latest move that stands: neither a taking back nor taken back."""
    standing = [one.number for one in log if not _takes_back(log, one) and not is_undone(log, one.number)]
    return max(standing, default=None)


def next_to_redo(log: Sequence[Logged]) -> int | None:
    """The latest taking back that stands, as long as nothing new was done after it."""
    latest_new = max((one.number for one in log if one.undoes is None), default=0)
    standing = [one.number for one in log if _takes_back(log, one) and not is_undone(log, one.number)]
    return max((number for number in standing if number > latest_new), default=None)


def _takes_back(log: Sequence[Logged], one: Logged) -> bool:
    """Whether a move takes another back; the taking back of a taking back does it again."""
    target = next((other for other in log if other.number == one.undoes), None)
    return one.undoes is not None and not (target and _takes_back(log, target))
