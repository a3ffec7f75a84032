"""Asks the process apart, believes nothing that the evaluator does not confirm, and makes the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from peer_visits.agenda.child_process import MEMORY, working_apart
from peer_visits.agenda.suggesting.answer import Answer, AnswerStatus, LevelResult
from peer_visits.agenda.suggesting.evaluator import Verdict, judge_json
from peer_visits.agenda.suggesting.instance import Instance, Plan
from peer_visits.kernel.work import Cancelled

CHILD = "peer_visits.agenda.suggesting.climbing"


class Misjudged(RuntimeError):
    """The evaluator does not agree with the solver: the plan is not given out."""


@dataclass(frozen=True)
class Progress:
    """How far a solve is: the level at work and how many sessions the best plan so far places."""

    seconds: float
    level: str
    placed: int | None


def suggest(
    instance: Instance,
    *,
    seconds: float = 20.0,
    progress: Callable[[Progress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    memory: int = MEMORY,
) -> Answer:
    """The best plan that the rules allow, after at most about `seconds`. Raises WorkFailed and Misjudged."""
    asking = _Asking(instance, progress)
    try:
        for told in working_apart(
            CHILD, {"instance": asking.call}, seconds=seconds, cancelled=cancelled, memory=memory
        ):
            asking.hear(told)
    except Cancelled:
        asking.status = "cancelled"
    return asking.answer()


class _Asking:
    """What is known so far."""

    def __init__(self, instance: Instance, progress: Callable[[Progress], None]) -> None:
        self.instance, self.progress = instance, progress
        self.call = instance.to_json()
        self.started = time.monotonic()
        self.level = instance.objective[0]
        self.plan: Plan | None = None
        self.results: list[LevelResult] = []
        self.status: AnswerStatus | None = None
        self.unplaceable: tuple[str, ...] = ()
        self.is_least = False

    def hear(self, told: Mapping[str, Any]) -> None:
        """One line."""
        self.level = told.get("working", self.level)
        if "plan" in told:
            self.plan = {session: (slot, room) for session, (slot, room) in told["plan"].items()}
        if "level" in told:
            self._reach(told)
        if "end" in told:
            self.status = told["end"]
            self.unplaceable = tuple(told.get("unplaceable", ()))
            self.is_least = told.get("least", False)
        self.progress(
            Progress(
                time.monotonic() - self.started, self.level, None if self.plan is None else len(self.plan)
            )
        )

    def _reach(self, told: Mapping[str, Any]) -> None:
        level, bound = told["level"], told["bound"]
        value = self._judged().levels[level]
        is_proven = bound == told["value"]
        if value != told["value"] and is_proven:
            raise Misjudged(f"{level}: the solver says {told['value']}, counting says {value}")
        self.results.append(LevelResult(level, value, bound, told["seconds"]))

    def _judged(self) -> Verdict:
        verdict = judge_json(self.call, self.plan or {})
        if not verdict.holds:
            raise Misjudged(f"the solver's plan breaks: {'; '.join(verdict.broken)}")
        return verdict

    def answer(self) -> Answer:
        """The end; a process that was cut off leaves the best plan it told of."""
        status: AnswerStatus = self.status or ("unknown" if self.plan is None else "feasible")
        plan = {} if status == "infeasible" else self.plan or {}
        return Answer(
            status=status,
            name=self.instance.name,
            results=() if self.plan is None or status == "infeasible" else self._all_results(),
            plan={s.id: plan[s.id] for s in self.instance.sessions if s.id in plan},
            unplaceable=self.unplaceable,
            unplaceable_is_least=self.is_least,
            seconds=time.monotonic() - self.started,
            digest=self.instance.digest(),
            version=f"ortools {version('ortools')}",
        )

    def _all_results(self) -> tuple[LevelResult, ...]:
        """What the plan that is given out is worth, by counting; the bounds are the solver's."""
        levels, bounds = self._judged().levels, {result.level: result for result in self.results}
        return tuple(
            LevelResult(
                level,
                value,
                bounds[level].bound if level in bounds else None,
                bounds[level].seconds if level in bounds else 0.0,
            )
            for level, value in levels.items()
        )
