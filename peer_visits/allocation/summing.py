"""Figures of an answer, plain values in and out: places, ranks obtained, groups against rules, which caps bind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peer_visits.allocation.solving import Answer, Applicant, Instance, Rule
from peer_visits.allocation.solving.groups import violation

Groups = Mapping[str, Sequence[Applicant]]


def groups_of(instance: Instance, placements: Iterable[tuple[str, str]]) -> dict[str, list[Applicant]]:
    """The people placed in each visit."""
    people = instance.people()
    groups: dict[str, list[Applicant]] = {visit.id: [] for visit in instance.visits}
    for person, visit in placements:
        groups[visit].append(people[person])
    return groups


def sum_up(instance: Instance, answer: Answer) -> dict[str, Any]:
    """The figures that lists and the page of a run show without reading the whole record."""
    groups = groups_of(instance, answer.placements)
    return {
        "status": answer.status,
        "people": len(instance.applicants),
        "capacity": sum(visit.capacity for visit in instance.visits),
        "filled": len(answer.placements),
        "placed_people": len({person for person, _visit in answer.placements}),
        "unique": answer.unique,
        "seconds": round(answer.seconds, 1),
        "memory": answer.memory,
        "levels": [result.to_json() for result in answer.results],
        "conflict": list(answer.conflict),
        "conflict_smallest": answer.conflict_smallest,
        "repair": list(answer.repair),
        "ranks": count_ranks(instance, answer.placements),
        "visits": {visit.id: _visit(instance, visit.id, visit.capacity, groups) for visit in instance.visits},
        "rules": rule_rows(instance, groups),
    }


def count_ranks(instance: Instance, placements: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many places are somebody's first choice, second choice, and so on."""
    ranks = {wish.key: wish.rank for wish in instance.applications}
    counts = Counter(ranks[key] for key in placements)
    return {str(rank): counts[rank] for rank in sorted(counts)}


def _visit(instance: Instance, visit: str, capacity: int, groups: Groups) -> dict[str, Any]:
    group = groups[visit]
    wishes = [wish for wish in instance.applications if wish.visit == visit]
    return {
        "capacity": capacity,
        "placed": len(group),
        "wanted": len(wishes),
        "eligible": sum(wish.eligible for wish in wishes),
        "newcomers": sum(bool(person.newcomer) for person in group),
        "countries": _counts(person.country for person in group),
        "kinds": _counts(person.org_type for person in group),
    }


def _counts(values: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value is not None).items()))


def rule_rows(instance: Instance, groups: Groups) -> list[dict[str, Any]]:
    """Every rule in every visit with how many people it counts there, whether it is missed, and whether it binds."""
    return [
        _rule_row(rule, visit, groups[visit])
        for rule in instance.rules
        for visit in (rule.visits if rule.visits is not None else [one.id for one in instance.visits])
        if visit in groups
    ]


def _rule_row(rule: Rule, visit: str, group: Sequence[Applicant]) -> dict[str, Any]:
    meant = [person for person in group if rule.where.matches(person)]
    row: dict[str, Any] = {
        "rule": rule.id,
        "visit": visit,
        "kind": rule.kind,
        "hard": rule.hard,
        "bound": rule.bound,
        "missed": violation(rule, group),
    }
    if rule.kind != "max_each" or rule.attr is None:
        return {
            **row,
            "count": len(meant),
            "full": [],
            "binds": rule.kind == "max" and len(meant) >= rule.bound,
        }
    sizes = Counter(value for person in meant if (value := person.value(rule.attr)) is not None)
    full = sorted(str(value) for value, size in sizes.items() if size >= rule.bound)
    return {**row, "count": max(sizes.values(), default=0), "full": full, "binds": bool(full)}


def by_visit(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of rules under their visit."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[str(row["visit"])].append(row)
    return found
