"""Judges a plan from the agenda as it was given, minute by minute. Shares no code with the model or the solver.

It works on the plain JSON of the schema and is asked about every plan before anybody sees it. If model and evaluator
ever disagree, the plan is not given out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

Call = Mapping[str, Any]
Place = Sequence[Any]  # slot number, room


@dataclass(frozen=True)
class Verdict:
    """What a plan is worth, and one sentence for each rule that it breaks."""

    levels: dict[str, int]
    broken: list[str]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


@dataclass(frozen=True)
class _Held:
    """A session where the plan puts it; minutes of the host's day."""

    session: Mapping[str, Any]
    position: int
    slot: int
    day: Mapping[str, Any]
    start: int
    end: int
    room: str | None

    @property
    def name(self) -> str:
        return str(self.session["id"])

    @property
    def stands(self) -> bool:
        return self.session.get("fixed") is not None

    @property
    def audience(self) -> str:
        return str(self.session.get("audience") or "all")


def judge_json(call: Call, plan: Mapping[str, Place]) -> Verdict:
    """Count everything again."""
    broken: list[str] = []
    held = list(_held(call, plan, broken))
    broken += [
        f"{session['id']} is required and not placed"
        for session in call["sessions"]
        if session["id"] not in plan and (session.get("required", True) or session.get("fixed"))
    ]
    for one in held:
        broken += _alone(call, one)
    for one, other in combinations(held, 2):
        if not (one.stands and other.stands):
            broken += _both(call, one, other)
    broken += _days_too_full(call, held)
    return Verdict(_levels(call, held), broken)


def _held(call: Call, plan: Mapping[str, Place], broken: list[str]) -> Iterator[_Held]:
    minutes = call.get("slot_minutes", 15)
    sessions = {session["id"]: (number, session) for number, session in enumerate(call["sessions"], start=1)}
    for name, (slot, room) in plan.items():
        if name not in sessions:
            broken.append(f"{name} is no session of this agenda")
            continue
        day, start = divmod(slot * minutes, 1440)
        if not 0 <= day < len(call["days"]):
            broken.append(f"{name} lies on no day of this agenda")
            continue
        number, session = sessions[name]
        yield _Held(session, number, slot, call["days"][day], start, start + session["minutes"], room)


def _alone(call: Call, one: _Held) -> Iterator[str]:
    fixed = one.session.get("fixed")
    if fixed is not None:
        if (one.day["id"], one.start, one.room) != (fixed["day"], _minute(fixed["at"]), fixed.get("room")):
            yield f"{one.name} does not stand where it is fixed"
        return
    yield from _wrong_day(one)
    yield from _wrong_time(one)
    for person in call.get("people") or []:
        if person["id"] in (one.session.get("people") or []) and not _is_free(person, one):
            yield f"{person['id']} is not free for {one.name}"
    yield from _room_faults(call, one)


def _wrong_day(one: _Held) -> Iterator[str]:
    if one.session.get("days") is not None and one.day["id"] not in one.session["days"]:
        yield f"{one.name} lies on a day that is not its own"
    if one.session.get("mode") is not None and one.session["mode"] != one.day.get("mode"):
        yield f"{one.name} lies on a day of another mode"


def _wrong_time(one: _Held) -> Iterator[str]:
    if one.start < _minute(one.day["open"]) or one.end > _minute(one.day["close"]):
        yield f"{one.name} lies outside its day"
    earliest, latest = one.session.get("not_before"), one.session.get("not_after")
    if earliest is not None and one.start < _minute(earliest):
        yield f"{one.name} begins too early"
    if latest is not None and one.end > _minute(latest):
        yield f"{one.name} ends too late"


def _is_free(person: Mapping[str, Any], one: _Held) -> bool:
    ahead = person.get("tz", 0)
    return any(
        window["day"] == one.day["id"]
        and _minute(window["from"]) <= one.start + ahead
        and one.end + ahead <= _minute(window["to"])
        for window in person.get("windows") or []
    )


