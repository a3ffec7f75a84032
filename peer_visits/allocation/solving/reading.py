"""Reads a call from JSON. Every fault is told with its place, all of them at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar, cast

from peer_visits.allocation.solving.instance import (
    ATTRIBUTES,
    LEVELS,
    MAX_VISITS,
    SCHEMA,
    Applicant,
    Application,
    Attribute,
    Filter,
    Instance,
    Kind,
    Level,
    Placement,
    Rule,
    Value,
    Visit,
)
from peer_visits.allocation.solving.waiting import Event

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
_COMMON = frozenset({"id", "visits", "kind", "hard", "weight", "note"})
# What each kind of rule asks for, and what else it may have.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "max": (frozenset({"where", "bound"}), frozenset()),
    "min": (frozenset({"where", "bound"}), frozenset()),
    "max_each": (frozenset({"attr", "bound"}), frozenset({"where"})),
    "max_share": (frozenset({"where", "of", "pct"}), frozenset({"plus"})),
}
RESERVED = frozenset({"capacity", MAX_VISITS})
EVENTS = ("decline", "withdraw")
MOST_POINTS = 100
MOST_FAULTS = 50
_MISSING: Any = object()
Named = TypeVar("Named", Visit, Applicant, Rule)


class Faulty(ValueError):
    """The file is not a call. `faults` has one sentence for each fault, with its place."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Reader:
    """Reads values at places and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, place: str, what: str) -> None:
        """Note a fault."""
        self.faults.append(f"{place}: {what}")

    def items(self, data: Any, place: str, *, required: bool = True) -> Iterator[tuple[str, Any]]:
        """The members of a list with their places."""
        if data is _MISSING and not required:
            return
        if not isinstance(data, list):
            self.fault(place, "a list is expected here" if data is not _MISSING else "is missing")
            return
        for index, item in enumerate(data):
            yield f"{place}[{index}]", item

    def object(self, data: Any, place: str) -> dict[str, Any] | None:
        """An object, or None with a fault."""
        if isinstance(data, dict):
            return data
        self.fault(place, "an object is expected here")
        return None

    def text(self, data: dict[str, Any], key: str, place: str, default: Any = _MISSING) -> str:
        """A text that is not empty."""
        value = data.get(key, default)
        if value is _MISSING:
            self.fault(f"{place}.{key}".lstrip("."), "is missing")
        elif not isinstance(value, str) or (not value and default is _MISSING):
            self.fault(f"{place}.{key}".lstrip("."), f"a text is expected, not {value!r}")
        else:
            return value
        return ""

    def number(
        self,
        data: dict[str, Any],
        key: str,
        place: str,
        *,
        least: int = 0,
        most: int = 10**6,
        default: Any = _MISSING,
    ) -> int:
        """A whole number between two bounds."""
        value = data.get(key, default)
        where = f"{place}.{key}".lstrip(".")
        if value is _MISSING:
            self.fault(where, "is missing")
        elif isinstance(value, bool) or not isinstance(value, int):
            self.fault(where, f"a whole number is expected, not {value!r}")
        elif not least <= value <= most:
            self.fault(where, f"{value} is not between {least} and {most}")
        else:
            return value
        return least

    def flag(self, data: dict[str, Any], key: str, place: str, default: Any = _MISSING) -> bool:
        """True or false."""
        value = data.get(key, default)
        if isinstance(value, bool):
            return value
        what = "is missing" if value is _MISSING else f"true or false is expected, not {value!r}"
        self.fault(f"{place}.{key}", what)
        return False

    def among(self, value: Any, known: Collection[str], place: str, what: str) -> str | None:
        """One of the known words, or None with a fault that suggests the nearest."""
        if isinstance(value, str) and value in known:
            return value
        self.fault(place, f"{value!r} is no {what}{_suggestion(value, known)}")
        return None


def _suggestion(value: Any, known: Collection[str]) -> str:
    near = difflib.get_close_matches(value, list(known), n=1) if isinstance(value, str) else []
    return f"; is {near[0]} meant?" if near else ""


def read_instance(data: Any) -> Instance:
    """A call from JSON. Raises Faulty."""
    if not isinstance(data, dict):
        raise Faulty(["the file: an object is expected here"])
    reader = Reader()
    if data.get("schema") != SCHEMA:
        reader.fault("schema", f"{SCHEMA} is expected, not {data.get('schema')!r}")
    for key in data.keys() - FIELDS:
        if difflib.get_close_matches(key, list(FIELDS), n=1, cutoff=0.8):
            reader.fault(key, f"is not known{_suggestion(key, FIELDS)}")
    instance = _read(reader, data)
    if reader.faults:
        raise Faulty(reader.faults[:MOST_FAULTS])
    return instance


def _read(reader: Reader, data: dict[str, Any]) -> Instance:
    visits = _unique(
        reader, "visits", [_visit(reader, *item) for item in reader.items(_list(data, "visits"), "visits")]
    )
    people = [_person(reader, *item) for item in reader.items(_list(data, "applicants"), "applicants")]
    people = _unique(reader, "applicants", people)
    ids, visit_ids = {person.id for person in people}, {visit.id for visit in visits}
    wishes = [
        wish
        for item in reader.items(_list(data, "applications"), "applications")
        if (wish := _wish(reader, *item, ids, visit_ids)) is not None
    ]
    _no_doubles(reader, "applications", [wish.key for wish in wishes])
    rules = [
        rule
        for item in reader.items(_list(data, "rules"), "rules", required=False)
        if (rule := _rule(reader, *item, visit_ids)) is not None
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
            for item in reader.items(_list(data, "pinned"), "pinned", required=False)
            if (pair := _pair(reader, *item, ids, visit_ids)) is not None
        ),
        rank_bonus=tuple(
            reader.number({"bonus": value}, "bonus", place, least=-1000, most=1000)
            for place, value in reader.items(_list(data, "rank_bonus"), "rank_bonus", required=False)
        ),
        seed=reader.text(data, "seed", "", default=""),
        name=reader.text(data, "name", "", default=""),
    )


def _list(data: dict[str, Any], key: str) -> Any:
    value = data.get(key, _MISSING)
    return _MISSING if value is None else value


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
    if data is None or (pair := _pair(reader, place, data, people, visits)) is None:
        return None
    return Application(
        *pair,
        rank=reader.number(data, "rank", place, least=1, most=1000),
        score=reader.number(data, "score", place, most=MOST_POINTS),
        eligible=reader.flag(data, "eligible", place, default=True),
    )


def _pair(reader: Reader, place: str, item: Any, people: set[str], visits: set[str]) -> Placement | None:
    data = reader.object(item, place)
    if data is None:
        return None
    person = reader.among(data.get("applicant"), people, f"{place}.applicant", "applicant of this call")
    visit = reader.among(data.get("visit"), visits, f"{place}.visit", "visit of this call")
    return None if person is None or visit is None else (person, visit)


def _objective(reader: Reader, data: dict[str, Any]) -> tuple[Level, ...]:
    levels = [
        cast(Level, known)
        for place, value in reader.items(_list(data, "objective"), "objective")
        if (known := reader.among(value, LEVELS, place, "level")) is not None
    ]
    if isinstance(data.get("objective"), list) and not data["objective"]:
        reader.fault("objective", "at least one level is needed")
    _no_doubles(reader, "objective", levels)
    return tuple(levels)


def _clashes(reader: Reader, data: dict[str, Any], visits: set[str]) -> Iterator[tuple[str, ...]]:
    for place, clash in reader.items(_list(data, "clashes"), "clashes", required=False):
        named = [
            visit
            for at, value in reader.items(clash, place)
            if (visit := reader.among(value, visits, at, "visit of this call")) is not None
        ]
        _no_doubles(reader, place, named)
        yield tuple(named)


def _rule(reader: Reader, place: str, item: Any, visits: set[str]) -> Rule | None:
    data = reader.object(item, place)
    kind = (
        reader.among(data.get("kind"), KINDS, f"{place}.kind", "kind of rule") if data is not None else None
    )
    if data is None or kind is None:
        return None
    needed, optional = KINDS[kind]
    for key in needed - data.keys():
        reader.fault(f"{place}.{key}", f"is missing; a rule of kind {kind} needs it")
    for key in data.keys() - needed - optional - _COMMON:
        reader.fault(
            f"{place}.{key}", f"does not belong to a rule of kind {kind}{_suggestion(key, needed | optional)}"
        )
    if data.get("id") in RESERVED:
        reader.fault(f"{place}.id", f"{data['id']} is the name of a rule that every call has")
    attribute = (
        reader.among(data["attr"], ATTRIBUTES, f"{place}.attr", "attribute") if "attr" in data else None
    )
    return Rule(
        id=reader.text(data, "id", place),
        kind=cast(Kind, kind),
        hard=reader.flag(data, "hard", place),
        visits=_visits(reader, data, place, visits),
        weight=reader.number(data, "weight", place, default=1),
        where=_filter(reader, data, "where", place),
        of=_filter(reader, data, "of", place),
        attr=cast(Attribute | None, attribute),
        bound=reader.number(data, "bound", place, default=0),
        pct=reader.number(data, "pct", place, most=100, default=0),
        plus=reader.number(data, "plus", place, default=0),
    )


def _visits(reader: Reader, data: dict[str, Any], place: str, visits: set[str]) -> tuple[str, ...] | None:
    if data.get("visits") == "*":
        return None
    named = [
        visit
        for at, value in reader.items(data.get("visits", _MISSING), f"{place}.visits")
        if (visit := reader.among(value, visits, at, "visit of this call")) is not None
    ]
    _no_doubles(reader, f"{place}.visits", named)
    return tuple(named)


def _filter(reader: Reader, data: dict[str, Any], key: str, place: str) -> Filter:
    if key not in data:
        return Filter()
    given = reader.object(data[key], f"{place}.{key}") or {}
    allowed: list[tuple[Attribute, tuple[Value, ...]]] = []
    for name, values in sorted(given.items(), key=lambda pair: str(pair[0])):
        at = f"{place}.{key}.{name}"
        known = reader.among(name, ATTRIBUTES, at, "attribute")
        listed = [
            value for where, value in reader.items(values, at) if _is_value(reader, known, value, where)
        ]
        if known is not None:
            allowed.append((cast(Attribute, known), tuple(listed)))
    return Filter(tuple(allowed))


def _is_value(reader: Reader, attribute: str | None, value: Any, place: str) -> bool:
    expected = bool if attribute == "newcomer" else str
    if value is None or isinstance(value, expected):
        return True
    reader.fault(place, f"{value!r} is no value of {attribute}")
    return False


def _unique(reader: Reader, place: str, items: list[Named]) -> list[Named]:
    _no_doubles(reader, place, [item.id for item in items])
    return items


def _no_doubles(reader: Reader, place: str, keys: Collection[Any], show: Callable[[Any], str] = str) -> None:
    seen: set[Any] = set()
    for index, key in enumerate(keys):
        if key in seen and key:
            named = " for ".join(key) if isinstance(key, tuple) else show(key)
            reader.fault(f"{place}[{index}]", f"{named} is there twice")
        seen.add(key)


def read_placements(instance: Instance, data: dict[str, Any]) -> list[Placement]:
    """The state before the events of a waiting list. Raises Faulty."""
    reader = Reader()
    eligible = {wish.key for wish in instance.applications if wish.eligible}
    placements: list[Placement] = []
    for place, item in reader.items(_list(data, "placements"), "placements", required=False):
        pair = tuple(item) if isinstance(item, list) else ()
        if pair in eligible:
            placements.append(pair)
        else:
            reader.fault(place, f"{item!r} is no eligible application of this call")
    _no_doubles(reader, "placements", placements)
    if reader.faults:
        raise Faulty(reader.faults[:MOST_FAULTS])
    return placements


def read_events(instance: Instance, data: dict[str, Any]) -> list[Event]:
    """Who gave up what, in order. Raises Faulty."""
    reader = Reader()
    people, visits = {person.id for person in instance.applicants}, {visit.id for visit in instance.visits}
    events = [
        event
        for item in reader.items(_list(data, "events"), "events", required=False)
        if (event := _event(reader, *item, people, visits)) is not None
    ]
    if reader.faults:
        raise Faulty(reader.faults[:MOST_FAULTS])
    return events


def _event(reader: Reader, place: str, item: Any, people: set[str], visits: set[str]) -> Event | None:
    data = reader.object(item, place)
    kind = (
        reader.among(data.get("type"), EVENTS, f"{place}.type", "kind of event") if data is not None else None
    )
    if data is None or kind is None:
        return None
    if kind == "decline":
        pair = _pair(reader, place, data, people, visits)
        return None if pair is None else Event("decline", *pair)
    person = reader.among(data.get("applicant"), people, f"{place}.applicant", "applicant of this call")
    return None if person is None else Event("withdraw", person)
