"""Solves a call level by level: what one level reached is kept while the next is improved."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from peer_visits.allocation.solving.answer import Answer, AnswerStatus, LevelResult, Progress
from peer_visits.allocation.solving.conflicts import find_conflict
from peer_visits.allocation.solving.evaluator import Verdict, judge_json
from peer_visits.allocation.solving.instance import Instance, Placement
from peer_visits.allocation.solving.provers.tasks import News, Task
from peer_visits.allocation.solving.race import MEMORY, PROVERS, Outcome, Provers, Race
from peer_visits.kernel.work import Cancelled

Tell = Callable[[Progress], None]
# Of the time that is left, how much one level may take: the levels after it must have their turn.
SHARE = 0.75
MOST_TIES = 5  # further draws until the answer is unique
LIBRARIES = {"highs": "highspy", "cp-sat": "ortools"}


class Misjudged(RuntimeError):
    """The evaluator does not agree with the solver: the answer is not given out."""


def solve(
    instance: Instance,
    *,
    seconds: float = 60.0,
    progress: Tell | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    provers: Sequence[str] = PROVERS,
    memory: int = MEMORY,
    settle: bool = True,
) -> Answer:
    """The best placements that the rules allow. Takes at most `seconds`; the solvers run in processes of their own.

    `progress` is called in this thread whenever more is known. Raises SolverFailed when the solvers run out of
    memory, and Misjudged when the evaluator does not agree. Without `settle`, whether the answer is the only one is
    not asked.
    """
    with Race(instance, provers=provers, memory=memory, cancelled=cancelled) as race:
        climb = Climb(instance, race, seconds, progress or (lambda _progress: None), settle=settle)
        try:
            answer = climb.answer()
        except Cancelled:
            answer = climb.given("cancelled")
        return replace(
            answer,
            name=instance.name,
            seconds=climb.elapsed(),
            memory=race.memory,
            digest=instance.digest(),
            versions=_versions(provers),
        )


class Climb:
    """One call on its way up, level by level."""

    def __init__(
        self, instance: Instance, race: Provers, seconds: float, progress: Tell, *, settle: bool
    ) -> None:
        self.settle = settle
        self.instance, self.race, self.seconds, self.progress = instance, race, seconds, progress
        self.started = time.monotonic()
        self.call = instance.to_json()
        self.results: list[LevelResult] = []
        self.reached: tuple[tuple[str, int], ...] = ()
        self.placements: tuple[Placement, ...] | None = None
        self.proof: dict[str, list[str]] = {}
        self.seeds: dict[str, str] = {}
        self.ties: tuple[str, ...] = ()
        self.now = Progress(0.0, None)

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def left(self) -> float:
        """Seconds that remain."""
        return max(0.1, self.seconds - self.elapsed())

    def answer(self) -> Answer:
        """All levels, then whether the answer is the only one."""
        for number, level in enumerate(self.instance.objective):
            last = number == len(self.instance.objective) - 1
            outcome = self._climb(level, self.left() if last else self.left() * SHARE)
            if outcome == "infeasible":
                return self._conflict()
            if outcome == "unknown":
                return self.given("unknown")
        if not all(result.proven for result in self.results):
            return self.given("feasible")
        only = self._settle() if self.settle else None
        return replace(self.given("optimal"), unique=only)

    def _climb(self, level: str, seconds: float) -> str:
        """Improve one level; "proven", "open", "infeasible" or "unknown"."""
        before = self.elapsed()
        self.now = Progress(before, level, placed=self.now.placed, done=tuple(r.level for r in self.results))
        self.progress(self.now)
        outcome = self.race.solve(self._task(level, seconds), self._hear)
        news = outcome.news
        if news.status == "infeasible":
            return self._infeasible(outcome)
        if news.placements is not None:
            self.placements = tuple(sorted(news.placements))
        if self.placements is None:
            return "unknown"
        self._keep(level, outcome, self.elapsed() - before)
        return "proven" if news.status == "optimal" else "open"

    def _keep(self, level: str, outcome: Outcome, seconds: float) -> None:
        """Note what a level reached. What stands below an open level is the best known, and not proven."""
        news = outcome.news
        above_proven = all(result.proven for result in self.results)
        proven = news.status == "optimal" and above_proven
        levels = self._judged().levels
        value = levels.get(level, news.value or 0)
        if proven and value != news.value:
            raise Misjudged(f"{level}: the solver says {news.value}, counting says {value}")
        bound = value if proven else (news.bound if above_proven else None)
        by = (outcome.prover,) if proven else ()
        if level in levels:
            self.results.append(LevelResult(level, value, bound, by, seconds))
        if proven:
            self.proof[level] = list(by)
        self.reached += ((level, value),)

    def _infeasible(self, outcome: Outcome) -> str:
        if self.reached:
            raise Misjudged(f"{outcome.prover} finds no solution where there is one")
        self.proof = {"infeasible": [outcome.prover]}
        return "infeasible"

    def _task(self, level: str | None, seconds: float, **more: Any) -> Task:
        return Task(
            self.race.next_number(),
            level,
            self.reached,
            start=self.placements,
            seconds=seconds,
            seeds=dict(self.seeds),
            **more,
        )

    def _hear(self, prover: str, news: News) -> None:
        placed = self.now.placed if news.placements is None else len(news.placements)
        self.now = replace(
            self.now,
            seconds=self.elapsed(),
            value=self.now.value if news.value is None else news.value,
            bound=self.now.bound if news.bound is None else news.bound,
            placed=placed,
            prover=prover,
        )
        self.progress(self.now)

    def _judged(self) -> Verdict:
        verdict = judge_json(self.call, self.placements or ())
        if not verdict.holds:
            raise Misjudged(f"the solver's answer breaks {sorted(verdict.broken)}")
        return verdict

    def _settle(self) -> bool | None:
        """Whether no other placements are as good. If others are, further draws decide, and are recorded."""
        only = self._is_only()
        if only is not False:
            return only
        for number in range(2, MOST_TIES + 2):
            draw = f"lottery#{number}"
            self.seeds[draw] = f"{self.instance.seed}#{number}"
            if self._climb(draw, self.left()) != "proven":
                break
            self.ties += (draw,)
            if self._is_only():
                break
        return False

    def _is_only(self) -> bool | None:
        outcome = self.race.solve(self._task(None, self.left(), other_than=self.placements))
        if outcome.news.status == "infeasible":
            self.proof["unique"] = [outcome.prover]
            return True
        return None if outcome.news.placements is None else False

    def given(self, status: AnswerStatus) -> Answer:
        """What is known now, judged once more."""
        if self.placements is not None:
            self._judged()
        return Answer(
            status=status,
            results=tuple(self.results),
            placements=self.placements or (),
            proof=self.proof,
            tie_breaks=self.ties,
        )

    def _conflict(self) -> Answer:
        found = find_conflict(self.instance, self.race, seconds=self.left())
        return Answer(
            status="infeasible",
            conflict=found.rules,
            conflict_smallest=found.smallest,
            repair=found.repair,
            proof=self.proof | found.proof,
        )


def _versions(provers: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for prover in provers:
        try:
            found[prover] = version(LIBRARIES.get(prover, prover))
        except PackageNotFoundError:
            continue
    return found
