"""What an allocation comes to, as plain values: who gets a place, who waits where, and why, sentence by sentence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from peer_visits.kernel.text import Phrase


@dataclass(frozen=True)
class Placement:
    """A person gets a place in a visit; `rank` is their own, 1 for the first wish."""

    person: uuid.UUID
    visit: uuid.UUID
    choice: uuid.UUID
    rank: int
    reason: Phrase


@dataclass(frozen=True)
class Waiting:
    """A person's position on a visit's waiting list, counted from 1.

    `has_room` is false for somebody who holds all the places they may hold and would only change to this one.
    """

    person: uuid.UUID
    visit: uuid.UUID
    choice: uuid.UUID
    rank: int
    position: int
    reason: Phrase
    has_room: bool = True


@dataclass(frozen=True)
class Unplaced:
    """A person without a place, who waits nowhere either."""

    person: uuid.UUID
    reason: Phrase


@dataclass(frozen=True)
class Result:
    """The whole outcome of a run: everybody who took part is in it at least once.

    `waiting` has each visit's people in the order in which a place that becomes free is offered while no rule
    speaks against it. `reasons` has one sentence for every choice that took part, placed or not.
    """

    placements: tuple[Placement, ...]
    waiting: Mapping[uuid.UUID, tuple[Waiting, ...]]
    unplaced: tuple[Unplaced, ...]
    reasons: Mapping[uuid.UUID, Phrase] = field(repr=False)
