"""The chosen rules in the schema of the solver, and visits that clash."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any, Protocol

from peer_visits.allocation.settings import CAPS, KIND_OF_RULE, Force, RuleName, RuleSetting, RunSettings


class Visiting(Protocol):
    """What rules and clashes need to know of a visit."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def announced_starts_on(self) -> date | None: ...
    @property
    def announced_ends_on(self) -> date | None: ...
    @property
    def country(self) -> str: ...


def clashes(visits: Sequence[Visiting]) -> list[list[str]]:
    """Pairs of visits whose announced days overlap; one without a first day clashes with none."""
    dated = [visit for visit in visits if visit.announced_starts_on]
    return sorted(
        sorted((str(one.id), str(other.id))) for one, other in combinations(dated, 2) if _overlap(one, other)
    )


def _overlap(one: Visiting, other: Visiting) -> bool:
    starts = one.announced_starts_on, other.announced_starts_on
    ends = one.announced_ends_on or starts[0], other.announced_ends_on or starts[1]
    return bool(
        starts[0] and starts[1] and ends[0] and ends[1] and starts[0] <= ends[1] and starts[1] <= ends[0]
    )


def rules_of_run(settings: RunSettings, visits: Sequence[Visiting]) -> list[dict[str, Any]]:
    """Every rule that is not off."""
    return [rule for one in settings.rules if one.force is not Force.OFF for rule in _rule(one, visits)]


def _rule(setting: RuleSetting, visits: Sequence[Visiting]) -> list[dict[str, Any]]:
    """One rule of the schema for the visits where it is as binding as chosen, one more where it was softened."""
    if setting.name is RuleName.HOST_COUNTRY:
        return _host_country_rules(setting, visits)
    everywhere = sorted(str(visit.id) for visit in visits)
    softened = [visit for visit in everywhere if visit in setting.soft_in and setting.force is Force.HARD]
    shape = _shape(setting)
    if not softened:
        return [{"id": setting.name.value, "visits": "*", **_binding(setting.force, setting), **shape}]
    kept = [visit for visit in everywhere if visit not in softened]
    soft = {"id": f"{setting.name}-softened", "visits": softened, **_binding(Force.SOFT, setting), **shape}
    hard = {"id": setting.name.value, "visits": kept, **_binding(Force.HARD, setting), **shape}
    return [hard, soft] if kept else [soft]


def _host_country_rules(setting: RuleSetting, visits: Sequence[Visiting]) -> list[dict[str, Any]]:
    """Each visit has a host of its own: one rule for each."""
    return [
        {
            "id": f"{setting.name}-{visit.id}",
            "visits": [str(visit.id)],
            **_binding(Force.SOFT if str(visit.id) in setting.soft_in else setting.force, setting),
            "kind": "max",
            "where": {"country": [visit.country]},
            "bound": setting.bound,
        }
        for visit in visits
    ]


def _binding(force: Force, setting: RuleSetting) -> dict[str, Any]:
    return {"hard": True} if force is Force.HARD else {"hard": False, "weight": setting.weight}


def _shape(setting: RuleSetting) -> dict[str, Any]:
    if setting.name is RuleName.NEWCOMERS:
        return {"kind": "min", "where": {"newcomer": [True]}, "bound": setting.bound}
    if setting.name in CAPS:
        attribute = "country" if setting.name is RuleName.COUNTRY else "org"
        return {"kind": "max_each", "attr": attribute, "bound": setting.bound}
    return {"kind": "min", "where": {"org_type": [KIND_OF_RULE[setting.name].value]}, "bound": setting.bound}
