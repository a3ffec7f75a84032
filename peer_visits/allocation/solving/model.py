"""The call as an integer programme: columns, rows with the name of their rule, and one objective per level.

A column for each eligible application (1 = granted), and helpers that measure how far a soft rule is missed. All
numbers are whole, so that both provers read the same model. With relaxed rules (`elastic`) every hard rule instance
gets slack of its own: what conflicts are found with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from peer_visits.allocation.solving.instance import (
    MAX_VISITS,
    MAXIMISED,
    Applicant,
    Application,
    Filter,
    Instance,
    Level,
    Placement,
    Rule,
    clash_name,
    pin_name,
    rule_instance,
)
from peer_visits.allocation.solving.lottery import lottery_numbers

INFINITE = 2**40
Terms = dict[int, int]  # column -> coefficient


@dataclass
class Column:
    """A whole number between two bounds."""

    lower: int
    upper: int


@dataclass
class Row:
    """lower <= sum of terms <= upper, for the sake of the rule instance `name`."""

    name: str
    terms: Terms
    lower: int = -INFINITE
    upper: int = INFINITE
    hard: bool = True


@dataclass
class Model:
    """What a prover gets. `placed` are the keys of the first columns, one for each eligible application."""

    instance: Instance
    placed: list[Placement] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    objectives: dict[str, Terms] = field(default_factory=dict)

    def column(self, lower: int, upper: int) -> int:
        """Add a column."""
        self.columns.append(Column(lower, upper))
        return len(self.columns) - 1

    def row(
        self, name: str, terms: Terms, *, lower: int = -INFINITE, upper: int = INFINITE, hard: bool = True
    ) -> None:
        """Add a row, unless the bounds of its columns keep it anyway."""
        least = sum(c * (self.columns[i].lower if c > 0 else self.columns[i].upper) for i, c in terms.items())
        most = sum(c * (self.columns[i].upper if c > 0 else self.columns[i].lower) for i, c in terms.items())
        if least < lower or most > upper:
            self.rows.append(Row(name, terms, lower, upper, hard))

    def fill(self) -> None:
        """A solver takes a model without columns for one without rows as well."""
        if not self.columns:
            self.column(0, 0)

    def value(self, level: str, columns: Iterable[int]) -> int:
        """What a solution is worth at a level, counted in whole numbers. `columns` are values in order."""
        values = list(columns)
        return sum(weight * values[index] for index, weight in self.objectives[level].items())


def columns_of(model: Model, placements: Iterable[Placement]) -> list[int]:
    """The values of all columns for these placements; helpers as small as their rows allow."""
    given = set(placements)
    values = [int(key in given) for key in model.placed]
    values += [column.lower for column in model.columns[len(values) :]]
    for row in model.rows:
        helper = max(row.terms, default=-1)
        if helper < len(model.placed):
            continue
        rest = sum(weight * values[index] for index, weight in row.terms.items() if index != helper)
        missing = row.lower - rest if row.lower > -INFINITE else rest - row.upper
        values[helper] = max(values[helper], -(-missing // abs(row.terms[helper])))
    return values


def maximises(level: str) -> bool:
    """Whether more is better; every level of its own making counts as one of lottery numbers."""
    return level in MAXIMISED or level.startswith("lottery")


def build(instance: Instance) -> Model:
    """The model of a call in its canonical order."""
    canonical = instance.canonical()
    model = Model(canonical)
    builder = _Builder(model)
    builder.structure()
    builder.rules()
    builder.levels(canonical.objective)
    model.fill()
    return model


class _Builder:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.instance = model.instance
        self.people = self.instance.people()
        self.by_visit: dict[str, list[tuple[int, Applicant]]] = defaultdict(list)
        self.by_person: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.soft: Terms = {}
        self.index: dict[Placement, int] = {}
        for wish in self.instance.applications:
            if wish.eligible:
                self._wish(wish.key)

    def _wish(self, key: Placement) -> None:
        index = self.model.column(0, 1)
        self.model.placed.append(key)
        self.index[key] = index
        self.by_visit[key[1]].append((index, self.people[key[0]]))
        self.by_person[key[0]].append((index, key[1]))

    def structure(self) -> None:
        """Capacity, limits, clashes, people placed by hand."""
        for visit in self.instance.visits:
            terms = {index: 1 for index, _person in self.by_visit[visit.id]}
            self.model.row(rule_instance("capacity", visit.id), terms, upper=visit.capacity)
        limits = self.instance.limits()
        for person, wishes in self.by_person.items():
            self.model.row(MAX_VISITS, {index: 1 for index, _visit in wishes}, upper=limits[person])
            for clash in self.instance.clashes:
                terms = {index: 1 for index, visit in wishes if visit in clash}
                self.model.row(clash_name(clash), terms, upper=1)
        for pin in self.instance.pinned:
            terms = {self.index[pin]: 1} if pin in self.index else {}
            self.model.row(pin_name(pin), terms, lower=1)

    def rules(self) -> None:
        """One or more rows for each rule in each of its visits."""
        for rule in self.instance.rules:
            for visit in [visit.id for visit in self.instance.visits] if rule.visits is None else rule.visits:
                for terms, least, most, step in self._rows(rule, visit):
                    self._add(rule, visit, terms, least, most, step)

    def _rows(self, rule: Rule, visit: str) -> Iterator[tuple[Terms, int, int, int]]:
        """Terms, lower and upper bound, and by how much one unit of violation moves the bound."""
        if rule.kind == "max":
            yield self._count(visit, rule.where), -INFINITE, rule.bound, 1
        elif rule.kind == "min":
            yield self._count(visit, rule.where), rule.bound, INFINITE, 1
        elif rule.kind == "max_each":
            for terms in self._groups(rule, visit):
                yield terms, -INFINITE, rule.bound, 1
        else:
            terms = defaultdict(int, dict.fromkeys(self._count(visit, rule.where), 100))
            for index in self._count(visit, rule.of):
                terms[index] -= rule.pct
            yield {i: c for i, c in sorted(terms.items()) if c}, -INFINITE, 100 * rule.plus, 100

    def _count(self, visit: str, people: Filter) -> Terms:
        return {index: 1 for index, person in self.by_visit[visit] if people.matches(person)}

    def _groups(self, rule: Rule, visit: str) -> list[Terms]:
        groups: dict[str, Terms] = defaultdict(dict)
        for index, person in self.by_visit[visit]:
            value = person.value(rule.attr) if rule.attr else None
            if value is not None and rule.where.matches(person):
                groups[str(value)][index] = 1
        return [groups[value] for value in sorted(groups)]

    def _add(self, rule: Rule, visit: str, terms: Terms, least: int, most: int, step: int) -> None:
        name = rule_instance(rule.id, visit)
        if rule.hard:
            self.model.row(name, terms, lower=least, upper=most)
            return
        if rule.weight == 0:
            return
        worst = self._worst(terms, least, most, step)
        if worst <= 0:
            return
        missed = self.model.column(0, worst)
        self.soft[missed] = rule.weight
        slack = step if least > -INFINITE else -step
        self.model.row(name, terms | {missed: slack}, lower=least, upper=most, hard=False)

    def _worst(self, terms: Terms, least: int, most: int, step: int) -> int:
        if least > -INFINITE:
            return least
        beyond = sum(weight for weight in terms.values() if weight > 0) - most
        return -(-beyond // step)

    def levels(self, objective: tuple[Level, ...]) -> None:
        """What each level adds up."""
        self.model.objectives = {level: self._level(level) for level in objective}

    def _level(self, level: Level) -> Terms:
        if level == "soft":
            return self.soft
        if level == "worst_shortfall":
            return {self._shortfall(): 1}
        if level == "lottery":
            return lottery_terms(self.model, self.instance.seed)
        wishes = [wish for wish in self.instance.applications if wish.eligible]
        return {index: self._worth(level, wish) for index, wish in enumerate(wishes)}

    def _worth(self, level: Level, wish: Application) -> int:
        """What one placement adds."""
        worth = {"filled": 1, "score": wish.score, "rank": wish.rank}
        return worth[level] if level in worth else wish.score + self.instance.bonus(wish.rank)

    def _shortfall(self) -> int:
        most = max((visit.capacity for visit in self.instance.visits), default=0)
        column = self.model.column(0, most)
        for visit in self.instance.visits:
            terms = {index: 1 for index, _person in self.by_visit[visit.id]} | {column: 1}
            self.model.row("", terms, lower=visit.capacity, hard=False)
        return column


def lottery_terms(model: Model, seed: str) -> Terms:
    """The lottery number of every column that places somebody."""
    numbers = lottery_numbers(model.instance, seed)
    return {index: numbers[key] for index, key in enumerate(model.placed)}


BROKEN = "broken"  # the level that counts by how much hard rules are missed


def elastic(model: Model, kept: Iterable[str]) -> Model:
    """The hard rules alone, each with slack but those that are kept; level `broken` counts the slack."""
    relaxed = Model(model.instance, model.placed, model.columns[: len(model.placed)])
    relaxed.columns = list(relaxed.columns)
    firm = set(kept)
    slacks: Terms = {}
    for row in model.rows:
        if not row.hard:
            continue
        terms = dict(row.terms)
        if row.name not in firm:
            slack = relaxed.column(0, _reach(row, relaxed))
            terms[slack] = 1 if row.lower > -INFINITE else -1
            slacks[slack] = 1
        relaxed.rows.append(Row(row.name, terms, row.lower, row.upper))
    relaxed.objectives = {BROKEN: slacks}
    relaxed.fill()
    return relaxed


def _reach(row: Row, model: Model) -> int:
    """The most that a row can be missed by."""
    worth = [weight * model.columns[index].upper for index, weight in row.terms.items()]
    if row.lower > -INFINITE:
        return row.lower - sum(value for value in worth if value < 0)
    return sum(value for value in worth if value > 0) - row.upper
