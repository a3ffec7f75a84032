"""Counts what groups are worth from the file as it was given. Shares no code with the search or the bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

Given = Sequence[Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Verdict:
    """Repeats and likeness, and one sentence for each rule that is broken."""

    levels: dict[str, int]
    broken: list[str]

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


def judge_json(call: Mapping[str, Any], rounds: Given) -> Verdict:
    """Count everything again."""
    met = Counter[tuple[str, str]]()
    for groups in rounds:
        for group in groups:
            met.update(combinations(sorted(group), 2))
    repeats = sum(times * (times - 1) // 2 for times in met.values())
    levels = {"coincidences": repeats, "same_country": _alike(call, met, "country")}
    if any(person.get("org_type") is not None for person in call["people"]):
        levels["same_type"] = _alike(call, met, "org_type")
    return Verdict(levels, list(_faults(call, rounds)))


def _alike(call: Mapping[str, Any], met: Mapping[tuple[str, str], int], attribute: str) -> int:
    values = {person["id"]: person.get(attribute) for person in call["people"]}
    total = 0
    for pair, times in met.items():
        one, other = (values.get(id_) for id_ in pair)
        total += times if one is not None and one == other else 0
    return total


def _faults(call: Mapping[str, Any], rounds: Given) -> Iterator[str]:
    if len(rounds) != call["rounds"]:
        yield f"there are {len(rounds)} rounds, not {call['rounds']}"
    for number, groups in enumerate(rounds, start=1):
        yield from _faults_of_round(call, number, groups)


def _faults_of_round(call: Mapping[str, Any], number: int, groups: Sequence[Sequence[str]]) -> Iterator[str]:
    if len(groups) != call["groups"]:
        yield f"round {number} has {len(groups)} groups, not {call['groups']}"
    if max(map(len, groups), default=0) - min(map(len, groups), default=0) > 1:
        yield f"round {number} has groups of unequal size"
    away = {one["person"] for one in call.get("absences") or [] if one.get("round") in (None, number)}
    expected = Counter(person["id"] for person in call["people"] if person["id"] not in away)
    placed = Counter(id_ for group in groups for id_ in group)
    yield from (f"{id_} is missing or doubled in round {number}" for id_ in expected - placed)
    yield from (f"{id_} does not belong in round {number}, or is doubled" for id_ in placed - expected)
    for pin in call.get("pins") or []:
        group = groups[pin["group"] - 1] if 1 <= pin["group"] <= len(groups) else ()
        meant = pin.get("round") in (None, number) and pin["person"] not in away
        if meant and pin["person"] not in group:
            yield f"{pin['person']} is not in group {pin['group']} of round {number}"
