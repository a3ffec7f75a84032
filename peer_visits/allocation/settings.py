"""What an organiser chooses for a run: rules, points, what matters after filling, decisions by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from peer_visits.accounts.models import OrganisationKind

BONUS = (10, 5, 0)
TIME_LIMIT = 60
MOST_PER_COUNTRY = 4
MOST_PER_ORGANISATION = 2
HEAVIEST = 100


class Force(StrEnum):
    """How binding a rule is: a run keeps it, tries to keep it, or does not know it."""

    HARD = "hard"
    SOFT = "soft"
    OFF = "off"


class Points(StrEnum):
    """What a choice's points come from."""

    ORDER = "order"
    RAW = "raw"
    ADJUSTED = "adjusted"


class Aim(StrEnum):
    """What counts once places are filled and soft rules kept as well as can be."""

    UTILITY = "utility"
    SCORE = "score"
    RANK = "rank"


class Hand(StrEnum):
    """What an organiser decides by hand about one person and visit."""

    PIN = "pin"
    EXCLUDE = "exclude"
    ADMIT = "admit"


class RuleName(StrEnum):
    """The rules a run knows, in the order in which they are shown."""

    COUNTRY = "country"
    ORGANISATION = "organisation"
    HOST_COUNTRY = "host-country"
    NEWCOMERS = "newcomers"
    LOCAL = "kind-local"
    REGIONAL = "kind-regional"
    NATIONAL = "kind-national"
    CIVIL = "kind-civil"
    OTHER = "kind-other"


KIND_OF_RULE = {
    RuleName.LOCAL: OrganisationKind.LOCAL,
    RuleName.REGIONAL: OrganisationKind.REGIONAL,
    RuleName.NATIONAL: OrganisationKind.NATIONAL,
    RuleName.CIVIL: OrganisationKind.CIVIL,
    RuleName.OTHER: OrganisationKind.OTHER,
}
CAPS = frozenset({RuleName.COUNTRY, RuleName.ORGANISATION, RuleName.HOST_COUNTRY})


@dataclass(frozen=True)
class RuleSetting:
    """A rule with its number of people and, where it is soft, what each person costs by whom it is missed.

    `soft_in` names visits (their ids) in which a hard rule is soft all the same.
    """

    name: RuleName
    force: Force
    bound: int
    weight: int = 1
    soft_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class ByHand:
    """A decision about one person and visit (their ids), with its reason."""

    hand: Hand
    person: str
    visit: str
    reason: str


@dataclass(frozen=True)
class RunSettings:
    """Everything that is chosen for a run. No visits named means all of the call."""

    rules: tuple[RuleSetting, ...]
    visits: tuple[str, ...] = ()
    points: Points = Points.ORDER
    aim: Aim = Aim.UTILITY
    bonus: tuple[int, ...] = BONUS
    spread: bool = False
    by_hand: tuple[ByHand, ...] = ()
    time_limit: int = TIME_LIMIT
    note: str = field(default="", compare=False)

    def rule(self, name: RuleName) -> RuleSetting:
        """The setting of one rule; one that was never set is off."""
        return next((one for one in self.rules if one.name is name), RuleSetting(name, Force.OFF, 0))

    def with_rule(self, changed: RuleSetting) -> RunSettings:
        """The same with one rule set otherwise."""
        rules = tuple(changed if one.name is changed.name else one for one in self.rules)
        return replace(self, rules=rules if changed in rules else (*rules, changed))

    def with_hand(self, decision: ByHand) -> RunSettings:
        """The same with one more decision by hand; an earlier one about the same person and visit is replaced."""
        kept = self.without_hand(decision.person, decision.visit).by_hand
        return replace(self, by_hand=(*kept, decision))

    def without_hand(self, person: str, visit: str) -> RunSettings:
        """The same without what was decided by hand about this person and visit."""
        kept = tuple(one for one in self.by_hand if (one.person, one.visit) != (person, visit))
        return replace(self, by_hand=kept)

    def softened(self, rule: str, visit: str = "") -> RunSettings | None:
        """The same with a hard rule made soft, in one visit or in all; None if there is no such hard rule."""
        found = next((one for one in self.rules if one.name == rule and one.force is Force.HARD), None)
        if found is None:
            return None
        if not visit:
            return self.with_rule(replace(found, force=Force.SOFT, soft_in=()))
        return self.with_rule(replace(found, soft_in=tuple(sorted({*found.soft_in, visit}))))

    @property
    def objective(self) -> list[str]:
        """The levels of what matters, the first one first."""
        third = {Aim.UTILITY: ["utility"], Aim.SCORE: ["score", "rank"], Aim.RANK: ["rank", "score"]}[
            self.aim
        ]
        return ["filled", *(["worst_shortfall"] if self.spread else []), "soft", *third, "lottery"]

    def to_json(self) -> dict[str, Any]:
        """For the run's record."""
        return {
            "rules": [
                {
                    "name": one.name,
                    "force": one.force,
                    "bound": one.bound,
                    "weight": one.weight,
                    "soft_in": list(one.soft_in),
                }
                for one in self.rules
            ],
            "visits": list(self.visits),
            "points": self.points,
            "aim": self.aim,
            "bonus": list(self.bonus),
            "spread": self.spread,
            "by_hand": [
                {"hand": one.hand, "person": one.person, "visit": one.visit, "reason": one.reason}
                for one in self.by_hand
            ],
        }


