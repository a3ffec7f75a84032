"""From the solver's placements to what a decision carries out: places, waiting lists, refusals, by record."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from peer_visits.allocation.result import Placement, Result, Unplaced, Waiting
from peer_visits.allocation.solving import Instance, lottery_number
from peer_visits.allocation.solving.instance import Application
from peer_visits.kernel.text import Phrase, phrase

Key = tuple[str, str]  # applicant, visit
Reasons = Mapping[Key, Phrase]

_NOT_PROPOSED = phrase("The hosts of the visits you chose proposed others.")


def make_result(
    instance: Instance, placements: Sequence[Key], sources: Mapping[str, Any], reasons: Reasons
) -> Result:
    """Everybody who took part, at least once. Places held before are in the groups but are no news."""
    maker = _Maker(instance, placements, sources, reasons)
    placed = maker.placements()
    waiting = maker.waiting()
    heard = {one.person for one in placed} | {one.person for line in waiting.values() for one in line}
    return Result(placed, waiting, maker.unplaced(heard), maker.reasons_by_choice())


class _Maker:
    def __init__(
        self, instance: Instance, placements: Sequence[Key], sources: Mapping[str, Any], reasons: Reasons
    ) -> None:
        self.instance, self.reasons = instance, reasons
        self.choices = {(person, visit): uuid.UUID(choice) for person, visit, choice in sources["choices"]}
        self.held_before = {(person, visit) for person, visit in sources["held"]}
        self.wishes = {wish.key: wish for wish in instance.applications}
        self.all_placed = sorted(placements)
        self.ranks_of: dict[str, list[int]] = defaultdict(list)
        for person, visit in self.all_placed:
            self.ranks_of[person].append(self.wishes[person, visit].rank)

    def placements(self) -> tuple[Placement, ...]:
        """The new places, visit by visit, each visit's best-placed people first."""
        new = (key for key in self.all_placed if key not in self.held_before)
        return tuple(
            Placement(
                uuid.UUID(key[0]),
                uuid.UUID(key[1]),
                self.choices[key],
                self.wishes[key].rank,
                self.reasons[key],
            )
            for key in sorted(new, key=lambda key: (key[1], self._order(self.wishes[key])))
        )

    def waiting(self) -> dict[uuid.UUID, tuple[Waiting, ...]]:
        """Each visit's waiting list, by points, then the person's own rank, then the lottery."""
        placed, limits = set(self.all_placed), self.instance.limits()
        lines: dict[str, list[tuple[Application, bool]]] = defaultdict(list)
        for wish in self.instance.applications:
            if not wish.eligible or wish.key in placed or wish.key not in self.choices:
                continue
            held = self.ranks_of.get(wish.applicant, [])
            has_room = len(held) < limits[wish.applicant]
            if has_room or (held and wish.rank < max(held)):
                lines[wish.visit].append((wish, has_room))
        return {uuid.UUID(visit): self._line(line) for visit, line in sorted(lines.items())}

    def _line(self, line: list[tuple[Application, bool]]) -> tuple[Waiting, ...]:
        ordered = sorted(line, key=lambda one: self._order(one[0]))
        return tuple(
            Waiting(
                uuid.UUID(wish.applicant),
                uuid.UUID(wish.visit),
                self.choices[wish.key],
                wish.rank,
                position,
                self.reasons[wish.key],
                has_room,
            )
            for position, (wish, has_room) in enumerate(ordered, start=1)
        )

    def _order(self, wish: Application) -> tuple[int, int, int]:
        number = lottery_number(self.instance.seed, wish.applicant, wish.visit)
        return -wish.score, wish.rank, -number

    def unplaced(self, heard: set[uuid.UUID]) -> tuple[Unplaced, ...]:
        """People without a place who wait nowhere, with the sentence of their first wish."""
        first: dict[str, Application] = {}
        for wish in sorted(self.instance.applications, key=lambda wish: (wish.applicant, wish.rank)):
            first.setdefault(wish.applicant, wish)
        return tuple(
            Unplaced(uuid.UUID(person), self.reasons.get(wish.key, _NOT_PROPOSED))
            for person, wish in sorted(first.items())
            if uuid.UUID(person) not in heard and person not in self.ranks_of
        )

    def reasons_by_choice(self) -> dict[uuid.UUID, Phrase]:
        """One sentence for every choice that took part."""
        return {choice: self.reasons[key] for key, choice in self.choices.items() if key in self.reasons}
