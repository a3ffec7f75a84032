"""Who gets which visit, solved as one whole and proven: the pure part, without web or database.

    instance = read_instance(data)                # raises Faulty: one sentence per fault, with its place
    answer = solve(instance, seconds=60,          # in child processes with limits; safe in a worker
                   progress=show, cancelled=ask)  # show(Progress), ask() -> bool
    answer.to_json()                              # status, levels, placements, unique | conflict, proof, details
    judge(instance, answer.placements)            # -> Verdict: levels, broken hard rules, missed soft rules
    explain(instance, answer.placements)          # -> Reasons: one for every application, one for every person
    binding_rules(instance, answer.placements)    # -> names of hard rules at their bound
    price_rules(instance, answer, names)          # -> what loosening each by one would give; solves again for each
    promote(instance, placements, events)         # -> the log of the waiting list, event by event

Read on in `instance.py` (the schema), `levels.py` (the order of solving), `model.py` (the programme), `evaluator.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from peer_visits.allocation.solving.answer import Answer, LevelResult, Progress
from peer_visits.allocation.solving.binding import Price, binding_rules, price_rules
from peer_visits.allocation.solving.evaluator import Verdict, judge_json
from peer_visits.allocation.solving.instance import (
    Applicant,
    Application,
    Filter,
    Instance,
    Placement,
    Rule,
    Visit,
)
from peer_visits.allocation.solving.levels import Misjudged, solve
from peer_visits.allocation.solving.lottery import combined_seed, commitment, is_revealed, lottery_number
from peer_visits.allocation.solving.race import SolverFailed
from peer_visits.allocation.solving.reading.call import read_instance
from peer_visits.allocation.solving.reading.reader import Faulty
from peer_visits.allocation.solving.reasons.explaining import explain
from peer_visits.allocation.solving.reasons.values import Reason, Reasons
from peer_visits.allocation.solving.waiting import Event, Handled, Place, WaitingList, promote

__all__ = [
    "Answer",
    "Applicant",
    "Application",
    "Event",
    "Faulty",
    "Filter",
    "Handled",
    "Instance",
    "LevelResult",
    "Misjudged",
    "Place",
    "Placement",
    "Price",
    "Progress",
    "Reason",
    "Reasons",
    "Rule",
    "SolverFailed",
    "Verdict",
    "Visit",
    "WaitingList",
    "binding_rules",
    "combined_seed",
    "commitment",
    "explain",
    "is_revealed",
    "judge",
    "lottery_number",
    "price_rules",
    "promote",
    "read_instance",
    "solve",
]


def judge(instance: Instance, placements: Iterable[Placement]) -> Verdict:
    """Count again what placements are worth and what they break, by code of its own."""
    return judge_json(instance.to_json(), placements)