def read_settings(stored: Mapping[str, Any], *, time_limit: int = TIME_LIMIT, note: str = "") -> RunSettings:
    """The settings of a run as they were kept; what an older run did not know has its usual value."""
    return RunSettings(
        rules=tuple(
            RuleSetting(
                RuleName(one["name"]), Force(one["force"]), one["bound"], one["weight"], tuple(one["soft_in"])
            )
            for one in stored.get("rules", ())
        ),
        visits=tuple(stored.get("visits", ())),
        points=Points(stored.get("points", Points.ORDER)),
        aim=Aim(stored.get("aim", Aim.UTILITY)),
        bonus=tuple(stored.get("bonus", BONUS)),
        spread=bool(stored.get("spread", False)),
        by_hand=tuple(
            ByHand(Hand(one["hand"]), one["person"], one["visit"], one["reason"])
            for one in stored.get("by_hand", ())
        ),
        time_limit=time_limit,
        note=note,
    )


def default_settings(
    capacities: Sequence[int],
    kinds: Mapping[str, int],
    *,
    most_per_country: int | None = None,
    most_per_organisation: int | None = None,
) -> RunSettings:
    """What a run begins with: caps that hold, and a mixture of people that is tried for.

    A third of the smallest visit for newcomers; of every kind of organisation that applied at least one person,
    of the most frequent kind an eighth of the smallest visit. Minima are never hard by themselves: a call with too
    few of a kind would have no solution.
    """
    smallest = min(capacities, default=0)
    most_frequent = max(sorted(kinds), key=kinds.__getitem__, default="")
    bounds = {kind: max(1, smallest // 8) if kind == most_frequent else 1 for kind in kinds}
    rules = [
        RuleSetting(RuleName.COUNTRY, Force.HARD, most_per_country or MOST_PER_COUNTRY, 3),
        RuleSetting(RuleName.ORGANISATION, Force.HARD, most_per_organisation or MOST_PER_ORGANISATION, 3),
        RuleSetting(RuleName.HOST_COUNTRY, Force.OFF, max(1, smallest // 4), 1),
        RuleSetting(RuleName.NEWCOMERS, Force.SOFT, max(1, smallest // 3), 2),
        *(
            RuleSetting(name, Force.SOFT if kind in bounds else Force.OFF, bounds.get(kind, 1), 1)
            for name, kind in KIND_OF_RULE.items()
        ),
    ]
    return RunSettings(rules=tuple(rules))


def differing_rules(before: RunSettings, after: RunSettings) -> list[RuleName]:
    """The rules that two runs were given differently."""
    return [name for name in RuleName if before.rule(name) != after.rule(name)]
