"""Breakout groups that mix countries and kinds of organisation: the pure part, without web or database.

    instance = read_instance(data)          # raises Faulty: one sentence per fault, with its place
    answer = mix(instance)                  # the same people get the same groups
    answer.to_json()                        # levels, lower_bounds, proven, rounds
    judge_json(data, answer.rounds)         # -> Verdict: levels, one sentence per broken rule

Read on in `bounds.py` (why an answer is proven without a solver) and `annealing.py`.
"""

from __future__ import annotations

from peer_visits.agenda.mixing.evaluator import Verdict, judge_json
from peer_visits.agenda.mixing.instance import Absence, Instance, Person, Pin, Rounds
from peer_visits.agenda.mixing.reading import read_instance
from peer_visits.agenda.mixing.solving import Answer, Misjudged, mix

__all__ = [
    "Absence",
    "Answer",
    "Instance",
    "Misjudged",
    "Person",
    "Pin",
    "Rounds",
    "Verdict",
    "judge_json",
    "mix",
    "read_instance",
]
