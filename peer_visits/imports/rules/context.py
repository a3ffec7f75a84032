"""What a table is read with: the call's visits, questions and rules, by their folded names."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from peer_visits.applications.rules import question_field
from peer_visits.questions.definition import Asked, Questionnaire
from peer_visits.questions.kinds import AskedOf, Kind


@dataclass(frozen=True)
class Context:
    """What the rows are matched with. Names are folded."""

    visits: Mapping[str, uuid.UUID]
    questionnaire: Questionnaire
    countries: Mapping[str, str]
    kinds: Mapping[str, str]
    most_choices: int
    eligible_countries: Sequence[str]
    eligible_kinds: Sequence[str]
    applied: frozenset[str]

    @cached_property
    def visit_ids(self) -> frozenset[uuid.UUID]:
        """The visits, however many names each goes by."""
        return frozenset(self.visits.values())

    def targets(self) -> list[str]:
        """Everything a column can stand for, in the order of the form."""
        found = ["name", "email", "organisation", "kind", "country", "sent"]
        for rank in range(1, self.most_choices + 1):
            found += [f"visit_{rank}", f"why_{rank}"]
            found += [question_field(one.id, rank) for one in self.importable(AskedOf.CHOICE)]
        found += [question_field(one.id) for one in self.importable(AskedOf.APPLICATION)]
        return [*found, "substitute_name", "substitute_email"]

    def importable(self, whom: AskedOf) -> list[Asked]:
        """Questions whose answers a table can hold: a file is none."""
        return self._importable[whom]

    @cached_property
    def _importable(self) -> Mapping[AskedOf, list[Asked]]:
        asked = {whom: self.questionnaire.asked_of(whom) for whom in AskedOf}
        return {
            whom: [one for one in every if one.definition.kind is not Kind.FILE]
            for whom, every in asked.items()
        }
