"""The waiting list: who is next when a place is given up. Deterministic; nobody else moves.

The candidates for a free place are the people with an eligible application to this visit that is not given up, who are
not in it and hold fewer places than their limit. Who has a clash, or would raise the violation of a hard rule of this
visit, is blocked. Of the others the first by (hard violation of the visit after, weighted soft violation of the visit
after, -score, rank, -lottery) is promoted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from peer_visits.allocation.solving.groups import Group
from peer_visits.allocation.solving.instance import Application, Instance, Placement
from peer_visits.allocation.solving.lottery import lottery_number

CLASH = "clash"


@dataclass(frozen=True)
class Event:
    """`decline` gives up one place and that application; `withdraw` all places and all applications."""

    type: Literal["decline", "withdraw"]
    applicant: str
    visit: str | None = None

    @staticmethod
    def from_json(data: dict[str, Any]) -> Event:
        """As in the schema."""
        return Event(data["type"], data["applicant"], data.get("visit"))

    def to_json(self) -> dict[str, str]:
        """As in the schema."""
        data = {"type": self.type, "applicant": self.applicant}
        return data if self.visit is None else data | {"visit": self.visit}


@dataclass(frozen=True)
class Place:
    """A visit that stays with free places, and who is blocked by which rule."""

    visit: str
    free: int
    blocked: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As in the published logs."""
        return {
            "visit": self.visit,
            "blocked": {rule: list(people) for rule, people in sorted(self.blocked.items())},
        }


@dataclass(frozen=True)
class Handled:
    """What one event led to."""

    event: Event
    promoted: tuple[Placement, ...]
    open: tuple[Place, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the published logs."""
        return {
            "event": self.event.to_json(),
            "promoted": [list(pair) for pair in self.promoted],
            "open": [place.to_json() for place in self.open],
        }


@dataclass(frozen=True)
class Ranked:
    """A candidate and where they stand for a free place: smaller is earlier. Blocked ones name their rules."""

    application: Application
    order: tuple[int, ...]
    blocked: tuple[str, ...] = ()


def promote(instance: Instance, placements: Iterable[Placement], events: Sequence[Event]) -> list[Handled]:
    """Handle one event after the other."""
    waiting = WaitingList(instance, placements)
    return [waiting.handle(event) for event in events]


class WaitingList:
    """The state between events: who holds what, and what has been given up."""

    def __init__(
        self, instance: Instance, placements: Iterable[Placement], given_up: Iterable[Placement] = ()
    ) -> None:
        self.instance = instance
        self.people = instance.people()
        self.limits = instance.limits()
        self.capacity = {visit.id: visit.capacity for visit in instance.visits}
        self.given_up = set(given_up)
        self.held: dict[str, set[str]] = defaultdict(set)
        self.groups = {visit.id: Group(instance, visit.id) for visit in instance.visits}
        self.wishes: dict[str, list[Application]] = defaultdict(list)
        for wish in instance.applications:
            if wish.eligible:
                self.wishes[wish.visit].append(wish)
        for person, visit in placements:
            self._place(person, visit)

    @property
    def placements(self) -> list[Placement]:
        """Who holds what now, sorted."""
        return sorted((person, visit) for visit, group in self.groups.items() for person in group.people)

    def handle(self, event: Event) -> Handled:
        """Take back what is given up, then fill the visits concerned, by id."""
        concerned = self._take_back(event)
        promoted: list[Placement] = []
        still_open: list[Place] = []
        for visit in sorted(concerned):
            promoted += self.fill(visit)
            if self.free(visit) > 0:
                still_open.append(Place(visit, self.free(visit), self._blocked(visit)))
        return Handled(event, tuple(promoted), tuple(still_open))

    def free(self, visit: str) -> int:
        """Places that nobody holds."""
        return self.capacity[visit] - len(self.groups[visit])

    def fill(self, visit: str) -> list[Placement]:
        """Promote while there is a free place and somebody who may have it."""
        promoted: list[Placement] = []
        while self.free(visit) > 0 and (following := self.next_for(visit)) is not None:
            self._place(following.applicant, visit)
            promoted.append(following.key)
        return promoted

    def next_for(self, visit: str) -> Application | None:
        """Who would be promoted into this visit; None if nobody may be."""
        free = [ranked for ranked in self.candidates(visit) if not ranked.blocked]
        return min(free, key=lambda ranked: ranked.order).application if free else None

    def candidates(self, visit: str) -> list[Ranked]:
        """Everybody who waits for this visit, with their order or what blocks them."""
        before = self.groups[visit].hard()
        return [self._rank(wish, before) for wish in self.wishes[visit] if self._is_candidate(wish)]

    def _rank(self, wish: Application, before: dict[str, int]) -> Ranked:
        if self._clashes(wish):
            return Ranked(wish, (), (CLASH,))
        after, soft = self.groups[wish.visit].after(joins=self.people[wish.applicant])
        blocking = tuple(name for name, violation in after.items() if violation > before[name])
        order = (
            sum(after.values()),
            sum(soft.values()),
            -wish.score,
            wish.rank,
            -lottery_number(self.instance.seed, wish.applicant, wish.visit),
        )
        return Ranked(wish, order, blocking)

    def _is_candidate(self, wish: Application) -> bool:
        held = self.held[wish.applicant]
        return (
            wish.key not in self.given_up
            and wish.visit not in held
            and len(held) < self.limits[wish.applicant]
        )

    def _clashes(self, wish: Application) -> bool:
        return any(
            wish.visit in clash and self.held[wish.applicant] & set(clash) for clash in self.instance.clashes
        )

    def _blocked(self, visit: str) -> dict[str, tuple[str, ...]]:
        blocked: dict[str, list[str]] = defaultdict(list)
        for ranked in self.candidates(visit):
            for rule in ranked.blocked:
                blocked[rule].append(ranked.application.applicant)
        return {rule: tuple(sorted(people)) for rule, people in sorted(blocked.items())}

    def _place(self, person: str, visit: str) -> None:
        self.held[person].add(visit)
        self.groups[visit].join(self.people[person])

    def _take_back(self, event: Event) -> set[str]:
        """The visits concerned."""
        if event.type == "decline" and event.visit is not None:
            visits = {event.visit}
            self.given_up.add((event.applicant, event.visit))
        else:
            visits = set(self.held[event.applicant])
            self.given_up |= {(event.applicant, visit) for visit in self.capacity}
        for visit in visits:
            self.held[event.applicant].discard(visit)
            self.groups[visit].leave(event.applicant)
        return visits
