"""What the board sends: one session to somewhere, two that change places, all of them by days."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from peer_visits.agenda.moves import Board, Move, Stand, Wanted, shifted, swapped
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase

_ODD = phrase("This time cannot be read. Choose a day and a time such as 10:30.")
_MOST_DAYS = 1000
AS_IT_IS = -1  # a length that is not said

Sent = Mapping[str, str]


def wanted_from(form: Sent) -> Wanted:
    """The move somebody wants. Raises Refused for what cannot be read."""
    if form.get("shift"):
        return shifted(_days(form["shift"]))
    session = _id(form.get("session", ""))
    if form.get("swap"):
        return swapped(session, _id(form["swap"]))
    to, seen = stand_from(form, AS_IT_IS), _seen(form.get("seen", ""))
    return lambda board: [Move(session, _of_its_length(board, session, to), seen)]


def _of_its_length(board: Board, session: uuid.UUID, to: Stand) -> Stand:
    is_unsaid = to.minutes == AS_IT_IS and session in board
    return Stand(to.wall, board[session].minutes) if is_unsaid else to


def stand_from(form: Sent, minutes: int) -> Stand:
    """A day, a time and a length (`minutes` where none is said); no day: not placed.

    Raises Refused for what cannot be read.
    """
    length = number_of(form["minutes"]) if form.get("minutes") else minutes
    if length < 0 and form.get("minutes"):
        raise Refused(phrase("Write a number of minutes from 1 to 1440."), field="minutes")
    if not form.get("day"):
        return Stand(None, length)
    try:
        wall = datetime.fromisoformat(f"{form['day']}T{form.get('time', '')}")
    except ValueError as error:
        raise Refused(_ODD) from error
    if wall.tzinfo is not None:
        raise Refused(_ODD)
    return Stand(wall.replace(second=0, microsecond=0), length)


def as_seen(stand: Stand) -> str:
    """Where a session stands, as the page says it back."""
    return f"{stand.wall.isoformat() if stand.wall else ''}|{stand.minutes}"


def _seen(value: str) -> Stand | None:
    wall, _bar, minutes = value.partition("|")
    try:
        return Stand(datetime.fromisoformat(wall) if wall else None, int(minutes))
    except ValueError:
        return None


def _days(value: str) -> int:
    number = number_of(value.removeprefix("-"))
    if not 0 < number <= _MOST_DAYS:
        raise Refused(phrase("Write by how many days the agenda moves: 1 is a day later, -1 a day earlier."))
    return -number if value.startswith("-") else number


def number_of(value: str) -> int:
    """A version, a length, or the number of a move; -1, which no record has, for anything odd."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


def _id(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise Refused(phrase("Choose a session.")) from None
