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
    """The weighted mean of all criteria, from 0 to 100; nothing before every one of them has a value.

    A reading saves itself while it is made: half of it must not move anybody up or down.
    """
    scales = list(criteria)
    if not scales or not all(one.id in values for one in scales):
        return None
    total = sum(values[one.id] * one.weight / one.maximum for one in scales)
    return 100 * total / sum(one.weight for one in scales)


def inserted(order: Sequence[uuid.UUID], moved: Sequence[uuid.UUID], position: int | None) -> list[uuid.UUID]:
    """The order with `moved` put in at `position` (from 1), in the sequence given; without one, at the end."""
    rest = [one for one in order if one not in moved]
    at = len(rest) if position is None else max(0, min(position - 1, len(rest)))
    return [*rest[:at], *moved, *rest[at:]]


def stepped(order: Sequence[uuid.UUID], moved: uuid.UUID, by: int) -> list[uuid.UUID]:
    """The order with one line moved up (-1) or down (+1); at either end it stays."""
    return inserted(order, [moved], order.index(moved) + 1 + by)
