"""Looks for groups by simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983): two people of a round change groups.

Repeated meetings are minimised, not different ones maximised: the latter is reached by keeping some pairs together in
every round. The search has a fixed seed and a fixed number of steps, so the same people get the same groups.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import chain, permutations
from random import Random

from peer_visits.agenda.mixing.instance import Instance, Person, Rounds

Cost = tuple[float, float, float]
Levels = tuple[int, int, int]  # repeats, pairs of one country, pairs of one kind of organisation
SEED = 20210501
HOT, COLD = 0.6, 0.15  # temperatures, in repeated meetings; tried on 24 people in 4 and in 6 groups
# What one pair of each kind costs, while looking about and while settling strictly level by level.
LOOSE: Cost = (1.0, 1.0, 0.3)
STRICT: Cost = (1.0, 1e-3, 1e-6)


class Mixer:
    """One state of all rounds, with who met whom how often."""

    def __init__(self, instance: Instance, random: Random) -> None:
        self.people = [person.id for person in instance.people]
        self.random = random
        # Smaller groups are filled up with empty chairs, each of one round: they meet everybody there once, which is
        # no repeat. So whoever changes places with a chair changes which group is the smaller one.
        chairs = sum(max(sizes) - size for sizes in _all_sizes(instance) for size in sizes)
        size = len(self.people) + chairs
        self.chairs = iter(range(len(self.people), size))
        self.alike = _alike(instance.people, "country", size), _alike(instance.people, "org_type", size)
        self.met = [[0] * size for _person in range(size)]
        self.rounds = [self._shuffled(instance, number) for number in range(1, instance.rounds + 1)]
        for group in chain.from_iterable(self.rounds):
            for one, other in permutations(group, 2):
                self.met[one][other] += 1
        self.worth = self._count()
        pinned = [instance.pinned(number) for number in range(1, instance.rounds + 1)]
        self.loose = [
            [
                (g, i)
                for g, group in enumerate(groups)
                for i, who in enumerate(group)
                if self._is_chair(who) or self.people[who] not in pins
            ]
            for groups, pins in zip(self.rounds, pinned, strict=True)
        ]
        # Rounds in which two people can change groups.
        self.open = [r for r, seats in enumerate(self.loose) if len({group for group, _seat in seats}) > 1]

    def _shuffled(self, instance: Instance, number: int) -> list[list[int]]:
        pins, index = instance.pinned(number), {id_: i for i, id_ in enumerate(self.people)}
        groups: list[list[int]] = [[] for _group in range(instance.groups)]
        for id_, at in pins.items():
            groups[at - 1].append(index[id_])
        others = [index[person.id] for person in instance.present(number) if person.id not in pins]
        self.random.shuffle(others)
        sizes = instance.sizes(number)
        for group, size in zip(groups, sizes, strict=True):
            while len(group) < size:
                group.append(others.pop())
            group += [next(self.chairs) for _empty in range(max(sizes) - size)]
        return groups

    def _is_chair(self, who: int) -> bool:
        return who >= len(self.people)

    def levels(self) -> Levels:
        """What this state is worth."""
        return self.worth[0], self.worth[1], self.worth[2]

    def _count(self) -> list[int]:
        repeats = sum(times * (times - 1) for row in self.met for times in row) // 4
        alike = [
            sum(
                t * s
                for row, same in zip(self.met, alike, strict=True)
                for t, s in zip(row, same, strict=True)
            )
            // 2
            for alike in self.alike
        ]
        return [repeats, *alike]

    def snapshot(self) -> Rounds:
        """The groups by name, everybody in the order of the list."""
        return tuple(
            tuple(
                tuple(self.people[who] for who in sorted(group) if not self._is_chair(who))
                for group in groups
            )
            for groups in self.rounds
        )

    def anneal(self, steps: int, cost: Cost, hot: float, cold: float, better: Callable[[], bool]) -> bool:
        """Cool down from `hot`. `better` is told of every step that made it so; True ends the search at once."""
        prices, random = self._prices(cost), self.random.random
        cooling = (cold / hot) ** (1 / max(1, steps))
        heat = hot
        for _step in range(steps):
            heat *= cooling
            number = self.open[int(random() * len(self.open))]
            seats = self.loose[number]
            (g, i), (h, j) = seats[int(random() * len(seats))], seats[int(random() * len(seats))]
            if g == h:
                continue
            here, there = self.rounds[number][g], self.rounds[number][h]
            if self._would_be_uneven(here, i, there, j):
                continue
            change = _change(prices, here, i, there, j)
            if change <= 0 or random() < math.exp(-change / heat):
                self._swap(prices, here, i, there, j)
                if change < 0 and better():
                    return True
        return False

    def _would_be_uneven(self, here: list[int], i: int, there: list[int], j: int) -> bool:
        """A second empty chair in one group."""
        moved = here if self._is_chair(here[i]) else there if self._is_chair(there[j]) else None
        return moved is not None and any(map(self._is_chair, there if moved is here else here))

    def _prices(self, cost: Cost) -> list[list[float]]:
        """What it costs that two people share a group once more: their meetings so far, and their likeness."""
        return [
            [cost[0] * m + cost[1] * c + cost[2] * k for m, c, k in zip(met, country, kind, strict=True)]
            for met, country, kind in zip(self.met, *self.alike, strict=True)
        ]

    def _swap(self, prices: list[list[float]], here: list[int], i: int, there: list[int], j: int) -> None:
        p, q = here[i], there[j]
        for group, leaves, joins in ((here, p, q), (there, q, p)):
            for x in group:
                if x != leaves:
                    self._meet(prices, x, leaves, -1)
                    self._meet(prices, x, joins, 1)
        here[i], there[j] = q, p

    def _meet(self, prices: list[list[float]], one: int, other: int, times: int) -> None:
        """Once more, or once less."""
        before = self.met[one][other]
        self.met[one][other] = self.met[other][one] = before + times
        prices[one][other] = prices[other][one] = prices[one][other] + times
        self.worth[0] += before if times > 0 else 1 - before
        for level, alike in enumerate(self.alike, start=1):
            self.worth[level] += times * alike[one][other]


def _change(prices: list[list[float]], here: list[int], i: int, there: list[int], j: int) -> float:
    """What it costs if those two change groups: a pair that met m times costs m more when it meets again."""
    p, q = here[i], there[j]
    price_p, price_q = prices[p], prices[q]
    change = float(len(here) + len(there) - 2)
    for x in here:
        change += price_q[x] - price_p[x]
    for y in there:
        change += price_p[y] - price_q[y]
    # Neither of them meets the other, nor themselves.
    return change - (price_q[p] - price_p[p]) - (price_p[q] - price_q[q])


def _all_sizes(instance: Instance) -> list[list[int]]:
    return [instance.sizes(number) for number in range(1, instance.rounds + 1)]


def _alike(people: tuple[Person, ...], attribute: str, size: int) -> list[list[int]]:
    """Whether two are of one kind; an empty chair is like nobody."""
    values = [getattr(person, attribute) for person in people] + [None] * (size - len(people))
    return [
        [int(i != j and one is not None and one == other) for j, other in enumerate(values)]
        for i, one in enumerate(values)
    ]
