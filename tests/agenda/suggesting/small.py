"""Random agendas so small that every plan can be tried, and the trying."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from peer_visits.agenda.suggesting.evaluator import judge_json

Plan = dict[str, tuple[int, str | None]]
DAYS = ("D1", "D2")


def small_agenda(seed: int) -> dict[str, Any]:
    """Three sessions on two days of four hours, with a bit of every rule."""
    draw = random.Random(seed)
    people = [{"id": f"P{n}", "tz": draw.choice([-60, 0, 60]), "windows": _windows(draw)} for n in (1, 2)]
    sessions = [_session(draw, f"S{n}") for n in (1, 2, 3)]
    return {
        "schema": "peer-visits/schedule/1",
        "name": f"small {seed}",
        "slot_minutes": 60,
        "min_gap_minutes": draw.choice([0, 0, 30]),
        "comfort": ["10:00", "12:00"],
        "days": [
            {
                "id": day,
                "mode": draw.choice(["online", "onsite"]),
                "open": "09:00",
                "close": draw.choice(["11:00", "12:00", "13:00"]),
            }
            | ({"max_minutes": draw.choice([60, 120, 180])} if draw.random() < 0.5 else {})
            for day in DAYS
        ],
        "people": people,
        "participants": [{"tz": draw.choice([-60, 0, 120]), "count": draw.randint(1, 5)} for _group in "ab"],
        "rooms": [{"id": "R1", "capacity": 5}, {"id": "R2", "capacity": draw.choice([3, 10])}],
        "travel": [{"a": "here", "b": "there", "minutes": draw.choice([30, 60, 90])}],
        "sessions": sessions,
        "precedence": [{"before": "S1", "after": "S2"}] if draw.random() < 0.4 else [],
        "together": [["S2", "S3"]] if draw.random() < 0.3 else [],
        "objective": ["dropped", "discomfort", "span", "early"],
    }


def _windows(draw: random.Random) -> list[dict[str, str]]:
    spans = [("08:00", "14:00"), ("09:00", "11:00"), ("10:00", "13:00")]
    found = []
    for day in DAYS:
        for start, end in draw.sample(spans, draw.randint(0, 2)):
            found.append({"day": day, "from": start, "to": end})
    return found


def _session(draw: random.Random, name: str) -> dict[str, Any]:
    session: dict[str, Any] = {
        "id": name,
        "minutes": draw.choice([30, 60, 60, 90, 120]),
        "people": draw.sample(["P1", "P2"], draw.choice([0, 0, 1, 1, 2])),
        "audience": draw.choice(["all", "all", "g1", "g2"]),
        "required": draw.random() < 0.6,
        "weight": draw.randint(1, 3),
        "needs_room": draw.random() < 0.4,
        "size": draw.choice([2, 4, 8]),
        "place": draw.choice([None, "here", "there"]),
    }
    if draw.random() < 0.15:
        session["counts"] = False
    if draw.random() < 0.3:
        session["days"] = [draw.choice(DAYS)]
    if draw.random() < 0.2:
        session["not_before"] = "10:00"
    if draw.random() < 0.2:
        session["not_after"] = "12:00"
    if draw.random() < 0.15:
        session["mode"] = draw.choice(["online", "onsite"])
    if draw.random() < 0.15:
        room = draw.choice([None, "R1"])
        session["fixed"] = {"day": draw.choice(DAYS), "at": draw.choice(["09:00", "10:00"]), "room": room}
    return session


def best(call: dict[str, Any]) -> dict[str, int] | None:
    """The best levels of all plans that hold; None where none does."""
    values = [levels for plan in all_plans(call) if (levels := worth(call, plan)) is not None]
    return min(values, key=lambda levels: tuple(levels.values()), default=None)


def worth(call: dict[str, Any], plan: Plan) -> dict[str, int] | None:
    """The levels of a plan that breaks nothing."""
    verdict = judge_json(call, plan)
    return verdict.levels if verdict.holds else None


def all_plans(call: dict[str, Any]) -> Iterator[Plan]:
    """Every plan whose sessions keep their own rules, put together in every way."""
    choices = [_choices(call, session) for session in call["sessions"]]
    for picked in product(*choices):
        yield {
            session["id"]: choice
            for session, choice in zip(call["sessions"], picked, strict=True)
            if choice is not None
        }


def _choices(call: dict[str, Any], session: dict[str, Any]) -> list[tuple[int, str | None] | None]:
    alone = call | {"sessions": [session], "precedence": [], "together": []}
    placed: list[tuple[int, str | None] | None] = [
        (slot, room)
        for slot in range(48)
        for room in (None, "R1", "R2")
        if not judge_json(alone, {session["id"]: (slot, room)}).broken
    ]
    return placed if session["required"] or session.get("fixed") else [None, *placed]
