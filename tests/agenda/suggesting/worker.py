"""A process that holds the solver and answers one agenda after the other: lines of JSON in, lines of JSON out.

Starting one for each of hundreds of agendas would take many minutes, and this process shall not load the solver.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """Ask the solver in its own process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.agenda.suggesting.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def solve(self, call: Any) -> list[dict[str, Any]]:
        """Everything that is told about an agenda."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        while not (line := self.process.stdout.readline()).startswith("["):
            assert line, "the solver has ended"
        told: list[dict[str, Any]] = json.loads(line)
        return told


@contextmanager
def working() -> Iterator[Worker]:
    """A worker that is gone afterwards."""
    worker = Worker()
    try:
        yield worker
    finally:
        worker.process.kill()
        worker.process.communicate()


def main() -> None:
    """Solve what is asked."""
    from peer_visits.agenda.suggesting.climbing import climb

    for asked in sys.stdin:
        told: list[dict[str, Any]] = []
        climb({"instance": json.loads(asked), "seconds": 60.0}, told.append)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
