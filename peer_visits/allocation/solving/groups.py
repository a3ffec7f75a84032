"""How far the rules of one visit are missed by the people in it, and would be if one joined or left.

For the waiting list and the sentences; the evaluator counts by code of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from peer_visits.allocation.solving.instance import Applicant, Instance, Rule, Value, rule_instance


@dataclass
class Tally:
    """A rule in one visit with what it counts: people meant, the base of a share, people by value."""

    rule: Rule
    name: str
    meant: int = 0
    base: int = 0
    sizes: Counter[Value] = field(default_factory=Counter)

    def count(self, person: Applicant, by: int) -> None:
        """Somebody joins (1) or leaves (-1)."""
        self.base += by * self.rule.of.matches(person)
        if not self.rule.where.matches(person):
            return
        self.meant += by
        if self.rule.attr is not None and (value := person.value(self.rule.attr)) is not None:
            self.sizes[value] += by

    @property
    def violation(self) -> int:
        """By how many people the rule is missed."""
        if self.rule.kind == "max":
            return max(0, self.meant - self.rule.bound)
        if self.rule.kind == "min":
            return max(0, self.rule.bound - self.meant)
        if self.rule.kind == "max_each":
            return sum(size - self.rule.bound for size in self.sizes.values() if size > self.rule.bound)
        over = 100 * self.meant - self.rule.pct * self.base - 100 * self.rule.plus
        return max(0, -(-over // 100))


class Group:
    """The people in one visit, and its rules counted over them."""

    def __init__(self, instance: Instance, visit: str, people: Iterable[Applicant] = ()) -> None:
        self.visit = visit
        self.people: dict[str, Applicant] = {}
        self.tallies = [
            Tally(rule, rule_instance(rule.id, visit))
            for rule in instance.rules
            if rule.visits is None or visit in rule.visits
        ]
        for person in people:
            self.join(person)

    def __len__(self) -> int:
        return len(self.people)

    def join(self, person: Applicant) -> None:
        """Somebody comes in."""
        self.people[person.id] = person
        self._count(person, 1)

    def leave(self, person: str) -> None:
        """Somebody who may be in it is no longer."""
        if person in self.people:
            self._count(self.people.pop(person), -1)

    def _count(self, person: Applicant, by: int) -> None:
        for tally in self.tallies:
            tally.count(person, by)

    def hard(self) -> dict[str, int]:
        """The violation of every hard rule, 0 if it is kept."""
        return {tally.name: tally.violation for tally in self.tallies if tally.rule.hard}

    def soft(self) -> dict[str, int]:
        """The weighted violation of every soft rule."""
        return {
            tally.name: tally.rule.weight * tally.violation for tally in self.tallies if not tally.rule.hard
        }

    def after(
        self, *, joins: Applicant | None = None, leaves: Applicant | None = None
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Hard and soft violations as they would be."""
        changes = [(person, by) for person, by in ((joins, 1), (leaves, -1)) if person is not None]
        for person, by in changes:
            self._count(person, by)
        found = self.hard(), self.soft()
        for person, by in changes:
            self._count(person, -by)
        return found


def violation(rule: Rule, people: Iterable[Applicant]) -> int:
    """By how many people a group misses a rule."""
    tally = Tally(rule, rule.id)
    for person in people:
        tally.count(person, 1)
    return tally.violation
