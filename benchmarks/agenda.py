"""Times for sessions and groups for people: levels reached and seconds, on published and generated files.

    .venv/bin/python -m benchmarks.agenda [sc sched b 16x4 ...] [--seconds 60] [--json FILE]

A name is the start of a published file's, or SESSIONSxDAYS[#SEED] for a generated agenda on site with two site visits.
Prints per file: seconds with the start of the process, seconds of each level, whether every level is proven, and
whether it is the published answer.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from peer_visits.agenda import mixing, suggesting
from tests.agenda.published import AGENDAS, BREAKOUTS, agenda, breakout, expected_agenda, expected_breakout

HOURS = [("08:00", "16:00"), ("09:00", "13:00"), ("10:00", "17:00"), ("13:00", "17:00")]


def generated(sessions: int, days: int, seed: int) -> dict[str, Any]:
    """On site: welcome, closing, two site visits, three breakouts side by side, talks by speakers with free hours."""
    draw = Random(seed)
    ids = [f"D{n}" for n in range(1, days + 1)]
    talks = [f"s{n}" for n in range(1, sessions - 6)]
    speakers = [f"P{n}" for n in range(1, len(talks) + 1)]
    windows = {name: [(day, *draw.choice(HOURS)) for day in ids if draw.random() < 0.9] for name in speakers}
    windows["HOST"] = [(day, "08:30", "17:30") for day in ids]
    own: list[dict[str, Any]] = [
        {"id": "welcome", "minutes": 30, "people": ["HOST"], "days": ids[:1], "place": "hq"},
        {"id": "closing", "minutes": 30, "people": ["HOST"], "days": ids[-1:], "place": "hq"},
        {"id": "site1", "minutes": 150, "people": ["HOST"], "place": "site1"},
        {"id": "site2", "minutes": 150, "people": ["HOST"], "place": "site2"},
        *(
            {"id": f"b{n}", "minutes": 60, "audience": f"g{n}", "size": 8, "needs_room": True, "place": "hq"}
            for n in (1, 2, 3)
        ),
        *(
            {"id": talk, "minutes": draw.choice([45, 60]), "people": [who], "place": "hq", "required": False}
            for talk, who in zip(talks, speakers, strict=True)
        ),
    ]
    return {
        "schema": "peer-visits/schedule/1",
        "name": f"on site {sessions}x{days}#{seed}",
        "min_gap_minutes": 15,
        "days": [{"id": day, "open": "09:00", "close": "18:00", "max_minutes": 390} for day in ids],
        "people": [
            {"id": name, "windows": [dict(zip(("day", "from", "to"), one, strict=True)) for one in free]}
            for name, free in windows.items()
        ],
        "participants": [{"tz": 0, "count": 24}],
        "rooms": [{"id": f"R{n}", "capacity": size} for n, size in ((1, 12), (2, 10), (3, 8))],
        "travel": [
            {"a": "hq", "b": "site1", "minutes": 45},
            {"a": "hq", "b": "site2", "minutes": 60},
            {"a": "site1", "b": "site2", "minutes": 30},
        ],
        "sessions": own,
        "precedence": [
            pair
            for one in own[2:]
            for pair in (
                {"before": "welcome", "after": one["id"]},
                {"before": one["id"], "after": "closing"},
            )
        ],
        "together": [["b1", "b2", "b3"]],
    }


def measure_agenda(call: Any, seconds: float) -> dict[str, Any]:
    """One agenda, in a process of its own as in the product."""
    answer = suggesting.suggest(suggesting.read_instance(call), seconds=seconds)
    measured = {
        "name": answer.name,
        "status": answer.status,
        "seconds": round(answer.seconds, 2),
        "levels": answer.levels,
        "gaps": {result.level: result.gap for result in answer.results if not result.proven},
        "seconds_of_levels": {result.level: round(result.seconds, 2) for result in answer.results},
    }
    if answer.name in AGENDAS:
        right = expected_agenda(answer.name)
        measured["is_published_answer"] = (answer.status, answer.levels) == (
            right["status"],
            right.get("levels", {}),
        )
    return measured


def measure_breakout(call: Any, seconds: float) -> dict[str, Any]:
    """One breakout."""
    answer = mixing.mix(mixing.read_instance(call), seconds=seconds)
    right = expected_breakout(answer.name)
    return {
        "name": answer.name,
        "status": "proven" if answer.proven else "open",
        "seconds": round(answer.seconds, 2),
        "levels": answer.levels,
        "bounds": answer.lower_bounds,
        "is_published_answer": all(right[level] == value for level, value in answer.levels.items()),
    }


def measure(names: Sequence[str], seconds: float) -> Iterable[dict[str, Any]]:
    """Everything that is named."""
    for name in names:
        size, _, seed = name.partition("#")
        if size.replace("x", "").isdigit():
            sessions, days = map(int, size.split("x"))
            yield measure_agenda(generated(sessions, days, int(seed or 1)), seconds)
            continue
        for one in AGENDAS:
            if one.startswith(name):
                yield measure_agenda(agenda(one), seconds)
        for one in BREAKOUTS:
            if one.startswith(name):
                yield measure_breakout(breakout(one), seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=["sc", "b"])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    started, found = time.monotonic(), []
    for one in measure(asked.names, asked.seconds):
        found.append(one)
        rest = {key: value for key, value in one.items() if key not in {"name", "status", "seconds"}}
        words = "  ".join(f"{key} {value}" for key, value in rest.items())
        print(f"{one['name']:24} {one['status']:10} {one['seconds']:6} s  {words}", flush=True)
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=1), "utf-8")
    print(f"{len(found)} files in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
