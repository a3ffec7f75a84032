"""Solves an instance and says what it comes to: answer, verdict, figures, and a sentence for everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from peer_visits.allocation.building.instance import Built
from peer_visits.allocation.outcome import make_result
from peer_visits.allocation.sentences import explain_all
from peer_visits.allocation.services.working import Finding
from peer_visits.allocation.solving import (
    Answer,
    Instance,
    Progress,
    binding_rules,
    judge,
    price_rules,
    read_instance,
    solve,
)
from peer_visits.allocation.summing import sum_up

PRICES = Progress(0.0, "prices")
# Of the run's own time, how much the prices of caps may take in addition.
PRICES_SHARE = 0.5
MOST_PRICES = 12


def find_out(
    built: Built,
    *,
    seconds: float,
    progress: Callable[[Progress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Finding | None:
    """The finding of a run, or None if it was told to end. Raises what `solve` raises."""
    instance = read_instance(built.instance)
    answer = solve(instance, seconds=seconds, progress=progress, cancelled=cancelled)
    if answer.status == "cancelled":
        return None
    summary = sum_up(instance, answer)
    if not answer.placements and answer.status != "optimal":
        return Finding(answer.to_json(), None, None, summary, answer.versions)
    if answer.status == "optimal":
        progress(PRICES)
        summary["prices"] = find_prices(instance, answer, seconds=seconds * PRICES_SHARE, cancelled=cancelled)
    if cancelled():
        return None
    verdict = judge(instance, answer.placements)
    reasons = explain_all(instance, answer, built.sources.get("visits", {}))
    result = make_result(instance, answer.placements, built.sources, reasons)
    return Finding(answer.to_json(), asdict(verdict), result, summary, answer.versions)


def find_prices(
    instance: Instance, answer: Answer, *, seconds: float, cancelled: Callable[[], bool]
) -> list[dict[str, Any]]:
    """For the hard rules at their bound, what one person more would give at each level; as many as time allows."""
    names = [name for name in binding_rules(instance, answer.placements) if not name.startswith("capacity@")]
    # One solver for each: what is asked is small, and the machine has other work.
    prices = price_rules(
        instance, answer, names[:MOST_PRICES], seconds=seconds, cancelled=cancelled, provers=("highs",)
    )
    return [
        {
            "rule": price.rule.rpartition("@")[0],
            "visit": price.rule.rpartition("@")[2],
            "levels": price.changes,
        }
        for price in prices
        if price.proven
    ]
