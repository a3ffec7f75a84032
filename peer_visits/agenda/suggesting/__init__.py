"""When each session of a visit should be, solved as one whole and proven: the pure part, without web or database.

    instance = read_instance(data)                  # raises Faulty: one sentence per fault, with its place
    answer = suggest(instance, seconds=20,          # in a process apart with limits; safe in a worker
                     progress=show, cancelled=ask)  # show(Progress), ask() -> bool
    answer.to_json()                                # status, levels, plan, proof, details
    judge_json(data, answer.plan)                   # -> Verdict: levels, one sentence per broken rule

Read on in `instance.py` (the schema), `model.py` (the programme), `climbing.py` (level by level), `evaluator.py`.
"""

from __future__ import annotations

from peer_visits.agenda.suggesting.answer import Answer, LevelResult
from peer_visits.agenda.suggesting.evaluator import Verdict, judge_json
from peer_visits.agenda.suggesting.instance import (
    Day,
    Fixed,
    Group,
    Instance,
    Plan,
    Room,
    Session,
    Speaker,
    Way,
    Window,
)
from peer_visits.agenda.suggesting.reading import read_instance
from peer_visits.agenda.suggesting.solving import Misjudged, Progress, suggest
from peer_visits.allocation.solving.reading.reader import Faulty

__all__ = [
    "Answer",
    "Day",
    "Faulty",
    "Fixed",
    "Group",
    "Instance",
    "LevelResult",
    "Misjudged",
    "Plan",
    "Progress",
    "Room",
    "Session",
    "Speaker",
    "Verdict",
    "Way",
    "Window",
    "judge_json",
    "read_instance",
    "suggest",
]
