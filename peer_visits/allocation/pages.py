"""The figures of a run as templates show them, and how far a run is, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from peer_visits.allocation.models import AllocationRun
from peer_visits.allocation.run_words import (
    level_words,
    rule_name,
    rule_sentence,
    structural_words,
)
from peer_visits.allocation.settings import RuleName
from peer_visits.allocation.states import RunState
from peer_visits.allocation.summing import by_visit
from peer_visits.visits.models import Visit
from peer_visits.web.formats import country_tag, duration, number

Visits = Mapping[str, Visit]


@dataclass(frozen=True)
class RuleRow:
    """A rule in one visit: how many people it counts, its bound, and whether it is at it."""

    rule: str
    sentence: str
    count: int
    bound: int
    is_cap: bool
    is_hard: bool
    missed: int
    full: str

    @property
    def binds(self) -> bool:
        """A cap that lets nobody else in."""
        return self.is_cap and self.count >= self.bound


@dataclass(frozen=True)
class VisitRow:
    """One visit of a run in figures."""

    visit: Visit
    placed: int
    capacity: int
    eligible: int
    wanted: int
    newcomers: int
    countries: int
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class PriceRow:
    """A cap that binds, and what one person more would give."""

    visit: Visit | None
    sentence: str
    full: str
    gain: str
    is_worth: bool


@dataclass(frozen=True)
class ConflictRow:
    """One of the rules that cannot hold together; `rule` and `visit_id` are empty for what nobody can soften."""

    words: str
    where: str
    rule: str
    visit_id: str


@dataclass(frozen=True)
class RunFigures:
    """A run at a glance."""

    summary: Mapping[str, Any]
    visits: tuple[VisitRow, ...]
    prices: tuple[PriceRow, ...]
    conflict: tuple[ConflictRow, ...]

    @property
    def ranks(self) -> list[tuple[int, int]]:
        """Places by the rank of the wish they fulfil."""
        return [(int(rank), count) for rank, count in self.summary["ranks"].items()]

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return bool(self.summary["status"] == "optimal")

    @property
    def has_places(self) -> bool:
        """Whether the run gives placements at all."""
        return self.summary["status"] in {"optimal", "feasible"}

    @property
    def somebody(self) -> bool:
        """Whether a host proposed anybody at all."""
        return any(row.eligible for row in self.visits)

    def visit(self, visit: Visit) -> VisitRow | None:
        """The row of one visit, if it took part."""
        return next((row for row in self.visits if row.visit.id == visit.id), None)


def describe(summary: Mapping[str, Any], visits: Visits) -> RunFigures:
    """Figures with their visits, in the order of the call."""
    rules = by_visit(summary["rules"])
    rows = tuple(
        _visit_row(visit, summary["visits"][key], rules.get(key, ()))
        for key, visit in visits.items()
        if key in summary["visits"]
    )
    return RunFigures(
        summary,
        rows,
        tuple(_price_row(one, summary, visits) for one in summary.get("prices", ())),
        tuple(_conflict_row(name, summary, visits) for name in summary["conflict"]),
    )


def _visit_row(visit: Visit, figures: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> VisitRow:
    order = [name.value for name in RuleName]
    sorted_rules = sorted(rules, key=lambda row: (order.index(rule_name(row["rule"])), row["rule"]))
    return VisitRow(
        visit,
        figures["placed"],
        figures["capacity"],
        figures["eligible"],
        figures["wanted"],
        figures["newcomers"],
        len(figures["countries"]),
        tuple(_rule_row(row) for row in sorted_rules),
    )


def _rule_row(row: Mapping[str, Any]) -> RuleRow:
    return RuleRow(
        row["rule"],
        rule_sentence(row["rule"], row["bound"]),
        row["count"],
        row["bound"],
        row["kind"] != "min",
        row["hard"],
        row["missed"],
        _values(row),
    )


def _values(row: Mapping[str, Any]) -> str:
    """The countries at the bound; how many organisations are, without their names."""
    if rule_name(row["rule"]) == RuleName.COUNTRY:
        return ", ".join(country_tag(value) for value in row["full"])
    if row["full"]:
        return str(ngettext("%(num)s organisation", "%(num)s organisations", len(row["full"])))
    return ""


def _price_row(price: Mapping[str, Any], summary: Mapping[str, Any], visits: Visits) -> PriceRow:
    row = next(
        one for one in summary["rules"] if (one["rule"], one["visit"]) == (price["rule"], price["visit"])
    )
    gains = _gains(price["levels"])
    return PriceRow(
        visits.get(price["visit"]),
        rule_sentence(row["rule"], row["bound"]),
        _values(row),
        ", ".join(gains) if gains else str(_("nothing")),
        bool(gains),
    )


def _gains(levels: Mapping[str, int]) -> list[str]:
    """What one person more would give, the first level first; what follows from it is told too."""
    filled, soft = levels.get("filled", 0), -levels.get("soft", 0)
    points = levels.get("utility", levels.get("score", 0))
    words = []
    if filled:
        words.append(ngettext("%(num)s more place filled", "%(num)s more places filled", filled))
    if soft:
        words.append(
            _("%(count)s less (weighted) missed by soft rules", count=number(soft))
            if soft > 0
            else _("%(count)s more (weighted) missed by soft rules", count=number(-soft))
        )
    if points and not filled:
        words.append(
            _("%(count)s points more", count=number(points))
            if points > 0
            else _("%(count)s points less", count=number(-points))
        )
    return [str(one) for one in words]


def _conflict_row(name: str, summary: Mapping[str, Any], visits: Visits) -> ConflictRow:
    rule, _sign, visit = name.rpartition("@")
    known = next((row for row in summary["rules"] if row["rule"] == rule), None)
    if known is None:
        words, about = structural_words(name)
        places = " · ".join(visits[one].place for one in about.split("+") if one in visits)
        return ConflictRow(words, places, "", "")
    where = visits[visit].place if visit in visits else ""
    return ConflictRow(rule_sentence(rule, known["bound"]), where, rule_name(rule), visit)


def progress_words(run: AllocationRun, now: datetime) -> str:
    """How far a run is, in one sentence."""
    if run.state is RunState.QUEUED:
        return str(_("Waiting for a worker. It begins within seconds when one is free."))
    if run.state is not RunState.RUNNING:
        return str(_("This run is over."))
    told = run.progress or {}
    if not told.get("level"):
        return str(_("Reading the applications …"))
    if told["level"] == "prices":
        return str(_("The best answer is proven. Looking at what each rule costs …"))
    parts = [str(_("%(level)s …", level=level_words(told["level"])))]
    if told.get("placed") is not None:
        parts.append(
            str(ngettext("%(num)s place given so far", "%(num)s places given so far", told["placed"]))
        )
    if run.started_at:
        parts.append(_since(run.started_at, now))
    return " · ".join(parts)


def _since(start: datetime, now: datetime) -> str:
    seconds = max(0, int((now - start).total_seconds()))
    if seconds < 60:
        return str(ngettext("%(num)s second", "%(num)s seconds", seconds))
    return duration(seconds // 60)
