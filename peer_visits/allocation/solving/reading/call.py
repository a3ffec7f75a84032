"""A call from JSON: visits, people, wishes, rules, and the order of what matters."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, TypeVar, cast

from peer_visits.allocation.solving.instance import (
    ATTRIBUTES,
    LEVELS,
    SCHEMA,
    Applicant,
    Application,
    Instance,
    Level,
    Placement,
    Rule,
    Visit,
)
from peer_visits.allocation.solving.reading.reader import Reader, nearest
from peer_visits.allocation.solving.reading.rules import read_rule

FIELDS = frozenset(
    {
        "schema",
        "name",
        "licence",
        "note",
        "seed",
        "max_visits_per_applicant",
        "visits",
        "applicants",
        "applications",
    }
    | {"rules", "objective", "clashes", "pinned", "rank_bonus", "placements", "events"}
)
MOST_POINTS = 100
Named = TypeVar("Named", Visit, Applicant, Rule)


def read_instance(data: Any) -> Instance:
    """A call from JSON. Raises Faulty."""
    reader = Reader()
    reader.begin(data, SCHEMA)
    for key in data.keys() - FIELDS:
        if difflib.get_close_matches(key, list(FIELDS), n=1, cutoff=0.8):
            reader.fault(key, f"is not known{nearest(key, FIELDS)}")
    instance = _read(reader, data)
    reader.end()
    return instance


def _read(reader: Reader, data: dict[str, Any]) -> Instance:
    visits = _unique(reader, "visits", [_visit(reader, *item) for item in reader.members(data, "visits")])
    people = [_person(reader, *item) for item in reader.members(data, "applicants")]
    people = _unique(reader, "applicants", people)
    ids, visit_ids = {person.id for person in people}, {visit.id for visit in visits}
    wishes = [
        wish
        for item in reader.members(data, "applications")
        if (wish := _wish(reader, *item, ids, visit_ids)) is not None
    ]
    reader.no_doubles("applications", [wish.key for wish in wishes])
    rules = [
        rule
        for item in reader.members(data, "rules", required=False)
        if (rule := read_rule(reader, *item, visit_ids)) is not None
    ]
    return Instance(
        visits=tuple(visits),
        applicants=tuple(people),
        applications=tuple(wishes),
        rules=tuple(_unique(reader, "rules", rules)),
        objective=_objective(reader, data),
        max_visits=reader.number(data, "max_visits_per_applicant", "", default=1),
        clashes=tuple(_clashes(reader, data, visit_ids)),
        pinned=tuple(
            pair
            for item in reader.members(data, "pinned", required=False)
            if (pair := read_pair(reader, *item, ids, visit_ids)) is not None
        ),
        rank_bonus=tuple(
            reader.number({"bonus": value}, "bonus", place, least=-1000, most=1000)
            for place, value in reader.members(data, "rank_bonus", required=False)
        ),
        seed=reader.text(data, "seed", "", default=""),
        name=reader.text(data, "name", "", default=""),
    )


def _visit(reader: Reader, place: str, item: Any) -> Visit:
    data = reader.object(item, place) or {"id": "?", "capacity": 0}
    return Visit(reader.text(data, "id", place), reader.number(data, "capacity", place))


def _person(reader: Reader, place: str, item: Any) -> Applicant:
    data = reader.object(item, place) or {"id": "?"}
    newcomer = data.get("newcomer")
    if newcomer is not None and not isinstance(newcomer, bool):
        reader.fault(f"{place}.newcomer", f"true, false or null is expected, not {newcomer!r}")
    limit = None if data.get("max_visits") is None else reader.number(data, "max_visits", place)
    names = {name: data.get(name) for name in ATTRIBUTES if name != "newcomer"}
    for name, value in names.items():
        if value is not None and not isinstance(value, str):
            reader.fault(f"{place}.{name}", f"a text or null is expected, not {value!r}")
    return Applicant(id=reader.text(data, "id", place), newcomer=newcomer, max_visits=limit, **names)


def _wish(reader: Reader, place: str, item: Any, people: set[str], visits: set[str]) -> Application | None:
    data = reader.object(item, place)
    if data is None or (pair := read_pair(reader, place, data, people, visits)) is None:
        return None
    return Application(
        *pair,
        rank=reader.number(data, "rank", place, least=1, most=1000),
        score=reader.number(data, "score", place, most=MOST_POINTS),
        eligible=reader.flag(data, "eligible", place, default=True),
    )


def read_pair(reader: Reader, place: str, item: Any, people: set[str], visits: set[str]) -> Placement | None:
    """An applicant and a visit of this call, or None with a fault."""
    data = reader.object(item, place)
    if data is None:
        return None
    person = reader.among(data.get("applicant"), people, f"{place}.applicant", "applicant of this call")
    visit = reader.among(data.get("visit"), visits, f"{place}.visit", "visit of this call")
    return None if person is None or visit is None else (person, visit)


def _objective(reader: Reader, data: dict[str, Any]) -> tuple[Level, ...]:
    levels = [
        cast(Level, known)
        for place, value in reader.members(data, "objective")
        if (known := reader.among(value, LEVELS, place, "level")) is not None
    ]
    if isinstance(data.get("objective"), list) and not data["objective"]:
        reader.fault("objective", "at least one level is needed")
    reader.no_doubles("objective", levels)
    return tuple(levels)


def _clashes(reader: Reader, data: dict[str, Any], visits: set[str]) -> Iterator[tuple[str, ...]]:
    for place, clash in reader.members(data, "clashes", required=False):
        yield reader.names(clash, visits, place, "visit of this call")


def _unique(reader: Reader, place: str, items: list[Named]) -> list[Named]:
    reader.no_doubles(place, [item.id for item in items])
    return items
