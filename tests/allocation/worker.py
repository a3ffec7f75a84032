"""A process that holds one solver and answers one call after the other: lines of JSON in, lines of JSON out.

The two solvers must not meet in one process, and starting one for each of thousands of calls would take hours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peer_visits.allocation.solving.instance import Instance
from peer_visits.allocation.solving.levels import Climb
from peer_visits.allocation.solving.model import build, elastic
from peer_visits.allocation.solving.provers.child import make_prover
from peer_visits.allocation.solving.provers.tasks import News, Task
from peer_visits.allocation.solving.race import Outcome
from peer_visits.allocation.solving.reading.call import read_instance

ROOT = Path(__file__).resolve().parents[2]


def silent(prover: str, news: News) -> None:
    """Nobody listens."""


class OneSolver:
    """Solves tasks in this process."""

    def __init__(self, instance: Instance, name: str) -> None:
        self.names = [name]
        self.model = build(instance)
        self.prover = make_prover(name, self.model)
        self.number = 0

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def solve(
        self, task: Task, tell: Callable[[str, News], None] = silent, *, among: Sequence[str] | None = None
    ) -> Outcome:
        name = self.names[0]
        used = self.prover if task.kept is None else make_prover(name, elastic(self.model, task.kept))
        return Outcome(used.solve(task, lambda news: tell(name, news), lambda: False), name)


def answer(data: Any, name: str) -> Any:
    """The answer of one solver, as JSON."""
    instance = read_instance(data)
    climb = Climb(instance, OneSolver(instance, name), 60.0, lambda _progress: None, settle=True)
    return climb.answer().to_json()


class Worker:
    """Ask a solver in its own process."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.allocation.worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def solve(self, data: Any) -> Any:
        """The answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(data) + "\n")
        self.process.stdin.flush()
        while not (line := self.process.stdout.readline()).startswith("{"):
            assert line, "the solver has ended"
        return json.loads(line)


@contextmanager
def working(name: str) -> Iterator[Worker]:
    """A worker that is gone afterwards."""
    worker = Worker(name)
    try:
        yield worker
    finally:
        worker.process.kill()
        worker.process.communicate()


if __name__ == "__main__":
    for asked in sys.stdin:
        print(json.dumps(answer(json.loads(asked), sys.argv[1])), flush=True)
