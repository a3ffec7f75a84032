"""How much longer a day must be if it leads to several places: what the proof of a short day stands on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, permutations

from peer_visits.agenda.suggesting.instance import Instance

MOST_PLACES = 8  # on one day, for rows about three of them


def extra_minutes(instance: Instance, places: list[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Sets of two or three places, with the minutes beyond the usual gaps that visiting all of them costs at least.

    Ways over other places count, so that the bound also holds on a day that leads to more than these.
    """
    extra = _shortest_extra(instance, places)
    sizes = (2, 3) if len(places) <= MOST_PLACES else (2,)
    for size in sizes:
        for some in combinations(places, size):
            least = min(sum(extra[a, b] for a, b in pairwise(order)) for order in permutations(some))
            if least > 0:
                yield some, least


def _shortest_extra(instance: Instance, places: list[str]) -> dict[tuple[str, str], int]:
    """Between each two places the least sum of minutes beyond the usual gap (Floyd and Warshall)."""
    slot = instance.slot_minutes
    usual = instance.slots(instance.min_gap_minutes) * slot
    extra = {
        (a, b): max(0, instance.slots(instance.travel_minutes(a, b)) * slot - usual)
        for a in places
        for b in places
    }
    for via in places:
        for a in places:
            for b in places:
                extra[a, b] = min(extra[a, b], extra[a, via] + extra[via, b])
    return extra
