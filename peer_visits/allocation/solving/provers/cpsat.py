"""OR-tools CP-SAT on the model of a call: one worker with the full linear relaxation.

With its default parameters and few workers it does not even prove how many places can be filled; linearisation level
2 does. Everything is counted in whole numbers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ortools.sat.python import cp_model

from peer_visits.allocation.solving.instance import Placement
from peer_visits.allocation.solving.model import INFINITE, Model, Terms, maximises
from peer_visits.allocation.solving.provers.tasks import News, Task, limits_of, terms_of

Tell = Callable[[News], None]
POLL = 0.1  # seconds between two looks at whether to stop


class CpSatProver:
    """Holds the model; solves one task after the other."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def solve(self, task: Task, tell: Tell, stopped: Callable[[], bool]) -> News:
        """One level."""
        programme, columns = self._programme(task)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = 0
        solver.parameters.max_time_in_seconds = max(0.1, task.seconds)
        listener = _Listener(self.model, task, tell, columns)
        solver.best_bound_callback = listener.hear_bound
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(solver, stopped, done), daemon=True)
        watcher.start()
        status = solver.solve(programme, listener)
        done.set()
        watcher.join()
        return self._outcome(status, task, listener)

    def _programme(self, task: Task) -> tuple[Any, list[Any]]:
        programme = cp_model.CpModel()
        columns = [programme.new_int_var(c.lower, c.upper, "") for c in self.model.columns]
        for row in self.model.rows:
            _constrain(programme, columns, row.terms, row.lower, row.upper)
        for terms, lower, upper in limits_of(self.model, task):
            low, high = -INFINITE if lower is None else lower, INFINITE if upper is None else upper
            _constrain(programme, columns, terms, low, high)
        if task.level is not None:
            total = _total(columns, terms_of(self.model, task, task.level))
            (programme.maximize if maximises(task.level) else programme.minimize)(total)
        if task.start is not None:
            given = set(task.start)
            for index, key in enumerate(self.model.placed):
                programme.add_hint(columns[index], int(key in given))
        return programme, columns

    def _outcome(self, status: Any, task: Task, listener: _Listener) -> News:
        if status == cp_model.INFEASIBLE:
            return News(task.number, status="infeasible")
        if status == cp_model.OPTIMAL:
            return News(task.number, listener.worth, listener.worth, listener.found, "optimal")
        return News(task.number, listener.worth, listener.bound, listener.found, "stopped")


class _Listener(cp_model.CpSolverSolutionCallback):
    def __init__(self, model: Model, task: Task, tell: Tell, columns: list[Any]) -> None:
        super().__init__()
        self._model, self._task, self._tell, self._columns = model, task, tell, columns
        self.worth: int | None = None
        self.bound: int | None = None
        self.found: tuple[Placement, ...] | None = None

    def on_solution_callback(self) -> None:
        """A better solution."""
        columns = [int(self.Value(column)) for column in self._columns]
        if self._task.level is not None:
            terms = terms_of(self._model, self._task, self._task.level)
            self.worth = sum(weight * columns[index] for index, weight in terms.items())
        self.found = tuple(key for index, key in enumerate(self._model.placed) if columns[index])
        self._tell(News(self._task.number, self.worth, self.bound, self.found))

    def hear_bound(self, bound: float) -> None:
        """A better bound."""
        if self._task.level is not None and abs(bound) < 1e15:
            self.bound = round(bound)
            self._tell(News(self._task.number, self.worth, self.bound))


def _watch(solver: Any, stopped: Callable[[], bool], done: threading.Event) -> None:
    while not done.wait(POLL):
        if stopped():
            solver.stop_search()


def _total(columns: list[Any], terms: Terms) -> Any:
    return cp_model.LinearExpr.weighted_sum([columns[index] for index in terms], list(terms.values()))


def _constrain(programme: Any, columns: list[Any], terms: Terms, lower: int, upper: int) -> None:
    total = _total(columns, terms) if terms else 0
    if not terms:
        if lower > 0 or upper < 0:
            programme.add_bool_or([])  # nothing can make this row hold
        return
    programme.add_linear_constraint(total, lower, upper)
