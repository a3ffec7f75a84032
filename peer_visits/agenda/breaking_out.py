"""Breakout groups of a visit over plain values: what is asked, what stands, and what somebody is told of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from peer_visits.agenda.mixing import Absence, Instance, Person, Pin, judge_json
from peer_visits.agenda.mixing.bounds import least_repeats
from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import phrase

Groups = list[list[str]]  # of one session: people by their id


@dataclass(frozen=True)
class Wish:
    """How groups are wanted: how many, who is always in which (from 1), who is away from which session."""

    groups: int = 4
    pins: Mapping[str, int] = field(default_factory=dict)
    away: frozenset[tuple[str, str]] = frozenset()  # session, person

    def to_json(self) -> dict[str, object]:
        """As it is kept."""
        return {"groups": self.groups, "pins": dict(self.pins), "away": sorted(map(list, self.away))}

    @staticmethod
    def from_json(data: Mapping[str, object]) -> Wish:
        """As it was kept; nothing was wished yet where nothing is."""
        groups, pins, away = data.get("groups", 4), data.get("pins", {}), data.get("away", [])
        assert isinstance(groups, int) and isinstance(pins, dict) and isinstance(away, list)  # noqa: S101, PT018
        return Wish(groups, pins, frozenset((session, person) for session, person in away))


@dataclass(frozen=True)
class Worth:
    """How well people are mixed: pairs who meet again, pairs of one country, and whether nothing less is possible."""

    repeats: int
    same_country: int
    is_least: bool


def make_question(people: Sequence[Person], sessions: Sequence[str], wish: Wish) -> Instance:
    """The question for the sessions in their order. Raises Refused where it cannot be answered."""
    known = {person.id for person in people}
    instance = Instance(
        people=tuple(people),
        groups=wish.groups,
        rounds=len(sessions),
        pins=tuple(Pin(person, group) for person, group in sorted(wish.pins.items()) if person in known),
        absences=tuple(
            Absence(person, sessions.index(session) + 1)
            for session, person in sorted(wish.away)
            if person in known and session in sessions
        ),
    )
    for _round, group, pinned, size in instance.overfull():
        raise Refused(
            phrase(
                "%(pinned)s people are to be in group %(group)s, which holds %(size)s. Let some of them go anywhere.",
                pinned=pinned,
                group=group,
                size=size,
            )
        )
    return instance


def worth_of(instance: Instance, rounds: Sequence[Groups]) -> Worth:
    """How well these groups mix the people who are in them now."""
    here = {person.id for person in instance.people}
    kept = [[[one for one in group if one in here] for group in groups] for groups in rounds]
    levels = judge_json(instance.to_json(), kept).levels
    repeats = levels["coincidences"]
    return Worth(repeats, levels["same_country"], repeats <= least_repeats(instance))


def own_group(groups: Groups, person: str) -> int | None:
    """The number of somebody's group, from 1; none where they are away."""
    return next((number for number, group in enumerate(groups, start=1) if person in group), None)
