"""A result as JSON in its run, and back. Sentences keep their template, so that each reader gets their language."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from peer_visits.allocation.result import Placement, Result, Unplaced, Waiting
from peer_visits.kernel.text import Phrase


def write_phrase(value: Phrase) -> list[Any]:
    """A sentence as template and values; a value may be a sentence itself."""
    return [value.template, {name: _write_value(part) for name, part in value.values.items()}]


def read_phrase(stored: list[Any]) -> Phrase:
    """The sentence again."""
    template, values = stored
    return Phrase(str(template), {name: _read_value(part) for name, part in values.items()})


def _write_value(part: Any) -> Any:
    return {"phrase": write_phrase(part)} if isinstance(part, Phrase) else part


def _read_value(part: Any) -> Any:
    return read_phrase(part["phrase"]) if isinstance(part, dict) else part


def write_result(result: Result) -> dict[str, Any]:
    """Everything a decision needs, as plain JSON."""
    return {
        "placements": [
            [str(one.person), str(one.visit), str(one.choice), one.rank, write_phrase(one.reason)]
            for one in result.placements
        ],
        "waiting": {
            str(visit): [
                [str(one.person), str(one.choice), one.rank, one.has_room, write_phrase(one.reason)]
                for one in line
            ]
            for visit, line in result.waiting.items()
        },
        "unplaced": [[str(one.person), write_phrase(one.reason)] for one in result.unplaced],
        "reasons": {str(choice): write_phrase(reason) for choice, reason in result.reasons.items()},
    }


def read_result(stored: Mapping[str, Any]) -> Result:
    """The result that was written."""
    return Result(
        placements=tuple(_read_placement(row) for row in stored["placements"]),
        waiting={
            uuid.UUID(visit): _read_line(uuid.UUID(visit), rows) for visit, rows in stored["waiting"].items()
        },
        unplaced=tuple(
            Unplaced(uuid.UUID(person), read_phrase(reason)) for person, reason in stored["unplaced"]
        ),
        reasons={uuid.UUID(choice): read_phrase(reason) for choice, reason in stored["reasons"].items()},
    )


def _read_placement(row: list[Any]) -> Placement:
    person, visit, choice, rank, reason = row
    return Placement(uuid.UUID(person), uuid.UUID(visit), uuid.UUID(choice), rank, read_phrase(reason))


def _read_line(visit: uuid.UUID, rows: list[list[Any]]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(uuid.UUID(person), visit, uuid.UUID(choice), rank, position, read_phrase(reason), has_room)
        for position, (person, choice, rank, has_room, reason) in enumerate(rows, start=1)
    )
