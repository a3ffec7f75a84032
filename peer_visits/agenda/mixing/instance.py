"""People to be split into groups, round after round: schema `peer-visits/breakout/1`.

Groups and rounds are numbered from 1, as people read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from peer_visits.kernel.ids import json_digest

SCHEMA = "peer-visits/breakout/1"
Rounds = tuple[tuple[tuple[str, ...], ...], ...]  # rounds, groups, people


@dataclass(frozen=True)
class Person:
    """Somebody by what is to be mixed; None is not known and like nobody else."""

    id: str
    country: str | None = None
    org_type: str | None = None


@dataclass(frozen=True)
class Pin:
    """Somebody who is to be in this group, in one round or (None) in every one."""

    person: str
    group: int
    round: int | None = None


@dataclass(frozen=True)
class Absence:
    """Somebody who is away in one round or (None) in every one."""

    person: str
    round: int | None = None


@dataclass(frozen=True)
class Instance:
    """Who is to be mixed, into how many groups, how many times."""

    people: tuple[Person, ...]
    groups: int
    rounds: int
    pins: tuple[Pin, ...] = ()
    absences: tuple[Absence, ...] = ()
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """As in the schema; reading it again gives the same instance."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "people": [
                {"id": one.id, "country": one.country, "org_type": one.org_type} for one in self.people
            ],
            "groups": self.groups,
            "rounds": self.rounds,
            "pins": [{"person": pin.person, "group": pin.group, "round": pin.round} for pin in self.pins],
            "absences": [{"person": away.person, "round": away.round} for away in self.absences],
        }

    def digest(self) -> str:
        """SHA-256 of what was asked; neither the name nor the order of rows counts."""
        return json_digest(replace(self.canonical(), name="").to_json())

    def canonical(self) -> Instance:
        """The same with everything in one order, so that shuffled rows are mixed alike."""
        return replace(
            self,
            people=tuple(sorted(self.people, key=lambda one: one.id)),
            pins=tuple(sorted(self.pins, key=lambda pin: (pin.person, pin.round or 0, pin.group))),
            absences=tuple(sorted(self.absences, key=lambda away: (away.person, away.round or 0))),
        )

    def present(self, number: int) -> list[Person]:
        """Who is there in a round."""
        away = {one.person for one in self.absences if one.round in {None, number}}
        return [one for one in self.people if one.id not in away]

    def pinned(self, number: int) -> dict[str, int]:
        """Who is pinned to which group in a round, of those who are there."""
        here = {one.id for one in self.present(number)}
        return {
            pin.person: pin.group for pin in self.pins if pin.person in here and pin.round in {None, number}
        }

    def sizes(self, number: int) -> list[int]:
        """How many each group may hold in a round: all alike, or one more where the most people are pinned.

        Without pins, which groups are the larger ones is left to the search.
        """
        least, more = divmod(len(self.present(number)), self.groups)
        pinned = Counter(self.pinned(number).values())
        larger = sorted(range(1, self.groups + 1), key=lambda group: (-pinned[group], group))[:more]
        return [least + (group in larger) for group in range(1, self.groups + 1)]

    def overfull(self) -> Iterator[tuple[int, int, int, int]]:
        """Round, group, people pinned and places, where more are pinned than fit."""
        for number in range(1, self.rounds + 1):
            pinned, sizes = Counter(self.pinned(number).values()), self.sizes(number)
            for group, size in enumerate(sizes, start=1):
                if pinned[group] > size:
                    yield number, group, pinned[group], size
