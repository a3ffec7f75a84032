"""What comes out of a solve: levels with their proof, placements, or the rules that cannot hold together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from peer_visits.allocation.solving.instance import Placement

AnswerStatus = Literal["optimal", "feasible", "infeasible", "unknown", "cancelled"]


@dataclass(frozen=True)
class LevelResult:
    """A level's value and what is known of it. `bound` is the best that may still be possible; None if unknown."""

    level: str
    value: int
    bound: int | None
    proven_by: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def proven(self) -> bool:
        """Whether nothing better exists, given the levels before."""
        return bool(self.proven_by)

    @property
    def gap(self) -> float | None:
        """By which part of the value at most it could be better: 0.01 is 1 %."""
        if self.proven:
            return 0.0
        return None if self.bound is None else abs(self.bound - self.value) / max(1, abs(self.value))

    def to_json(self) -> dict[str, Any]:
        """For the run record."""
        return {
            "level": self.level,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "proven": self.proven,
            "proven_by": list(self.proven_by),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Progress:
    """How far a solve is: the level at work, its best value and bound so far, and people placed (None = nobody yet)."""

    seconds: float
    level: str | None
    value: int | None = None
    bound: int | None = None
    placed: int | None = None
    prover: str = ""
    done: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to a call.

    optimal: every level proven. feasible: time was up; `results` say how far each may be from the best.
    infeasible: `conflict` is a smallest set of rule instances that cannot hold together. unknown: time was up before
    a first solution was found. cancelled: the caller asked to stop.
    """

    status: AnswerStatus
    name: str = ""
    results: tuple[LevelResult, ...] = ()
    placements: tuple[Placement, ...] = ()
    unique: bool | None = None
    conflict: tuple[str, ...] = ()
    conflict_smallest: bool = False
    repair: tuple[str, ...] = ()
    proof: dict[str, list[str]] = field(default_factory=dict)
    tie_breaks: tuple[str, ...] = ()
    seconds: float = 0.0
    memory: int = 0
    digest: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def levels(self) -> dict[str, int]:
        """The value of every level."""
        return {result.level: result.value for result in self.results}

    def to_json(self) -> dict[str, Any]:
        """The shape of the published answers, and the details of this run beside it."""
        data: dict[str, Any] = {"name": self.name, "status": self.status}
        if self.status in {"optimal", "feasible"} or self.placements:
            data["levels"] = self.levels
            data["unique"] = self.unique
            data["placements"] = [list(pair) for pair in self.placements]
        if self.status == "infeasible":
            data["conflict_size"] = len(self.conflict)
            data["conflict"] = list(self.conflict)
            data["conflict_smallest"] = self.conflict_smallest
            data["repair"] = list(self.repair)
        data["proof"] = self.proof
        data["details"] = {
            "levels": [result.to_json() for result in self.results],
            "tie_breaks": list(self.tie_breaks),
            "seconds": round(self.seconds, 3),
            "memory": self.memory,
            "input": self.digest,
            "versions": self.versions,
        }
        return data
