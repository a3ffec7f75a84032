"""What comes out: a plan with its levels and their proof, or what would have to go so that there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from peer_visits.agenda.suggesting.instance import Plan

AnswerStatus = Literal["optimal", "feasible", "infeasible", "unknown", "cancelled"]


@dataclass(frozen=True)
class LevelResult:
    """A level's value. `bound` is the least that may still be possible; None where that is not known."""

    level: str
    value: int
    bound: int | None
    seconds: float = 0.0

    @property
    def proven(self) -> bool:
        """Whether nothing less is possible, given the levels before."""
        return self.bound == self.value

    @property
    def gap(self) -> float | None:
        """By which part of the value at most it could be better: 0.01 is 1 %."""
        return None if self.bound is None else (self.value - self.bound) / max(1, self.value)

    def to_json(self) -> dict[str, Any]:
        """For the record."""
        return {
            "level": self.level,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "proven": self.proven,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Answer:
    """The answer to an agenda.

    optimal: every level proven. feasible: time was up; `results` say how far each may be from the best. infeasible: no
    plan keeps the rules; without the sessions of `unplaceable` there would be one, and with fewer left out there is
    none if `unplaceable_is_least`. unknown: time was up before a first plan. cancelled: the caller asked to stop.
    """

    status: AnswerStatus
    name: str = ""
    results: tuple[LevelResult, ...] = ()
    plan: Plan = field(default_factory=dict)
    unplaceable: tuple[str, ...] = ()
    unplaceable_is_least: bool = False
    seconds: float = 0.0
    digest: str = ""
    version: str = ""

    @property
    def levels(self) -> dict[str, int]:
        """The value of every level."""
        return {result.level: result.value for result in self.results}

    @property
    def proof(self) -> dict[str, list[str]]:
        """By whom each proven level is proven."""
        return {result.level: ["cpsat"] for result in self.results if result.proven}

    def to_json(self) -> dict[str, Any]:
        """The shape of the published answers, and the details of this run beside it."""
        data: dict[str, Any] = {"name": self.name, "status": self.status}
        if self.plan or self.status in {"optimal", "feasible"}:
            data["levels"] = self.levels
            data["proof"] = self.proof
            data["plan"] = {session: list(place) for session, place in self.plan.items()}
            data["example_plan"] = data["plan"]  # as published answers name it
        if self.status == "infeasible":
            data["proof"] = ["cpsat"]
            data["unplaceable"] = list(self.unplaceable)
            data["unplaceable_is_least"] = self.unplaceable_is_least
        data["details"] = {
            "levels": [result.to_json() for result in self.results],
            "seconds": round(self.seconds, 3),
            "input": self.digest,
            "version": self.version,
        }
        return data
