"""What was given before a run: live places, choices used up, people who were on a visit earlier."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Holding:
    """A live place in the call: it takes a seat, and its person counts in the group."""

    person: uuid.UUID
    visit: uuid.UUID


@dataclass(frozen=True)
class Holdings:
    """What was given before a run: live places, choices used up by any place, and who was on a visit earlier."""

    live: tuple[Holding, ...] = ()
    spent: Collection[uuid.UUID] = frozenset()
    earlier: Collection[uuid.UUID] = frozenset()
