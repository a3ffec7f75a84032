"""HiGHS on the model of a call: linear relaxation first, then branch and bound on what the relaxation leaves open.

A column whose reduced cost is larger than the distance between the relaxation's bound and a known solution has the
same value in every solution at least as good, and is fixed (reduced-cost fixing, e.g. L. A. Wolsey, "Integer
Programming", 1998, section 7). What is fixed while a level is proven stays fixed for the levels after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np

from peer_visits.allocation.solving.instance import Placement
from peer_visits.allocation.solving.model import INFINITE, Model, Terms, columns_of, maximises
from peer_visits.allocation.solving.provers.tasks import News, Task, limits_of, terms_of

Tell = Callable[[News], None]
# How much nearer than this the relaxation's bound is not believed, per unit of its size and in whole units.
RELATIVE, ABSOLUTE = 1e-7, 1e-3


class HighsProver:
    """Holds the model; solves one task after the other."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.lower = np.array([column.lower for column in model.columns], dtype=np.float64)
        self.upper = np.array([column.upper for column in model.columns], dtype=np.float64)
        self.proven: tuple[tuple[str, int], ...] = ()
        self.index = {key: index for index, key in enumerate(model.placed)}

    def solve(self, task: Task, tell: Tell, stopped: Callable[[], bool]) -> News:
        """One level."""
        self._forget_unless_same(task)
        return _Attempt(self, task, tell, stopped).run()

    def _forget_unless_same(self, task: Task) -> None:
        """Columns were fixed under what was reached; with other values reached they are free again."""
        if task.reached[: len(self.proven)] != self.proven:
            self.lower = np.array([column.lower for column in self.model.columns], dtype=np.float64)
            self.upper = np.array([column.upper for column in self.model.columns], dtype=np.float64)
            self.proven = ()

    def fix(self, lower: Any, upper: Any, level: str, value: int, task: Task) -> None:
        """Keep columns fixed that have one value in every solution which reaches this too."""
        self.lower, self.upper = lower, upper
        self.proven = (*task.reached, (level, value))


