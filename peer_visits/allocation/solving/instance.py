"""A call as the solver sees it: visits, people, wishes, rules, and the order of what matters.

These are the values of schema `peer-visits/allocation/1`; `reading/` makes them from JSON and names every fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from peer_visits.kernel.ids import json_digest

SCHEMA = "peer-visits/allocation/1"

Attribute = Literal["country", "org", "org_type", "newcomer", "gender"]
Value = str | bool | None
Kind = Literal["max", "min", "max_each", "max_share"]
Level = Literal["filled", "soft", "worst_shortfall", "score", "utility", "rank", "lottery"]
Placement = tuple[str, str]  # applicant, visit

ATTRIBUTES: tuple[Attribute, ...] = ("country", "org", "org_type", "newcomer", "gender")
LEVELS: tuple[Level, ...] = ("filled", "soft", "worst_shortfall", "score", "utility", "rank", "lottery")
# What "more is better" holds for; of the other levels the smallest value is best.
MAXIMISED: frozenset[Level] = frozenset({"filled", "score", "utility", "lottery"})

MAX_VISITS = "max-visits"


@dataclass(frozen=True)
class Visit:
    """A visit and how many people it takes."""

    id: str
    capacity: int


@dataclass(frozen=True)
class Applicant:
    """A person by what rules ask about. None is "not declared". `max_visits` overrides the call's limit."""

    id: str
    country: str | None = None
    org: str | None = None
    org_type: str | None = None
    newcomer: bool | None = None
    gender: str | None = None
    max_visits: int | None = None

    def value(self, attribute: Attribute) -> Value:
        """What the person declared."""
        declared: Value = getattr(self, attribute)
        return declared


@dataclass(frozen=True)
class Application:
    """One wish: rank 1 is the first; score in points 0-100. What is not eligible can never be placed."""

    applicant: str
    visit: str
    rank: int
    score: int
    eligible: bool = True

    @property
    def key(self) -> Placement:
        """The placement that granting it makes."""
        return self.applicant, self.visit


@dataclass(frozen=True)
class Filter:
    """People by their attributes: each must be among the values given for it; None only if None is given."""

    allowed: tuple[tuple[Attribute, tuple[Value, ...]], ...] = ()

    def matches(self, person: Applicant) -> bool:
        """Whether the person is meant."""
        return all(person.value(attribute) in values for attribute, values in self.allowed)

    def to_json(self) -> dict[str, list[Value]]:
        """As in the schema."""
        return {attribute: list(values) for attribute, values in self.allowed}


@dataclass(frozen=True)
class Rule:
    """A rule that holds in each of its visits on its own; `visits` None is every visit.

    `bound` counts people (max, min, max_each); `pct` and `plus` belong to max_share: at most pct % of those who
    match `of`, and `plus` people more. A soft rule costs `weight` for each person by whom it is missed.
    """

    id: str
    kind: Kind
    hard: bool
    visits: tuple[str, ...] | None = None
    weight: int = 1
    where: Filter = field(default_factory=Filter)
    of: Filter = field(default_factory=Filter)
    attr: Attribute | None = None
    bound: int = 0
    pct: int = 0
    plus: int = 0

    def to_json(self) -> dict[str, Any]:
        """As in the schema, with the fields of its kind alone."""
        data: dict[str, Any] = {"id": self.id, "visits": "*" if self.visits is None else list(self.visits)}
        data |= {"kind": self.kind, "hard": self.hard}
        if not self.hard:
            data["weight"] = self.weight
        if self.kind == "max_each":
            data["attr"] = self.attr
        if self.where.allowed or self.kind != "max_each":
            data["where"] = self.where.to_json()
        if self.kind == "max_share":
            return data | {"of": self.of.to_json(), "pct": self.pct, "plus": self.plus}
        return data | {"bound": self.bound}


@dataclass(frozen=True)
class Instance:
    """A whole call. `rank_bonus` counts for level `utility` alone; `seed` makes the lottery numbers."""

    visits: tuple[Visit, ...]
    applicants: tuple[Applicant, ...]
    applications: tuple[Application, ...]
    rules: tuple[Rule, ...] = ()
    objective: tuple[Level, ...] = ("filled", "soft", "utility", "lottery")
    max_visits: int = 1
    clashes: tuple[tuple[str, ...], ...] = ()
    pinned: tuple[Placement, ...] = ()
    rank_bonus: tuple[int, ...] = ()
    seed: str = ""
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """As in the schema; reading it again gives the same instance."""
        data: dict[str, Any] = {
            "schema": SCHEMA,
            "name": self.name,
            "seed": self.seed,
            "max_visits_per_applicant": self.max_visits,
            "visits": [{"id": visit.id, "capacity": visit.capacity} for visit in self.visits],
            "applicants": [_person_json(person) for person in self.applicants],
            "applications": [_wish_json(wish) for wish in self.applications],
            "rules": [rule.to_json() for rule in self.rules],
            "objective": list(self.objective),
            "clashes": [list(clash) for clash in self.clashes],
            "pinned": [{"applicant": person, "visit": visit} for person, visit in self.pinned],
            "rank_bonus": list(self.rank_bonus),
        }
        return data

    def canonical(self) -> Instance:
        """The same call with everything in one order, so that shuffled rows are solved alike."""
        return replace(
            self,
            visits=tuple(sorted(self.visits, key=lambda visit: visit.id)),
            applicants=tuple(sorted(self.applicants, key=lambda person: person.id)),
            applications=tuple(sorted(self.applications, key=lambda wish: wish.key)),
            rules=tuple(sorted(self.rules, key=lambda rule: rule.id)),
            clashes=tuple(sorted(set(self.clashes))),
            pinned=tuple(sorted(set(self.pinned))),
        )

    def digest(self) -> str:
        """SHA-256 of the call in its one order; the name does not count."""
        return json_digest(replace(self.canonical(), name="").to_json())

    def people(self) -> dict[str, Applicant]:
        """Applicants by id."""
        return {person.id: person for person in self.applicants}

    def limits(self) -> dict[str, int]:
        """How many places each applicant may get."""
        return {
            person.id: self.max_visits if person.max_visits is None else person.max_visits
            for person in self.applicants
        }

    def bonus(self, rank: int) -> int:
        """Points that level `utility` adds for a wish of this rank."""
        return self.rank_bonus[rank - 1] if rank <= len(self.rank_bonus) else 0


def _person_json(person: Applicant) -> dict[str, Any]:
    data: dict[str, Any] = {"id": person.id} | {name: person.value(name) for name in ATTRIBUTES}
    return data if person.max_visits is None else data | {"max_visits": person.max_visits}


def _wish_json(wish: Application) -> dict[str, Any]:
    return {
        "applicant": wish.applicant,
        "visit": wish.visit,
        "rank": wish.rank,
        "score": wish.score,
        "eligible": wish.eligible,
    }


def rule_instance(rule: str, visit: str) -> str:
    """The name of a rule in one visit: `ID@VISIT`."""
    return f"{rule}@{visit}"


def clash_name(visits: tuple[str, ...]) -> str:
    """The structural rule that one person gets at most one of these visits."""
    return "clash:" + "+".join(visits)


def pin_name(placement: Placement) -> str:
    """The structural rule that this person is placed here by hand."""
    return f"pin:{placement[0]}@{placement[1]}"
