"""What a cap costs: the same call solved once more with the cap one person wider in one visit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from peer_visits.allocation.solving import Answer, Instance, Rule, solve

# Levels whose gain is told; the lottery and what only breaks ties are left out.
TOLD = ("filled", "worst_shortfall", "soft", "utility", "score")
MOST = 12


def find_prices(
    instance: Instance,
    answer: Answer,
    rows: Sequence[Mapping[str, Any]],
    *,
    seconds: float,
    cancelled: Callable[[], bool],
) -> list[dict[str, Any]]:
    """For hard caps that bind, what one person more would give at each level; as many as time allows."""
    binding = [row for row in rows if row["hard"] and row["binds"]]
    binding.sort(key=lambda row: (-len(row["full"]), row["rule"], row["visit"]))
    deadline = time.monotonic() + seconds
    found: list[dict[str, Any]] = []
    for row in binding[:MOST]:
        left = deadline - time.monotonic()
        if left < 1 or cancelled():
            break
        found.append(_price(instance, answer, str(row["rule"]), str(row["visit"]), left, cancelled))
    return [one for one in found if one["levels"]]


def _price(
    instance: Instance,
    answer: Answer,
    rule: str,
    visit: str,
    seconds: float,
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    wider = replace(loosened(instance, rule, visit), objective=tuple(told_levels(instance)))
    # One after the other, not side by side: what is asked is small, and the machine has other work.
    other = solve(wider, seconds=seconds, cancelled=cancelled, provers=("highs",))
    levels = other.levels if other.status == "optimal" else {}
    return {
        "rule": rule,
        "visit": visit,
        "levels": {level: value - answer.levels[level] for level, value in levels.items()},
    }


def told_levels(instance: Instance) -> list[Any]:
    """The levels of the call whose gain is told, in their order."""
    return [level for level in instance.objective if level in TOLD]


def loosened(instance: Instance, rule: str, visit: str) -> Instance:
    """The same call with this rule one person wider in this visit."""
    rules: list[Rule] = []
    for one in instance.rules:
        if one.id != rule:
            rules.append(one)
            continue
        visits = one.visits if one.visits is not None else tuple(each.id for each in instance.visits)
        rest = tuple(each for each in visits if each != visit)
        rules += [replace(one, visits=rest)] if rest else []
        rules.append(replace(one, id=f"{one.id}-wider", visits=(visit,), bound=one.bound + 1))
    return replace(instance, rules=tuple(rules))
