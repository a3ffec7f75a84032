"""Reads people, groups and rounds from JSON. Every fault is told with its place, all of them at once."""

from __future__ import annotations

from typing import Any

from peer_visits.agenda.mixing.instance import SCHEMA, Absence, Instance, Person, Pin
from peer_visits.allocation.solving.reading.reader import Reader

MOST_PEOPLE, MOST_GROUPS, MOST_ROUNDS = 300, 60, 30


def read_instance(data: Any) -> Instance:
    """From JSON. Raises Faulty."""
    reader = Reader()
    reader.begin(data, SCHEMA)
    instance = _read(reader, data)
    if not reader.faults:
        _check_pins(reader, instance)
    reader.end()
    return instance


def _read(reader: Reader, data: dict[str, Any]) -> Instance:
    groups = reader.number(data, "groups", "", least=1, most=MOST_GROUPS)
    rounds = reader.number(data, "rounds", "", least=1, most=MOST_ROUNDS)
    people = [
        Person(
            reader.text(item, "id", place),
            _word(reader, item, "country", place),
            _word(reader, item, "org_type", place),
        )
        for place, item in _objects(reader, data, "people")
    ]
    ids = [person.id for person in people]
    reader.no_doubles("people", ids)
    if not MOST_PEOPLE >= len(people) > 0:
        reader.fault("people", f"between 1 and {MOST_PEOPLE} are expected, not {len(people)}")
    return Instance(
        tuple(people),
        groups,
        rounds,
        tuple(
            Pin(
                _known(reader, item, place, ids),
                reader.number(item, "group", place, least=1, most=groups),
                _round(reader, item, place, rounds),
            )
            for place, item in _objects(reader, data, "pins")
        ),
        tuple(
            Absence(_known(reader, item, place, ids), _round(reader, item, place, rounds))
            for place, item in _objects(reader, data, "absences")
        ),
        reader.text(data, "name", "", default=""),
    )


def _objects(reader: Reader, data: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for place, item in reader.items(data.get(key, []), key):
        fields = reader.object(item, place)
        if fields is not None:
            found.append((place, fields))
    return found


def _word(reader: Reader, data: dict[str, Any], key: str, place: str) -> str | None:
    return None if data.get(key) is None else reader.text(data, key, place)


def _round(reader: Reader, data: dict[str, Any], place: str, rounds: int) -> int | None:
    return None if data.get("round") is None else reader.number(data, "round", place, least=1, most=rounds)


def _known(reader: Reader, data: dict[str, Any], place: str, ids: list[str]) -> str:
    return reader.among(data.get("person"), ids, f"{place}.person", "person of this file") or ""


def _check_pins(reader: Reader, instance: Instance) -> None:
    for index, pin in enumerate(instance.pins):
        for other in instance.pins[:index]:
            at_once = pin.round is None or other.round is None or pin.round == other.round
            if other.person == pin.person and other.group != pin.group and at_once:
                reader.fault(f"pins[{index}]", f"{pin.person} is pinned to two groups in one round")
    for number, group, pinned, size in instance.overfull():
        reader.fault(
            "pins", f"{pinned} people are pinned to group {group} of round {number}, which holds {size}"
        )
