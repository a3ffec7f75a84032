"""State tables: which command leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from peer_visits.kernel.errors import Refused
from peer_visits.kernel.text import Phrase, phrase

S = TypeVar("S", bound=StrEnum)
C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True)
class StateTable(Generic[S, C]):
    """Every allowed step as `(state, command) -> state`; what is not in it is refused."""

    steps: Mapping[tuple[S, C], S]
    refusals: Mapping[C, Phrase]

    def allows(self, state: S, command: C) -> bool:
        """Whether the command can be given in this state."""
        return (state, command) in self.steps

    def step(self, state: S, command: C) -> S:
        """The state after the command. Raises Refused with the command's own sentence."""
        try:
            return self.steps[state, command]
        except KeyError:
            raise Refused(self.refusals.get(command, phrase("This step is not possible any more."))) from None
