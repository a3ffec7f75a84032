"""The swap test: who holds the places, and what would get worse with somebody else in one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from peer_visits.allocation.solving.groups import Group
from peer_visits.allocation.solving.instance import Application, Instance, Placement
from peer_visits.allocation.solving.lottery import lottery_number


class Seats:
    """Who holds a place in which visit, who is left out, and what an exchange would make worse."""

    def __init__(self, instance: Instance, placements: Iterable[Placement]) -> None:
        self.instance = instance
        self.people, self.limits = instance.people(), instance.limits()
        self.wishes = {wish.key: wish for wish in instance.applications}
        self.capacity = {visit.id: visit.capacity for visit in instance.visits}
        self.held: dict[str, list[str]] = defaultdict(list)
        self.groups = {visit.id: Group(instance, visit.id) for visit in instance.visits}
        for person, visit in sorted(placements):
            self.held[person].append(visit)
            self.groups[visit].join(self.people[person])
        self.left_out: dict[str, list[Application]] = defaultdict(list)
        for wish in instance.applications:
            if wish.eligible and self.could_take(wish):
                self.left_out[wish.visit].append(wish)

    def could_take(self, wish: Application) -> bool:
        """Whether nothing but the visit itself keeps them out."""
        held = self.held[wish.applicant]
        return wish.visit not in held and len(held) < self.limits[wish.applicant] and not self.clash(wish)

    def clash(self, wish: Application) -> str | None:
        """A visit they hold that they cannot have beside this one."""
        for clash in self.instance.clashes:
            if wish.visit in clash:
                for visit in self.held[wish.applicant]:
                    if visit in clash and visit != wish.visit:
                        return visit
        return None

    def points(self, wish: Application) -> int:
        """What the wish is worth at the level of points."""
        used = "utility" in self.instance.objective and (
            "score" not in self.instance.objective
            or self.instance.objective.index("utility") < self.instance.objective.index("score")
        )
        return wish.score + (self.instance.bonus(wish.rank) if used else 0)

    def number(self, wish: Application) -> int:
        """Its lottery number."""
        return lottery_number(self.instance.seed, wish.applicant, wish.visit)

    def free(self, visit: str) -> bool:
        """Whether the visit has a place that nobody holds."""
        return len(self.groups[visit]) < self.capacity[visit]

    def better(self, wish: Application) -> int:
        """People of the visit with more points."""
        return sum(
            self.points(self.wishes[person, wish.visit]) > self.points(wish)
            for person in self.groups[wish.visit].people
        )

    def holders(self, wish: Application, group: Group) -> tuple[Counter[str], list[Application]]:
        """Rules by which people with no more points hold their places, and people held by later levels alone."""
        hard, soft = group.hard(), group.soft()
        rules, ties = Counter[str](), []
        for person in group.people.values():
            other = self.wishes[person.id, wish.visit]
            if self.points(other) > self.points(wish):
                continue
            names = self.kept_by(wish, other, group, hard, soft)
            rules.update(names)
            if not names and self.points(other) == self.points(wish):
                ties.append(other)
        return rules, ties

    def kept_by(
        self, wish: Application, other: Application, group: Group, hard: dict[str, int], soft: dict[str, int]
    ) -> list[str]:
        """What would be worse with `wish` in the place of `other`: the pin, hard rules, or soft rules together."""
        if other.key in self.instance.pinned:
            return [f"pin:{other.applicant}@{other.visit}"]
        after, cost = group.after(joins=self.people[wish.applicant], leaves=self.people[other.applicant])
        broken = [name for name, violation in after.items() if violation > hard[name]]
        if broken:
            return broken
        if sum(cost.values()) > sum(soft.values()):
            return [name for name, missed in cost.items() if missed > soft[name]]
        return []
