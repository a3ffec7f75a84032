"""Runs alone in a limited process with one solver: reads tasks as lines of JSON, writes news as lines of JSON."""

from __future__ import annotations

import json
import os
import queue
import resource
import sys
import threading
from typing import Any

from peer_visits.allocation.solving.model import Model, build, elastic
from peer_visits.allocation.solving.provers.tasks import News, Prover, Task
from peer_visits.allocation.solving.reading.call import read_instance


def limit(memory: int) -> None:
    """Give up memory (bytes of data) and core files before anything is read."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make_prover(name: str, model: Model) -> Prover:
    """The solver of this process; the other one is never imported."""
    if name == "highs":
        from peer_visits.allocation.solving.provers.highs import HighsProver

        return HighsProver(model)
    if name == "cp-sat":
        from peer_visits.allocation.solving.provers.cpsat import CpSatProver

        return CpSatProver(model)
    raise ValueError(f"there is no solver {name}")


class Inbox:
    """Tasks in order, and which of them are to be stopped; read beside the solver's work."""

    def __init__(self) -> None:
        self.tasks: queue.Queue[Task | None] = queue.Queue()
        self._stopped = -1
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            data = json.loads(line)
            if "stop" in data:
                self._stopped = max(self._stopped, data["stop"])
            else:
                self.tasks.put(Task.from_json(data))
        self._stopped = sys.maxsize  # nobody listens any more
        self.tasks.put(None)

    def is_stopped(self, task: Task) -> bool:
        """Whether the parent no longer wants to know."""
        return task.number <= self._stopped


def main(name: str, memory: int) -> None:
    """Hold one call, solve what is asked."""
    limit(memory)
    # What a library writes to the standard output must not mix with the news.
    news = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    instance = read_instance(json.loads(sys.stdin.readline()))
    model = build(instance)
    prover = make_prover(name, model)
    inbox = Inbox()
    _say(news, {"ready": name})
    while (task := inbox.tasks.get()) is not None:
        used = prover if task.kept is None else make_prover(name, elastic(model, task.kept))
        _say(news, _solve(used, task, inbox, news).to_json())


def _solve(prover: Prover, task: Task, inbox: Inbox, news: Any) -> News:
    if inbox.is_stopped(task):
        return News(task.number, status="stopped")
    return prover.solve(task, lambda one: _say(news, one.to_json()), lambda: inbox.is_stopped(task))


def _say(news: Any, data: dict[str, Any]) -> None:
    data["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    news.write(json.dumps(data) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