class _Attempt:
    def __init__(self, prover: HighsProver, task: Task, tell: Tell, stopped: Callable[[], bool]) -> None:
        self.prover, self.task, self.tell, self.stopped = prover, task, tell, stopped
        self.model = prover.model
        self.terms = {} if task.level is None else terms_of(self.model, task, task.level)
        self.sign = 1 if task.level is None or maximises(task.level) else -1
        self.limits = limits_of(self.model, task)
        self.lower, self.upper = prover.lower.copy(), prover.upper.copy()
        self.best: int | None = None
        self.found: tuple[Placement, ...] | None = None
        self.bound: int | None = None
        self.matrix = _matrix(self.model, self.limits)
        self.costs: Any = None

    def run(self) -> News:
        started = self._start()
        if self.task.level is not None and not self._relax():
            return self._news("stopped" if self.stopped() else "infeasible")
        if self.best is not None and self.best == self.bound:
            return self._proven()
        self._narrow()
        highs = self._highs(integer=True)
        if started is not None:
            solution = highspy.HighsSolution()
            solution.col_value = started
            highs.setSolution(solution)
        self._listen(highs)
        highs.run()
        return self._outcome(highs)

    def _start(self) -> Any:
        """The solution to begin with, counted; None if there is none that keeps everything."""
        if self.task.start is None or self.task.other_than is not None:
            return None
        columns = np.array(columns_of(self.model, self.task.start), dtype=np.int64)
        self._take(columns)
        return columns.astype(np.float64) if self.found is not None else None

    def _highs(self, *, integer: bool) -> Any:
        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("time_limit", max(0.1, self.task.seconds))
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", 0.999)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.lower), self.matrix[3]
        cost = np.zeros(len(self.lower))
        for index, weight in self.terms.items():
            cost[index] = self.sign * weight
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, self.lower, self.upper
        starts, indices, values, _rows, row_lower, row_upper = self.matrix
        lp.row_lower_, lp.row_upper_ = row_lower, row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, indices, values
        lp.sense_ = highspy.ObjSense.kMaximize
        if integer:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.lower)
        highs.passModel(lp)
        return highs

    def _relax(self) -> bool:
        """The bound of the relaxation and its reduced costs. False if not even that has a solution."""
        highs = self._highs(integer=False)
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return False
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return True
        relaxed = highs.getInfo().objective_function_value
        self.costs = (
            relaxed,
            np.array(highs.getSolution().col_dual),
            np.array(highs.getSolution().col_value),
        )
        self._hear_bound(relaxed)
        return True

    def _narrow(self) -> None:
        if self.best is not None:
            self.lower, self.upper = self._fixed(self.best)

    def _fixed(self, value: int) -> tuple[Any, Any]:
        """Bounds of the columns in every solution worth at least this."""
        lower, upper = self.lower.copy(), self.upper.copy()
        if self.costs is None:
            return lower, upper
        relaxed, duals, values = self.costs
        room = relaxed - self.sign * value + max(ABSOLUTE, RELATIVE * abs(relaxed))
        moves = np.abs(duals) > room
        at_lower = moves & (values <= lower + 1e-9) & (duals < 0)
        at_upper = moves & (values >= upper - 1e-9) & (duals > 0)
        upper[at_lower] = lower[at_lower]
        lower[at_upper] = upper[at_upper]
        return lower, upper

    def _listen(self, highs: Any) -> None:
        highs.cbMipInterrupt += self._interrupt
        highs.cbMipImprovingSolution += self._better
        highs.cbMipLogging += self._log

    def _interrupt(self, event: Any) -> None:
        if self.stopped():
            event.interrupt()

    def _log(self, event: Any) -> None:
        self._hear_bound(event.data_out.mip_dual_bound)

    def _better(self, event: Any) -> None:
        self._take(event.data_out.mip_solution)

    def _hear_bound(self, bound: float) -> None:
        if self.task.level is None or not math.isfinite(bound) or abs(bound) > 1e15:
            return
        whole = math.floor(bound + max(ABSOLUTE, RELATIVE * abs(bound))) * self.sign
        if self.bound is None or self.sign * whole < self.sign * self.bound:
            self.bound = whole
            self.tell(News(self.task.number, self.best, self.bound))

    def _take(self, values: Any) -> None:
        """Believe a solution only after rounding and counting in whole numbers."""
        columns = np.rint(np.asarray(values)).astype(np.int64)
        if not self._is_solution(columns):
            return
        value = sum(weight * int(columns[index]) for index, weight in self.terms.items())
        if self.found is not None and self.best is not None and self.sign * value <= self.sign * self.best:
            return
        self.best = value
        self.found = tuple(key for index, key in enumerate(self.model.placed) if columns[index])
        self.tell(News(self.task.number, value, self.bound, self.found))

    def _is_solution(self, columns: Any) -> bool:
        starts, indices, values, rows, lower, upper = self.matrix
        if not rows:
            return True
        products = values.astype(np.int64) * columns[indices]
        sums = np.zeros(rows, dtype=np.int64)
        np.add.at(sums, np.repeat(np.arange(rows), np.diff(starts)), products)
        return bool((sums >= lower).all() and (sums <= upper).all())

    def _outcome(self, highs: Any) -> News:
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return self._news("infeasible")
        if highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            self._take(highs.getSolution().col_value)
        self._hear_bound(highs.getInfo().mip_dual_bound)
        if status == highspy.HighsModelStatus.kOptimal and self.found is not None:
            return self._proven()
        return self._news("stopped")

    def _proven(self) -> News:
        if self.task.level is not None and self.best is not None and self.task.other_than is None:
            self.bound = self.best
            self.prover.fix(*self._fixed(self.best), self.task.level, self.best, self.task)
        return self._news("optimal")

    def _news(self, status: Any) -> News:
        return News(self.task.number, self.best, self.bound, self.found, status)


def _matrix(model: Model, limits: list[tuple[Terms, int | None, int | None]]) -> tuple[Any, ...]:
    """All rows as HiGHS takes them: starts, indices, values, number, lower, upper."""
    rows = [(row.terms, row.lower, row.upper) for row in model.rows]
    rows += [(t, -INFINITE if a is None else a, INFINITE if b is None else b) for t, a, b in limits]
    starts = np.cumsum([0] + [len(terms) for terms, _lower, _upper in rows], dtype=np.int32)
    indices = np.array([index for terms, _l, _u in rows for index in terms], dtype=np.int32)
    values = np.array([weight for terms, _l, _u in rows for weight in terms.values()], dtype=np.float64)
    lower = np.array([-np.inf if low <= -INFINITE else low for _t, low, _u in rows], dtype=np.float64)
    upper = np.array([np.inf if high >= INFINITE else high for _t, _l, high in rows], dtype=np.float64)
    return starts, indices, values, len(rows), lower, upper
