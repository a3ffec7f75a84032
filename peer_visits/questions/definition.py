"""A question as plain values: what is asked, and in which words. Kept as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from peer_visits.kernel.text import Texts, fold
from peer_visits.questions.kinds import AskedOf, Audience, Kind, Unit

# What somebody typed, as typed: one text, or the keys of the options they chose.
Raw = str | list[str]
Answers = Mapping[uuid.UUID, Raw]


@dataclass(frozen=True)
class Option:
    """One answer to choose; the key is what is stored and never changes."""

    key: str
    labels: Texts


@dataclass(frozen=True)
class Condition:
    """Shown only if an earlier question is answered with one of these values."""

    question: uuid.UUID
    values: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """All that can be said of a question. Which parts count depends on its kind."""

    kind: Kind
    labels: Texts
    helps: Texts = field(default_factory=dict)
    asked_of: AskedOf = AskedOf.APPLICATION
    required: bool = True
    options: tuple[Option, ...] = ()
    limit: int | None = None
    unit: Unit = Unit.CHARACTERS
    lowest: int | None = None
    highest: int | None = None
    condition: Condition | None = None
    audience: Audience = Audience.HOSTS
    purpose: str = ""
    keep_months: int = 24

    @cached_property
    def keys_by_word(self) -> Mapping[str, str]:
        """The key of each option by whatever says it, folded: the key itself, or its label in any language."""
        keys = {fold(option.key): option.key for option in self.options}
        return keys | {fold(label): one.key for one in self.options for label in one.labels.values()}

    def to_json(self) -> dict[str, Any]:
        """As JSON keeps it; `read_definition` is its way back."""
        shown_if = self.condition and {
            "question": str(self.condition.question),
            "values": list(self.condition.values),
        }
        return {
            "kind": self.kind.value,
            "labels": dict(self.labels),
            "helps": dict(self.helps),
            "asked_of": self.asked_of.value,
            "required": self.required,
            "options": [{"key": option.key, "labels": dict(option.labels)} for option in self.options],
            "limit": self.limit,
            "unit": self.unit.value,
            "lowest": self.lowest,
            "highest": self.highest,
            "condition": shown_if,
            "audience": self.audience.value,
            "purpose": self.purpose,
            "keep_months": self.keep_months,
        }


def read_definition(kept: Mapping[str, Any]) -> Definition:
    """A definition from its JSON."""
    shown_if = kept["condition"]
    return Definition(
        kind=Kind(kept["kind"]),
        labels=kept["labels"],
        helps=kept["helps"],
        asked_of=AskedOf(kept["asked_of"]),
        required=kept["required"],
        options=tuple(Option(one["key"], one["labels"]) for one in kept["options"]),
        limit=kept["limit"],
        unit=Unit(kept["unit"]),
        lowest=kept["lowest"],
        highest=kept["highest"],
        condition=shown_if and Condition(uuid.UUID(shown_if["question"]), tuple(shown_if["values"])),
        audience=Audience(kept["audience"]),
        purpose=kept["purpose"],
        keep_months=kept["keep_months"],
    )


@dataclass(frozen=True)
class Asked:
    """A question as it is put now: `number` says which wording this is."""

    id: uuid.UUID
    number: int
    definition: Definition


@dataclass(frozen=True)
class Part:
    """A section of the form: its title, a word before it, and its questions in order."""

    id: uuid.UUID
    titles: Texts
    intros: Texts
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class Questionnaire:
    """Everything a call asks, in order."""

    parts: tuple[Part, ...] = ()

    def asked_of(self, whom: AskedOf) -> tuple[Asked, ...]:
        """The questions of the application, or those of each choice."""
        return self._by_whom[whom]

    def all(self) -> tuple[Asked, ...]:
        """Every question in the order of the form."""
        return self._all

    @cached_property
    def by_id(self) -> Mapping[uuid.UUID, Asked]:
        """Every question by its id."""
        return {one.id: one for one in self._all}

    @cached_property
    def _all(self) -> tuple[Asked, ...]:
        return tuple(one for part in self.parts for one in part.questions)

    @cached_property
    def _by_whom(self) -> Mapping[AskedOf, tuple[Asked, ...]]:
        """Worked out once: an import asks for every row."""
        return {whom: tuple(one for one in self._all if one.definition.asked_of is whom) for whom in AskedOf}