def _room_faults(call: Call, one: _Held) -> Iterator[str]:
    if not one.session.get("needs_room"):
        if one.room is not None:
            yield f"{one.name} has a room and needs none"
        return
    capacity = {room["id"]: room["capacity"] for room in call.get("rooms") or []}
    if one.room not in capacity:
        yield f"{one.name} has no room"
    elif capacity[one.room] < one.session.get("size", 0):
        yield f"{one.room} is too small for {one.name}"


def _both(call: Call, one: _Held, other: _Held) -> Iterator[str]:
    first, second = sorted((one, other), key=lambda held: (held.slot, held.end))
    same_day = one.day["id"] == other.day["id"]
    if same_day and one.room is not None and one.room == other.room and second.start < first.end:
        yield f"{one.room} holds {one.name} and {other.name} at once"
    if same_day and _concern_the_same(one, other) and second.start < first.end + _way(call, one, other):
        yield f"{first.name} and {second.name} overlap or leave too short a gap"
    for order in call.get("precedence") or []:
        for before, after in ((one, other), (other, one)):
            named = order["before"] == before.name and order["after"] == after.name
            if named and not _is_over(before, after):
                yield f"{before.name} is not over when {after.name} starts"
    for members in call.get("together") or []:
        if one.name in members and other.name in members and one.slot != other.slot:
            yield f"{one.name} and {other.name} do not start together"


def _is_over(before: _Held, after: _Held) -> bool:
    if before.day["id"] != after.day["id"]:
        return before.slot < after.slot
    return before.end <= after.start


def _concern_the_same(one: _Held, other: _Held) -> bool:
    shared = set(one.session.get("people") or []) & set(other.session.get("people") or [])
    return bool(shared) or "all" in (one.audience, other.audience) or one.audience == other.audience


def _way(call: Call, one: _Held, other: _Held) -> int:
    """Minutes between two sessions, in whole slots."""
    here, there = one.session.get("place"), other.session.get("place")
    minutes = call.get("min_gap_minutes", 0)
    for way in call.get("travel") or []:
        if here != there and sorted((way["a"], way["b"])) == sorted((here or "", there or "")):
            minutes = max(minutes, way["minutes"])
    slot = call.get("slot_minutes", 15)
    return int((minutes + slot - 1) // slot * slot)


def _days_too_full(call: Call, held: Sequence[_Held]) -> Iterator[str]:
    for day in call["days"]:
        most = day.get("max_minutes")
        here = [one for one in held if one.day["id"] == day["id"]]
        if most is None or not any(not one.stands for one in here):
            continue
        standing = _minutes(call, [one for one in here if one.stands])
        if _minutes(call, here) > max(most, standing):
            yield f"{day['id']} holds more than {most} minutes"


def _minutes(call: Call, held: Sequence[_Held]) -> int:
    """Minutes of sessions; the members of a `together` list count once, by the longest."""
    left = {one.name: one.end - one.start for one in held if one.session.get("counts", True)}
    total = 0
    for members in call.get("together") or []:
        total += max((left.pop(name) for name in list(left) if name in members), default=0)
    return total + sum(left.values())


def _levels(call: Call, held: Sequence[_Held]) -> dict[str, int]:
    placed = {one.name for one in held}
    values = {
        "dropped": sum(s.get("weight", 1) for s in call["sessions"] if s["id"] not in placed),
        "discomfort": sum(_discomfort(call, one) for one in held if one.audience == "all"),
        "span": sum(_span([one for one in held if one.day["id"] == day["id"]]) for day in call["days"]),
        "early": sum(one.position * one.slot for one in held),
    }
    return {level: values[level] for level in call["objective"]}


def _discomfort(call: Call, one: _Held) -> int:
    """Counted minute by minute on each group's clock."""
    first, last = (_minute(text) for text in call.get("comfort") or ("09:00", "17:00"))
    return sum(
        group["count"]
        for group in call.get("participants") or []
        for minute in range(one.start, one.end)
        if not first <= (minute + group.get("tz", 0)) % 1440 < last
    )


def _span(held: Sequence[_Held]) -> int:
    return max(one.end for one in held) - min(one.start for one in held) if held else 0


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
