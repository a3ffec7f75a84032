"""Which hard rules are at their bound, and what loosening each by one would give: one more solve for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peer_visits.allocation.solving.answer import Answer
from peer_visits.allocation.solving.groups import Group, Tally
from peer_visits.allocation.solving.instance import Instance, Level, Placement, Rule, Visit, rule_instance
from peer_visits.allocation.solving.levels import solve

# Ranks and lottery decide between answers of equal worth; a price need not know them.
PRICED: frozenset[Level] = frozenset({"filled", "soft", "worst_shortfall", "score", "utility"})
LOOSENED = " +1"  # what the id of a loosened rule ends with


@dataclass(frozen=True)
class Price:
    """What changes at each level when one rule instance gives way by one. `proven` if both answers are."""

    rule: str
    changes: dict[str, int]
    proven: bool


def binding_rules(instance: Instance, placements: Sequence[Placement]) -> list[str]:
    """Names of the hard rule instances that one person more, or one fewer, would break; full visits as `capacity@V`."""
    people = instance.people()
    found: list[str] = []
    for visit in instance.visits:
        group = Group(instance, visit.id, (people[person] for person, at in placements if at == visit.id))
        if len(group) >= visit.capacity:
            found.append(rule_instance("capacity", visit.id))
        found += [tally.name for tally in group.tallies if tally.rule.hard and _is_at_bound(tally)]
    return sorted(found)


def _is_at_bound(tally: Tally) -> bool:
    rule = tally.rule
    if rule.kind in {"max", "min"}:
        return tally.meant == rule.bound
    if rule.kind == "max_each":
        return rule.bound in tally.sizes.values() and rule.bound > 0
    # One more of those meant, who counts in the base too.
    return 100 * (tally.meant + 1) > rule.pct * (tally.base + 1) + 100 * rule.plus


def loosened(instance: Instance, name: str) -> Instance:
    """The call with one rule instance, or one capacity, given way by one. KeyError if there is no such rule."""
    rule_id, _, visit = name.rpartition("@")
    if rule_id == "capacity":
        visits = tuple(Visit(v.id, v.capacity + (v.id == visit)) for v in instance.visits)
        return replace(instance, visits=visits)
    rules: list[Rule] = []
    for rule in instance.rules:
        rules += _split(instance, rule, visit) if rule.id == rule_id else [rule]
    if tuple(rules) == instance.rules:
        raise KeyError(name)
    return replace(instance, rules=tuple(rules))


def _split(instance: Instance, rule: Rule, visit: str) -> list[Rule]:
    """The rule as it was for the other visits, and loosened for this one."""
    visits = tuple(v.id for v in instance.visits) if rule.visits is None else rule.visits
    others = tuple(other for other in visits if other != visit)
    if rule.kind == "max_share":
        looser = replace(rule, plus=rule.plus + 1)
    else:
        looser = replace(rule, bound=max(0, rule.bound + (-1 if rule.kind == "min" else 1)))
    kept = [replace(rule, visits=others)] if others else []
    return [*kept, replace(looser, id=rule.id + LOOSENED, visits=(visit,))]


def price_rules(
    instance: Instance,
    answer: Answer,
    names: Sequence[str],
    *,
    seconds: float = 60.0,
    progress: Callable[[int, Price], None] | None = None,
    **options: Any,
) -> list[Price]:
    """What loosening each of the named rules by one would give. Stops when the time is up: the rest has no price.

    `options` go to `solve`. `progress` hears the number done and the latest price.
    """
    deadline = time.monotonic() + seconds
    levels = tuple(level for level in instance.objective if level in PRICED)
    prices: list[Price] = []
    for number, name in enumerate(names):
        left = deadline - time.monotonic()
        if left <= 0 or not levels:
            break
        looser = replace(loosened(instance, name), objective=levels)
        price = _price(name, answer, solve(looser, seconds=left, settle=False, **options))
        if price is None:
            break
        prices.append(price)
        if progress is not None:
            progress(number + 1, price)
    return prices


def _price(name: str, before: Answer, after: Answer) -> Price | None:
    if after.status not in {"optimal", "feasible"}:
        return None
    changes = {level: value - before.levels[level] for level, value in after.levels.items()}
    return Price(name, changes, before.status == "optimal" and after.status == "optimal")
