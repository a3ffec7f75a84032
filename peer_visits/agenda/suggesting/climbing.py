"""Solves an agenda level by level with CP-SAT; runs in a process apart and tells what it finds.

One worker and a fixed seed: the same agenda gets the same plan, unless the clock cuts the search off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ortools.sat.python import cp_model

from peer_visits.agenda.child_process import run_here
from peer_visits.agenda.suggesting.instance import Instance, Level
from peer_visits.agenda.suggesting.model import Model
from peer_visits.agenda.suggesting.reading import read_instance

Tell = Callable[[dict[str, Any]], None]
SHARE = (
    0.75  # of the time that is left, how much one level may take: the levels after it must have their turn
)
LEAST = 0.1  # seconds


def climb(data: Any, tell: Tell) -> None:
    """Every level in its order; one line for each, the last one says how it ended."""
    instance = read_instance(data["instance"])
    Climb(instance, data["seconds"], tell).go()


class Climb:
    """One agenda on its way."""

    def __init__(self, instance: Instance, seconds: float, tell: Tell) -> None:
        self.instance, self.tell = instance, tell
        self.ends = time.monotonic() + seconds
        self.proven = True

    def go(self) -> None:
        """From the first level to the last."""
        model = Model(self.instance)
        for number, level in enumerate(self.instance.objective):
            last = number == len(self.instance.objective) - 1
            seconds = self.left() if last else self.left() * SHARE
            status, solver = self._solve(model, model.objectives[level], seconds, level)
            if status == cp_model.INFEASIBLE and number == 0:
                self._say_what_must_go()
                return
            if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
                self.tell({"end": "feasible" if number else "unknown"})
                return
            self._reach(model, level, status, solver)
        self.tell({"end": "optimal" if self.proven else "feasible"})

    def left(self) -> float:
        """Seconds that remain."""
        return max(LEAST, self.ends - time.monotonic())

    def _solve(self, model: Model, objective: Any, seconds: float, level: str) -> tuple[Any, Any]:
        model.cp.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_time_in_seconds = seconds
        self.tell({"working": level})
        return solver.solve(model.cp, _Listener(model, level, self.tell)), solver

    def _reach(self, model: Model, level: Level, status: Any, solver: Any) -> None:
        """Tell what was reached, keep it, and begin the next level with this plan."""
        value = round(solver.objective_value)
        bound = round(solver.best_objective_bound) if self.proven else None
        self.proven = self.proven and status == cp_model.OPTIMAL
        self.tell(
            {
                "level": level,
                "value": value,
                "bound": value if self.proven else bound,
                "plan": model.plan(solver.value),
                "seconds": solver.wall_time,
            }
        )
        model.cp.add(model.objectives[level] <= value)
        model.hint(solver.response_proto.solution)

    def _say_what_must_go(self) -> None:
        """The smallest number of required sessions without which the rest has a plan."""
        model = Model(self.instance, all_optional=True)
        status, solver = self._solve(model, model.dropped_required(), self.left(), "dropped")
        plan = model.plan(solver.value) if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None
        missing = [
            s.id for s in self.instance.sessions if s.required and plan is not None and s.id not in plan
        ]
        self.tell({"end": "infeasible", "unplaceable": missing, "least": status == cp_model.OPTIMAL})


class _Listener(cp_model.CpSolverSolutionCallback):
    """Tells every better plan at once: it is all that is left if the process has to be ended."""

    def __init__(self, model: Model, level: str, tell: Tell) -> None:
        super().__init__()
        self._model, self._level, self._tell = model, level, tell

    def on_solution_callback(self) -> None:
        """A better plan."""
        found = self._model.plan(self.Value)
        self._tell({"found": self._level, "plan": found})


if __name__ == "__main__":
    run_here(climb)
