"""Mixes people: several searches one after the other, until the bounds are reached or the steps are used up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import Any

from peer_visits.agenda.mixing.annealing import COLD, HOT, LOOSE, SEED, STRICT, Levels, Mixer
from peer_visits.agenda.mixing.bounds import least_alike, least_repeats
from peer_visits.agenda.mixing.evaluator import judge_json
from peer_visits.agenda.mixing.instance import Instance, Rounds

SEARCHES = 24
STEPS = 120_000  # of one search
SETTLING = 0.2  # of the steps go into settling strictly level by level


class Misjudged(RuntimeError):
    """The evaluator does not agree with the search: the groups are not given out."""


@dataclass(frozen=True)
class Answer:
    """Groups for every round, what they are worth, and what nothing can be better than."""

    name: str
    levels: dict[str, int]
    lower_bounds: dict[str, int]
    rounds: Rounds
    seconds: float = 0.0
    digest: str = ""

    @property
    def proven(self) -> bool:
        """Whether every level is at its bound: then nothing is better."""
        return self.levels == self.lower_bounds

    @property
    def gaps(self) -> dict[str, int]:
        """By how much each level may be better at most."""
        return {level: value - self.lower_bounds[level] for level, value in self.levels.items()}

    def to_json(self) -> dict[str, Any]:
        """The shape of the published answers."""
        groups = [[list(group) for group in groups] for groups in self.rounds]
        return {
            "name": self.name,
            **self.levels,
            "lower_bounds": self.lower_bounds,
            "proven": self.proven,
            "rounds": groups,
            "example": groups,  # as published answers name it
            "details": {"gaps": self.gaps, "seconds": round(self.seconds, 3), "input": self.digest},
        }


def mix(
    instance: Instance,
    *,
    seconds: float = 20.0,
    searches: int = SEARCHES,
    steps: int = STEPS,
) -> Answer:
    """Groups that meet as few people twice as possible, then mix countries, then kinds of organisation.

    The same people get the same groups; `seconds` is a guard for very large visits, which it may cut off between two
    searches. Raises Misjudged.
    """
    started = time.monotonic()
    canonical = instance.canonical()
    bounds = _bounds(canonical)
    best: tuple[Levels, Rounds] | None = None
    for number in range(searches):
        found = _search(canonical, Random(SEED + number), steps, bounds)  # noqa: S311  (nothing is secret)
        if best is None or found[0] < best[0]:
            best = found
        if best[0] == bounds or time.monotonic() - started > seconds * (number + 1) / (number + 2):
            break
    assert best is not None  # noqa: S101  (there is at least one search)
    return _answer(instance, bounds, best, time.monotonic() - started)


def _bounds(instance: Instance) -> Levels:
    return least_repeats(instance), least_alike(instance, "country"), least_alike(instance, "org_type")


def _search(instance: Instance, random: Random, steps: int, bounds: Levels) -> tuple[Levels, Rounds]:
    mixer = Mixer(instance, random)
    keep = _Best(mixer, bounds)
    if mixer.open and not keep.is_done:
        settling = int(steps * SETTLING)
        if not mixer.anneal(steps - settling, LOOSE, HOT, COLD, keep):
            mixer.anneal(settling, STRICT, COLD, COLD / 10, keep)
    return keep.levels, keep.rounds


class _Best:
    """Keeps the best state of a search; calling it looks at the state as it is."""

    def __init__(self, mixer: Mixer, bounds: Levels) -> None:
        self.mixer, self.bounds = mixer, bounds
        self.levels, self.rounds = mixer.levels(), mixer.snapshot()

    @property
    def is_done(self) -> bool:
        return self.levels == self.bounds

    def __call__(self) -> bool:
        levels = self.mixer.levels()
        if levels < self.levels:
            self.levels, self.rounds = levels, self.mixer.snapshot()
        return self.is_done


def _answer(instance: Instance, bounds: Levels, best: tuple[Levels, Rounds], seconds: float) -> Answer:
    verdict = judge_json(instance.to_json(), best[1])
    if not verdict.holds:
        raise Misjudged("; ".join(verdict.broken))
    names = ("coincidences", "same_country", "same_type")
    found, least = dict(zip(names, best[0], strict=True)), dict(zip(names, bounds, strict=True))
    if any(found[level] != value for level, value in verdict.levels.items()):
        raise Misjudged(f"the search says {found}, counting says {verdict.levels}")
    levels = verdict.levels
    return Answer(
        instance.name, levels, {level: least[level] for level in levels}, best[1], seconds, instance.digest()
    )
