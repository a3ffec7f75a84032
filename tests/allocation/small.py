"""Small random calls, and their answers by trying everything."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from peer_visits.allocation.solving.evaluator import Verdict, judge_json

LEVELS = ("filled", "soft", "worst_shortfall", "score", "utility", "rank", "lottery")
BETTER_IF_MORE = {"filled", "score", "utility", "lottery"}
VALUES: dict[str, list[Any]] = {
    "country": ["IT", "FR", None],
    "org": ["O1", "O2", "O3", None],
    "org_type": ["ngo", "region", None],
    "newcomer": [True, False, None],
    "gender": ["f", "m", "x", None],
}


def small_call(seed: int) -> dict[str, Any]:
    """Up to three visits, six people, nine applications, four rules, of every kind the format has."""
    draw = Random(seed)
    names = [f"V{n}" for n in range(1, draw.randint(1, 3) + 1)]
    visits = [{"id": name, "capacity": draw.randint(0, 3)} for name in names]
    people = [_person(draw, f"A{n}") for n in range(1, draw.randint(1, 6) + 1)]
    wishes = [
        _wish(draw, str(person["id"]), visit, rank)
        for person in people
        for rank, visit in _wanted(draw, names)
    ]
    wishes = wishes[:9]
    draw.shuffle(wishes)
    call: dict[str, Any] = {
        "schema": "peer-visits/allocation/1",
        "name": f"small-{seed}",
        "seed": f"small-{seed}",
        "max_visits_per_applicant": draw.choice([1, 1, 2]),
        "visits": visits,
        "applicants": people,
        "applications": wishes,
        "rules": [_rule(draw, f"r{n}", names) for n in range(draw.randint(0, 4))],
        "objective": _objective(draw),
        "rank_bonus": draw.choice([[], [10, 5, 0]]),
    }
    if len(names) > 1 and draw.random() < 0.3:
        call["clashes"] = [draw.sample(names, 2)]
    if wishes and draw.random() < 0.2:
        pin = draw.choice(wishes)
        call["pinned"] = [{"applicant": pin["applicant"], "visit": pin["visit"]}]
    return call


def _person(draw: Random, name: str) -> dict[str, Any]:
    person: dict[str, Any] = {"id": name} | {
        attribute: draw.choice(values) for attribute, values in VALUES.items()
    }
    return person | ({"max_visits": draw.randint(0, 2)} if draw.random() < 0.15 else {})


def _wanted(draw: Random, visits: list[str]) -> list[tuple[int, str]]:
    return list(enumerate(draw.sample(visits, draw.randint(1, len(visits))), start=1))


def _wish(draw: Random, person: str, visit: str, rank: int) -> dict[str, Any]:
    return {
        "applicant": person,
        "visit": visit,
        "rank": rank,
        "score": draw.choice([50, 50, 60, draw.randint(0, 100)]),
        "eligible": draw.random() < 0.9,
    }


def _filter(draw: Random) -> dict[str, list[Any]]:
    attribute = draw.choice(list(VALUES))
    return {attribute: draw.sample(VALUES[attribute], draw.randint(1, 2))}


def _rule(draw: Random, name: str, visits: list[str]) -> dict[str, Any]:
    kind = draw.choice(["max", "min", "max_each", "max_share"])
    rule: dict[str, Any] = {"id": name, "kind": kind, "hard": draw.random() < 0.5}
    rule["visits"] = "*" if draw.random() < 0.7 else draw.sample(visits, draw.randint(1, len(visits)))
    if not rule["hard"]:
        rule["weight"] = draw.randint(1, 3)
    if kind == "max_each":
        return rule | {"attr": draw.choice(list(VALUES)), "bound": draw.randint(0, 2)}
    if kind == "max_share":
        of = {"gender": ["f", "m", "x"]} if draw.random() < 0.7 else _filter(draw)
        where = {"gender": [draw.choice("fm")]} if draw.random() < 0.7 else _filter(draw)
        return rule | {
            "where": where,
            "of": of,
            "pct": draw.choice([0, 50, 60, 75]),
            "plus": draw.randint(0, 1),
        }
    return rule | {"where": _filter(draw), "bound": draw.randint(0, 2)}


def _objective(draw: Random) -> list[str]:
    if draw.random() < 0.6:
        return draw.choice(
            [["filled", "soft", "utility", "lottery"], ["filled", "soft", "score", "rank", "lottery"]]
        )
    return draw.sample(LEVELS, draw.randint(1, 5))


def best(call: dict[str, Any]) -> tuple[dict[str, int], list[list[tuple[str, str]]]] | None:
    """The best levels and all placements that reach them; None if nothing keeps every hard rule."""
    wishes = sorted((wish["applicant"], wish["visit"]) for wish in call["applications"] if wish["eligible"])
    found: dict[tuple[int, ...], list[list[tuple[str, str]]]] = {}
    for granted in product([False, True], repeat=len(wishes)):
        placements = [wish for wish, is_granted in zip(wishes, granted, strict=True) if is_granted]
        verdict = judge_json(call, placements)
        if verdict.holds:
            found.setdefault(worth(call, verdict), []).append(placements)
    if not found:
        return None
    winners = found[max(found)]
    return judge_json(call, winners[0]).levels, winners


def worth(call: dict[str, Any], verdict: Verdict) -> tuple[int, ...]:
    """Levels so that more is better."""
    return tuple(
        verdict.levels[level] * (1 if level in BETTER_IF_MORE else -1) for level in call["objective"]
    )


def is_feasible(call: dict[str, Any], kept: frozenset[str]) -> bool:
    """Whether some placements break none of these rule instances."""
    wishes = sorted((wish["applicant"], wish["visit"]) for wish in call["applications"] if wish["eligible"])
    return any(
        not kept
        & judge_json(call, [w for w, is_in in zip(wishes, granted, strict=True) if is_in]).broken.keys()
        for granted in product([False, True], repeat=len(wishes))
    )
