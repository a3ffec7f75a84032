"""Mixes in a process apart, so that a page that waits for groups holds nobody else up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peer_visits.agenda.apart import WorkFailed, run_here, working_apart
from peer_visits.agenda.mixing.instance import Instance, Rounds
from peer_visits.agenda.mixing.solving import mix

SEARCHES = 8  # a search takes about half a second for two dozen people


def mix_apart(instance: Instance, *, seconds: float) -> Rounds:
    """Groups for every round; the same people get the same ones. Raises WorkFailed."""
    told = list(working_apart(__name__, {"instance": instance.to_json()}, seconds=seconds))
    if not told:
        raise WorkFailed("took too long")
    return tuple(tuple(tuple(group) for group in groups) for groups in told[-1]["rounds"])


def _work(data: Any, tell: Callable[[dict[str, Any]], None]) -> None:
    instance = Instance.from_json(data["instance"])
    tell(mix(instance, seconds=data["seconds"], searches=SEARCHES).to_json())


if __name__ == "__main__":
    run_here(_work)
