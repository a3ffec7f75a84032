"""Mixes in a process apart, with limits, which ends when nobody listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peer_visits.agenda.child_process import run_here, working_apart
from peer_visits.agenda.mixing.instance import Instance, Rounds
from peer_visits.agenda.mixing.reading import read_instance
from peer_visits.agenda.mixing.solving import mix
from peer_visits.kernel.work import WorkFailed

SEARCHES = 8  # a search takes about half a second for two dozen people


def mix_apart(instance: Instance, *, seconds: float, cancelled: Callable[[], bool] = lambda: False) -> Rounds:
    """Groups for every round; the same people get the same ones. Raises WorkFailed, Cancelled."""
    data = {"instance": instance.to_json()}
    told = list(working_apart(__name__, data, seconds=seconds, cancelled=cancelled))
    if not told:
        raise WorkFailed("took too long")
    return tuple(tuple(tuple(group) for group in groups) for groups in told[-1]["rounds"])


def _work(data: Any, tell: Callable[[dict[str, Any]], None]) -> None:
    instance = read_instance(data["instance"])
    tell(mix(instance, seconds=data["seconds"], searches=SEARCHES).to_json())


if __name__ == "__main__":
    run_here(_work)
