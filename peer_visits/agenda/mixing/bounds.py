"""What no groups can be better than, by the pigeonhole principle. A mix that reaches it is proven to be best."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from peer_visits.agenda.mixing.instance import Instance


def least_repeats(instance: Instance) -> int:
    """Repeated meetings that cannot be avoided.

    The sum of m (m - 1) / 2 over pairs of people counts, for every two rounds, the pairs who share a group in both.
    People who are there in both rounds fall into groups x groups cells by where they are, and who is in one cell meets
    twice: spread evenly, that is least. Counting all meetings against all pairs gives a second bound.
    """
    return max(_by_rounds(instance), _by_meetings(instance))


def _by_rounds(instance: Instance) -> int:
    total = 0
    for one, other in combinations(range(1, instance.rounds + 1), 2):
        here = {person.id for person in instance.present(one)}
        both = [person.id for person in instance.present(other) if person.id in here]
        pins = instance.pinned(one), instance.pinned(other)
        cells = Counter((pins[0][id_], pins[1][id_]) for id_ in both if id_ in pins[0] and id_ in pins[1])
        total += least_pairs(len(both), instance.groups**2, list(cells.values()))
    return total


def _by_meetings(instance: Instance) -> int:
    """All meetings, spread over the pairs, none of whom can meet more often than both are there."""
    meetings, times = 0, Counter[tuple[str, str]]()
    for number in range(1, instance.rounds + 1):
        meetings += sum(size * (size - 1) // 2 for size in instance.sizes(number))
        times.update(combinations(sorted(person.id for person in instance.present(number)), 2))
    total = 0
    for before in range(instance.rounds):  # the next meeting of a pair repeats `before` earlier ones
        able = sum(1 for often in times.values() if often > before)
        taken = min(meetings, able)
        total += taken * before
        meetings -= taken
    return total


def least_alike(instance: Instance, attribute: str) -> int:
    """Pairs of the same country, or kind of organisation, who cannot but share a group: each spread evenly."""
    total = 0
    for number in range(1, instance.rounds + 1):
        pins = instance.pinned(number)
        alike: dict[str, list[str]] = {}
        for person in instance.present(number):
            value = getattr(person, attribute)
            if value is not None:
                alike.setdefault(value, []).append(person.id)
        for ids in alike.values():
            cells = Counter(pins[id_] for id_ in ids if id_ in pins)
            total += least_pairs(len(ids), instance.groups, list(cells.values()))
    return total


def least_pairs(people: int, cells: int, pinned: list[int]) -> int:
    """The fewest pairs in one cell when people are spread over cells, some of which hold pinned people already."""
    held = pinned + [0] * (cells - len(pinned))
    for _person in range(people - sum(pinned)):
        held[held.index(min(held))] += 1
    return sum(size * (size - 1) // 2 for size in held)
