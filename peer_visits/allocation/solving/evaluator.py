"""Judges placements from the call as it was given, by counting people. Shares no code with the model or the solvers.

It works on the plain JSON of the schema, expands rules and lottery numbers itself, and is asked about every answer
before anybody sees it. If model and evaluator ever disagree, the answer is not given out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

Pair = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """What placements are worth, and what is wrong with them: names of broken rules, and how far each is broken."""

    levels: dict[str, int]
    broken: dict[str, int]
    missed: dict[str, int]  # soft rule instances that are not kept

    @property
    def holds(self) -> bool:
        """Whether nothing hard is broken."""
        return not self.broken


def judge_json(call: Mapping[str, Any], placements: Iterable[Pair]) -> Verdict:
    """Count everything again."""
    given = list(placements)
    groups = _groups(call, given)
    broken, missed = _structure(call, given), Counter[str]()
    soft = 0
    for rule in call.get("rules") or []:
        for visit in _visits_of(call, rule):
            violation = measure(rule, groups[visit])
            if violation == 0:
                continue
            name = f"{rule['id']}@{visit}"
            if rule["hard"]:
                broken[name] += violation
            else:
                missed[name] += violation
                soft += violation * rule.get("weight", 1)
    return Verdict(_levels(call, given, soft), dict(broken), dict(missed))


def _groups(call: Mapping[str, Any], given: list[Pair]) -> dict[str, list[dict[str, Any]]]:
    people = {person["id"]: person for person in call["applicants"]}
    groups: dict[str, list[dict[str, Any]]] = {visit["id"]: [] for visit in call["visits"]}
    for applicant, visit in given:
        if applicant in people and visit in groups:
            groups[visit].append(people[applicant])
    return groups


def _visits_of(call: Mapping[str, Any], rule: Mapping[str, Any]) -> list[str]:
    return [visit["id"] for visit in call["visits"]] if rule["visits"] == "*" else list(rule["visits"])


def measure(rule: Mapping[str, Any], group: list[dict[str, Any]]) -> int:
    """By how many people a group misses a rule; 0 = kept."""
    kind = rule["kind"]
    chosen = [person for person in group if is_meant(rule.get("where") or {}, person)]
    if kind == "max":
        return max(0, len(chosen) - int(rule["bound"]))
    if kind == "min":
        return max(0, int(rule["bound"]) - len(chosen))
    if kind == "max_each":
        sizes = Counter(person.get(rule["attr"]) for person in chosen if person.get(rule["attr"]) is not None)
        return sum(max(0, size - int(rule["bound"])) for size in sizes.values())
    if kind == "max_share":
        base = sum(1 for person in group if is_meant(rule.get("of") or {}, person))
        over = 100 * len(chosen) - int(rule["pct"]) * base - 100 * int(rule.get("plus", 0))
        return max(0, -(-over // 100))
    raise ValueError(f"no such kind of rule: {kind}")


def is_meant(wanted: Mapping[str, list[Any]], person: Mapping[str, Any]) -> bool:
    """Whether a person matches a filter; what is not declared matches only where null is listed."""
    return all(
        any(person.get(name) is value if value is None else person.get(name) == value for value in values)
        for name, values in wanted.items()
    )


def _structure(call: Mapping[str, Any], given: list[Pair]) -> Counter[str]:
    """Eligibility, doubles, capacity, limits, clashes, pins."""
    held: dict[str, set[str]] = {}
    for applicant, visit in given:
        held.setdefault(applicant, set()).add(visit)
    broken = _wrong_pairs(call, given) + _overfull(call, given) + _clashing(call, held)
    for person in call["applicants"]:
        own = person.get("max_visits")
        limit = call.get("max_visits_per_applicant", 1) if own is None else own
        broken["max-visits"] += max(0, len(held.get(person["id"], ())) - limit)
    for pin in call.get("pinned") or []:
        if pin["visit"] not in held.get(pin["applicant"], set()):
            broken[f"pin:{pin['applicant']}@{pin['visit']}"] += 1
    return +broken


def _wrong_pairs(call: Mapping[str, Any], given: list[Pair]) -> Counter[str]:
    eligible = {(w["applicant"], w["visit"]) for w in call["applications"] if w.get("eligible", True)}
    broken = Counter[str]()
    for (applicant, visit), times in Counter(given).items():
        if (applicant, visit) not in eligible:
            broken[f"not-eligible:{applicant}@{visit}"] += 1
        broken[f"twice:{applicant}@{visit}"] += times - 1
    return broken


def _overfull(call: Mapping[str, Any], given: list[Pair]) -> Counter[str]:
    sizes = Counter(visit for _applicant, visit in given)
    return Counter({f"capacity@{v['id']}": max(0, sizes[v["id"]] - v["capacity"]) for v in call["visits"]})


def _clashing(call: Mapping[str, Any], held: Mapping[str, set[str]]) -> Counter[str]:
    broken = Counter[str]()
    for clash in call.get("clashes") or []:
        for visits in held.values():
            broken["clash:" + "+".join(clash)] += max(0, len(visits & set(clash)) - 1)
    return broken


def _levels(call: Mapping[str, Any], given: list[Pair], soft: int) -> dict[str, int]:
    wishes = {(w["applicant"], w["visit"]): w for w in call["applications"]}
    granted = [wishes[pair] for pair in given if pair in wishes]
    sizes = Counter(visit for _applicant, visit in given)
    bonus = call.get("rank_bonus") or []
    values = {
        "filled": len(given),
        "soft": soft,
        "worst_shortfall": max((v["capacity"] - sizes[v["id"]] for v in call["visits"]), default=0),
        "score": sum(w["score"] for w in granted),
        "utility": sum(
            w["score"] + (bonus[w["rank"] - 1] if w["rank"] <= len(bonus) else 0) for w in granted
        ),
        "rank": sum(w["rank"] for w in granted),
        "lottery": sum(_number(call.get("seed") or "", *pair) for pair in given),
    }
    return {level: values[level] for level in call["objective"]}


def _number(seed: str, applicant: str, visit: str) -> int:
    return int(sha256((seed + "|" + applicant + "|" + visit).encode("utf-8")).hexdigest()[:5], 16)
