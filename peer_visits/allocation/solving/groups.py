"""How far the rules of one visit are missed by the people in it, counted from the call's own values.

For the waiting list and the sentences; the evaluator counts by code of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from peer_visits.allocation.solving.instance import Applicant, Instance, Rule, rule_instance


@dataclass(frozen=True)
class VisitRules:
    """The rules that hold in one visit."""

    visit: str
    rules: tuple[Rule, ...]

    @staticmethod
    def of(instance: Instance, visit: str) -> VisitRules:
        """In the order of the call."""
        return VisitRules(
            visit, tuple(rule for rule in instance.rules if rule.visits is None or visit in rule.visits)
        )

    def hard(self, group: Sequence[Applicant]) -> dict[str, int]:
        """The violation of every hard rule instance, 0 if it is kept."""
        return {
            rule_instance(rule.id, self.visit): violation(rule, group) for rule in self.rules if rule.hard
        }

    def soft(self, group: Sequence[Applicant]) -> int:
        """The weighted violation of the soft rules."""
        return sum(rule.weight * violation(rule, group) for rule in self.rules if not rule.hard)


def violation(rule: Rule, group: Sequence[Applicant]) -> int:
    """By how many people a group misses a rule."""
    meant = [person for person in group if rule.where.matches(person)]
    if rule.kind == "max":
        return max(0, len(meant) - rule.bound)
    if rule.kind == "min":
        return max(0, rule.bound - len(meant))
    if rule.kind == "max_each":
        values = (person.value(rule.attr) for person in meant if rule.attr is not None)
        sizes = Counter(value for value in values if value is not None)
        return sum(max(0, size - rule.bound) for size in sizes.values())
    base = sum(1 for person in group if rule.of.matches(person))
    return max(0, -(-(100 * len(meant) - rule.pct * base - 100 * rule.plus) // 100))
