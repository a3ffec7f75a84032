"""The smallest set of hard rule instances that cannot hold together, capacity and limits included.

Every solution of the relaxed call breaks some rules, and a conflict contains one of each such set. So a smallest set
that hits all of them is proposed and tested with a plain solve, and what it missed is added, until one fails: that
one is a conflict, and no smaller one exists. The method is that of implicit hitting sets (A. Ignatiev, A. Previti,
M. Liffiton, J. Marques-Silva, "Smallest MUS Extraction with Minimal Hitting Set Dualization", CP 2015).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from peer_visits.allocation.solving.evaluator import judge_json
from peer_visits.allocation.solving.instance import Instance
from peer_visits.allocation.solving.model import BROKEN
from peer_visits.allocation.solving.provers.tasks import Task
from peer_visits.allocation.solving.race import Provers

Names = frozenset[str]


@dataclass(frozen=True)
class Conflict:
    """Rules that cannot hold together. `smallest`: no smaller set is one, and each is needed.

    `repair` are rules that, if they are given up, let all others hold.
    """

    rules: tuple[str, ...]
    smallest: bool
    repair: tuple[str, ...] = ()
    proof: dict[str, list[str]] = field(default_factory=dict)


def find_conflict(instance: Instance, race: Provers, *, seconds: float) -> Conflict:
    """A smallest conflict of a call that has no solution. If time is up, a set without the proof of being smallest."""
    search = _Search(instance, race, seconds)
    return search.run()


class _Search:
    def __init__(self, instance: Instance, race: Provers, seconds: float) -> None:
        self.race, self.call = race, instance.to_json()
        self.deadline = time.monotonic() + seconds
        # One prover alone, so that the same call is always answered with the same set.
        self.first, *self.others = race.names
        self.broken: list[Names] = []

    def run(self) -> Conflict:
        """Propose, test, learn."""
        proposed: Names = frozenset()
        while (left := self.deadline - time.monotonic()) > 0:
            missed = self._test(proposed, left, self.first)
            if missed is None:
                return self._conflict(proposed)
            if not missed:
                break
            self.broken.append(missed)
            proposed = smallest_hitting_set(self.broken)
        return Conflict(tuple(sorted(proposed)), smallest=False, repair=self._repair())

    def _test(self, kept: Names, seconds: float, prover: str) -> Names | None:
        """None if these rules cannot hold together; else what a solution that keeps them breaks."""
        task = Task(self.race.next_number(), BROKEN, seconds=seconds, kept=tuple(sorted(kept)))
        news = self.race.solve(task, among=[prover]).news
        if news.status == "infeasible":
            return None
        if news.placements is None:
            return frozenset()
        return frozenset(judge_json(self.call, news.placements).broken)

    def _conflict(self, rules: Names) -> Conflict:
        proof = {"conflict": [self.first], "smallest": [f"{self.first} hitting set"]}
        left = self.deadline - time.monotonic()
        for prover in self.others:
            if left > 0 and self._test(rules, left, prover) is None:
                proof["conflict"].append(prover)
        return Conflict(tuple(sorted(rules)), smallest=True, repair=self._repair(), proof=proof)

    def _repair(self) -> tuple[str, ...]:
        return min(
            (tuple(sorted(names)) for names in self.broken), key=lambda names: (len(names), names), default=()
        )


def smallest_hitting_set(sets: Iterable[Names]) -> Names:
    """The first in alphabetical search of the smallest sets that share a name with each of these."""
    wanted = _minimal(sets)
    size = 0
    while True:
        found = next(_hitting(wanted, frozenset(), size), None)
        if found is not None:
            return found
        size += 1


def _minimal(sets: Iterable[Names]) -> list[Names]:
    """Without those that contain another one."""
    kept: list[Names] = []
    for one in sorted(set(sets), key=lambda names: (len(names), sorted(names))):
        if not any(other <= one for other in kept):
            kept.append(one)
    return kept


def _hitting(sets: list[Names], chosen: Names, size: int) -> Iterator[Names]:
    open_sets = [names for names in sets if not names & chosen]
    if not open_sets:
        yield chosen
        return
    if len(chosen) == size or _apart(open_sets) > size - len(chosen):
        return
    for name in sorted(open_sets[0]):
        yield from _hitting(open_sets, chosen | {name}, size)


def _apart(sets: list[Names]) -> int:
    """How many of these share nothing with one another: each needs a name of its own."""
    used: set[str] = set()
    count = 0
    for names in sets:
        if not names & used:
            used |= names
            count += 1
    return count
