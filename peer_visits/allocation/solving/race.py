"""The provers side by side, each in its own limited process; the first to prove a task wins it.

The parent reads no solver library. It owns the processes: whatever happens, they are gone when the race is left.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from peer_visits.allocation.solving.instance import Instance
from peer_visits.allocation.solving.provers.tasks import News, Task
from peer_visits.kernel.work import Cancelled, WorkFailed

Heard = Callable[[str, News], None]  # who found what
ROOT = Path(__file__).resolve().parents[3]
CHILD = "peer_visits.allocation.solving.provers.child"
PROVERS = ("highs", "cp-sat")
# Libraries of linear algebra reserve memory for every thread they might start.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
MEMORY = 1_000_000_000  # bytes that each prover may hold
POLL = 0.2  # seconds between two looks at the clock and at whether to cancel
GRACE = 2.0  # seconds that a prover may be late after its own time limit


class SolverFailed(WorkFailed):
    """No prover is left: all have ended by themselves, out of memory or by a fault of theirs."""


@dataclass(frozen=True)
class Outcome:
    """The end of a task: what is known together, and who proved it."""

    news: News
    prover: str


class Provers(Protocol):
    """Whatever solves tasks of one call: a race of processes, or one solver in this one."""

    @property
    def names(self) -> list[str]:
        """Those that can be asked."""

    def next_number(self) -> int:
        """Every task has a number of its own."""

    def solve(self, task: Task, tell: Heard = ..., *, among: Sequence[str] | None = None) -> Outcome:
        """Work on one task."""


class _Runner:
    """One prover's process."""

    def __init__(self, name: str, call: str, memory: int, inbox: queue.Queue[tuple[_Runner, Any]]) -> None:
        self.name = name
        self.alive = True
        self.memory = 0
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the process has ended)
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", CHILD, name, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            cwd=ROOT,
            # Nothing of ours but where the package is: a solver needs no secret.
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath} | ONE_THREAD,
        )
        self._inbox = inbox
        threading.Thread(target=self._read, daemon=True).start()
        self.say(call)

    def say(self, line: str) -> None:
        """Send one line; a process that is gone hears nothing."""
        pipe = self._process.stdin
        try:
            if pipe is not None:
                pipe.write(line + "\n")
                pipe.flush()
        except (BrokenPipeError, ValueError):
            self.alive = False

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._inbox.put((self, json.loads(line)))
        self._inbox.put((self, None))

    def last_words(self) -> str:
        """The last line that the process wrote to its error output."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return f"{self.name}: {lines[-1] if lines else 'ended without a word'}"

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self.alive = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                try:
                    pipe.close()
                except (BrokenPipeError, OSError):
                    continue


class Race:
    """Use as a context: the processes live as long as it."""

    def __init__(
        self,
        instance: Instance,
        *,
        provers: Sequence[str] = PROVERS,
        memory: int = MEMORY,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._call = json.dumps(instance.to_json())
        self._names, self._memory, self._cancelled = provers, memory, cancelled
        self._inbox: queue.Queue[tuple[_Runner, Any]] = queue.Queue()
        self._runners: list[_Runner] = []
        self._number = 0

    def __enter__(self) -> Race:
        self._runners = [_Runner(name, self._call, self._memory, self._inbox) for name in self._names]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for runner in self._runners:
            runner.end()

    @property
    def names(self) -> list[str]:
        """The provers that are still running."""
        return [runner.name for runner in self._runners if runner.alive]

    @property
    def memory(self) -> int:
        """The most that one prover has held so far, in bytes."""
        return max((runner.memory for runner in self._runners), default=0)

    def next_number(self) -> int:
        """Every task has a number of its own."""
        self._number += 1
        return self._number

    def solve(
        self,
        task: Task,
        tell: Heard = lambda _prover, _news: None,
        *,
        among: Sequence[str] | None = None,
    ) -> Outcome:
        """The first proof of any prover, or the best of all when time is up. Raises Cancelled and SolverFailed.

        `among` names the provers to ask; all by default.
        """
        line = json.dumps(task.to_json())
        for runner in self._living(among):
            runner.say(line)
        known = _Known(task)
        deadline = time.monotonic() + task.seconds + GRACE
        stopped: set[str] = set()
        while time.monotonic() < deadline and len(stopped) < len(self._living(among)):
            heard = self._hear()
            if heard is None:
                continue
            runner, news = heard
            if news.task != task.number:
                continue
            known.add(news)
            tell(runner.name, news)
            if news.status in {"optimal", "infeasible"}:
                self._stop(task)
                return Outcome(known.closed(news), runner.name)
            if news.status == "stopped":
                stopped.add(runner.name)
        self._stop(task)
        return Outcome(known.open(), "")

    def _living(self, among: Sequence[str] | None) -> list[_Runner]:
        living = [one for one in self._runners if one.alive and (among is None or one.name in among)]
        if not living:
            words = "; ".join(one.last_words() for one in self._runners)
            raise SolverFailed(f"no solver is left, out of memory or by a fault of its own ({words})")
        return living

    def _hear(self) -> tuple[_Runner, News] | None:
        if self._cancelled():
            raise Cancelled
        try:
            runner, data = self._inbox.get(timeout=POLL)
        except queue.Empty:
            return None
        if data is None:
            runner.alive = False
            return None
        runner.memory = max(runner.memory, data["memory"])
        return None if "ready" in data else (runner, News.from_json(data))

    def _stop(self, task: Task) -> None:
        for runner in self._runners:
            if runner.alive:
                runner.say(json.dumps({"stop": task.number}))


class _Known:
    """What all provers together know of a task."""

    def __init__(self, task: Task) -> None:
        from peer_visits.allocation.solving.model import maximises

        self._task = task
        self._sign = 1 if task.level is None or maximises(task.level) else -1
        self._best: News | None = None
        self._bound: int | None = None

    def add(self, news: News) -> None:
        """Hear what one of them found."""
        if news.placements is not None and (self._best is None or self._is_better(news)):
            self._best = news
        if news.bound is not None and (
            self._bound is None or self._sign * news.bound < self._sign * self._bound
        ):
            self._bound = news.bound

    def _is_better(self, news: News) -> bool:
        return (
            self._best is None
            or self._best.value is None
            or (news.value is not None and self._sign * news.value > self._sign * self._best.value)
        )

    def closed(self, news: News) -> News:
        """The proof, with the solution even if another prover found it."""
        return (
            news if news.placements is not None or self._best is None else self.open(news.status or "stopped")
        )

    def open(self, status: Any = "stopped") -> News:
        """The best of all."""
        best = self._best
        return News(
            self._task.number,
            None if best is None else best.value,
            self._bound,
            None if best is None else best.placements,
            status,
        )
