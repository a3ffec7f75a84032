"""What a prover is asked, and what it answers: plain values that travel as lines of JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from peer_visits.allocation.solving.instance import Placement
from peer_visits.allocation.solving.model import Model, Terms, lottery_terms, maximises

Status = Literal["optimal", "infeasible", "stopped"]


@dataclass(frozen=True)
class Task:
    """Find the best value of `level` while earlier levels are worth at least what `reached` says.

    `start` is a solution to begin with. With `other_than`, any solution but this one. `level` None asks whether there
    is a solution at all. `seeds` make the numbers of further draws. With `kept`, every other hard rule may be
    missed, and level `broken` counts by how much.
    """

    number: int
    level: str | None
    reached: tuple[tuple[str, int], ...] = ()
    start: tuple[Placement, ...] | None = None
    other_than: tuple[Placement, ...] | None = None
    seconds: float = 60.0
    seeds: dict[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """For the line to the child."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Task:
        """Read back in the child."""
        return Task(
            number=data["number"],
            level=data["level"],
            reached=tuple((level, value) for level, value in data["reached"]),
            start=_pairs(data["start"]),
            other_than=_pairs(data["other_than"]),
            seconds=data["seconds"],
            seeds=data["seeds"],
            kept=None if data["kept"] is None else tuple(data["kept"]),
        )


@dataclass(frozen=True)
class News:
    """A better solution, or a better bound; `status` is set in the last one of a task."""

    task: int
    value: int | None = None
    bound: int | None = None
    placements: tuple[Placement, ...] | None = None
    status: Status | None = None

    def to_json(self) -> dict[str, Any]:
        """For the line to the parent."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> News:
        """Read back in the parent."""
        return News(data["task"], data["value"], data["bound"], _pairs(data["placements"]), data["status"])


class Prover(Protocol):
    """A solver that holds the model of one call."""

    def solve(self, task: Task, tell: Callable[[News], None], stopped: Callable[[], bool]) -> News:
        """Work until proven, out of time, or stopped."""


def _pairs(data: Any) -> tuple[Placement, ...] | None:
    return None if data is None else tuple((person, visit) for person, visit in data)


def terms_of(model: Model, task: Task, level: str) -> Terms:
    """What the level adds up; further draws have a lottery of their own."""
    if level not in model.objectives:
        model.objectives[level] = lottery_terms(model, task.seeds[level])
    return model.objectives[level]


def limits_of(model: Model, task: Task) -> list[tuple[Terms, int | None, int | None]]:
    """Rows that keep what was reached, and the one that excludes a solution: terms, lower, upper."""
    rows: list[tuple[Terms, int | None, int | None]] = []
    for level, value in task.reached:
        terms = terms_of(model, task, level)
        rows.append((terms, value, None) if maximises(level) else (terms, None, value))
    if task.other_than is not None:
        kept = set(task.other_than)
        signs = {index: 1 if key in kept else -1 for index, key in enumerate(model.placed)}
        rows.append((signs, None, len(kept) - 1))
    return rows
