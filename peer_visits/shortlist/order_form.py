"""What the board sends: one line to somewhere, the ticked ones to a pile, moves that were tried."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase
from peer_visits.shortlist.moves import Move, OddMoves, Wanted, from_data, step_of
from peer_visits.shortlist.queries.piles import TO_DECIDE
from peer_visits.shortlist.states import Proposal

Sent = MultiDict[str, str]
_STEPS = {"up": -1, "down": 1}
_NOBODY = phrase("Choose at least one applicant first.")
_NOWHERE = phrase("Choose where to move them.")
_ODD = phrase("These moves cannot be read. Go back to the board and try again.")


def wanted_from(form: Sent) -> Wanted:
    """The move somebody wants. Raises Refused if it names nobody, or no place to go to."""
    if form.get("keep"):
        tried = tried_from(form)
        return lambda _order: tried
    line, _colon, target = form.get("line", "").partition(":")
    if line and target in _STEPS:
        return step_of(_id(line), _STEPS[target])
    move = _line_move(form, line, target) if line else _ticked_move(form)
    return lambda _order: [move]


def _line_move(form: Sent, line: str, target: str) -> Move:
    after, before = form.get("after"), form.get("before")
    return Move(
        (_id(line),),
        _pile(target),
        _id(after) if after else None,
        _id(before) if before else None,
        form.get("at", type=int),
    )


def _ticked_move(form: Sent) -> Move:
    choices = tuple(dict.fromkeys(_id(value) for value in form.getlist("choice")))
    if not choices:
        raise Refused(_NOBODY)
    return Move(choices, _pile(form.get("to", "")), at=form.get("position", type=int))


def _pile(value: str) -> Proposal | None:
    if value not in {TO_DECIDE, *Proposal}:
        raise Refused(_NOWHERE)
    return None if value == TO_DECIDE else Proposal(value)


def number_of(value: str) -> int:
    """A version, or the number of a move; -1, which no record has, for anything odd."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1


def _id(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        return uuid.UUID(int=0)  # no record has it: the service answers as for any unknown one


def tried_from(form: Mapping[str, str]) -> list[Move]:
    """The moves tried so far, which are kept in the page alone. Raises Refused for anything odd."""
    try:
        return from_data(json.loads(form.get("tried") or "[]"))
    except (OddMoves, json.JSONDecodeError, RecursionError) as error:
        raise Refused(_ODD) from error


def as_text(data: Any) -> str:
    """Plain values as they stand in a hidden field."""
    return json.dumps(data, separators=(",", ":"))
