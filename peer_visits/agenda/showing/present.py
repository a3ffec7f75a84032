"""What of an agenda is now, what is next and what comes after, over plain values. Moments are aware."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from peer_visits.agenda.releases import Item
from peer_visits.kernel.zones import to_wall


@dataclass(frozen=True)
class Present:
    """The sessions that run, those that begin next (several at once, if so), and the rest that lie ahead."""

    now: Sequence[Item]
    next: Sequence[Item]
    later: Sequence[Item]

    @property
    def is_over(self) -> bool:
        """Whether nothing runs and nothing lies ahead."""
        return not (self.now or self.next)


def present_at(items: Iterable[Item], at: datetime) -> Present:
    """What an agenda (items with their times as moments, in the order of time) comes down to at a moment.

    A session runs from its first moment on and no longer at its last.
    """
    known = list(items)
    ahead = [item for item in known if item["starts_at"] > at]
    first = min((item["starts_at"] for item in ahead), default=None)
    return Present(
        [item for item in known if item["starts_at"] <= at < item["ends_at"]],
        [item for item in ahead if item["starts_at"] == first],
        [item for item in ahead if item["starts_at"] != first],
    )


def by_day(items: Iterable[Item], zone: str) -> list[tuple[date, list[Item]]]:
    """Sessions, in the order of time, by the day on which they begin by the clock of a zone."""
    grouped = groupby(items, key=lambda item: to_wall(item["starts_at"], zone).date())
    return [(day, list(those)) for day, those in grouped]
