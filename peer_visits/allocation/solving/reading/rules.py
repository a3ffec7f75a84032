"""The rules of a call from JSON."""

from __future__ import annotations

from typing import Any, cast

from peer_visits.allocation.solving.instance import (
    ATTRIBUTES,
    MAX_VISITS,
    Attribute,
    Filter,
    Kind,
    Rule,
    Value,
)
from peer_visits.allocation.solving.reading.reader import MISSING, Reader, nearest

_COMMON = frozenset({"id", "visits", "kind", "hard", "weight", "note"})
# What each kind of rule asks for, and what else it may have.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "max": (frozenset({"where", "bound"}), frozenset()),
    "min": (frozenset({"where", "bound"}), frozenset()),
    "max_each": (frozenset({"attr", "bound"}), frozenset({"where"})),
    "max_share": (frozenset({"where", "of", "pct"}), frozenset({"plus"})),
}
RESERVED = frozenset({"capacity", MAX_VISITS})


def read_rule(reader: Reader, place: str, item: Any, visits: set[str]) -> Rule | None:
    """A rule, or None with faults: each kind has fields of its own."""
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
            f"{place}.{key}", f"does not belong to a rule of kind {kind}{nearest(key, needed | optional)}"
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
    return reader.names(data.get("visits", MISSING), visits, f"{place}.visits", "visit of this call")


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
