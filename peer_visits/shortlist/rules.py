"""Scores and orders, as plain calculations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol


class Scale(Protocol):
    """What the rules need to know of a criterion."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def weight(self) -> int: ...
    @property
    def maximum(self) -> int: ...


def weighted_score(values: Mapping[uuid.UUID, int], criteria: Iterable[Scale]) -> float | None:
    """The weighted mean of what was scored, from 0 to 100; nothing if nothing was scored.

    A criterion without a value counts neither way.
    """
    scored = [criterion for criterion in criteria if criterion.id in values]
    weight = sum(criterion.weight for criterion in scored)
    if not weight:
        return None
    total = sum(values[one.id] * one.weight / one.maximum for one in scored)
    return 100 * total / weight


def inserted(order: Sequence[uuid.UUID], moved: Sequence[uuid.UUID], position: int | None) -> list[uuid.UUID]:
    """The order with `moved` put in at `position` (from 1), in the sequence given; without one, at the end."""
    rest = [one for one in order if one not in moved]
    at = len(rest) if position is None else max(0, min(position - 1, len(rest)))
    return [*rest[:at], *moved, *rest[at:]]


def stepped(order: Sequence[uuid.UUID], moved: uuid.UUID, by: int) -> list[uuid.UUID]:
    """The order with one line moved up (-1) or down (+1); at either end it stays."""
    return inserted(order, [moved], order.index(moved) + 1 + by)
