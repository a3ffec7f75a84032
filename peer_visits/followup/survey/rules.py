"""What is asked after a visit, and from how many answers on results are shown, over plain values.

Results are shown of at least five answers, and only once the survey is closed: who could look before and after one
more answer would know that answer. Sums over visits are made of sets that hold at least five answers each, so that no
two sums differ by fewer than five people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

# Fewer answers than this are never shown, nor made part of any sum by themselves.
FEWEST = 5
SCALE = (1, 2, 3, 4, 5)
CANNOT_SAY = 0
VALUES = (*SCALE, CANNOT_SAY)
# Long enough for a holiday, short enough to remember the visit.
OPEN_FOR = timedelta(days=14)
LONGEST = timedelta(days=60)
# After the last session of most visits, where the visit is; hours after nine in the morning of its last day.
HOURS_AFTER_MORNING = 8


class Side(StrEnum):
    """Who answers. Both are asked the same, and never added up together."""

    GUEST = "guest"
    HOST = "host"


class Question(StrEnum):
    """What is answered on the scale."""

    PROMISE = "promise"
    LEARNING = "learning"
    GROUP = "group"
    EXCHANGE = "exchange"
    ORGANISATION = "organisation"
    AGAIN = "again"


class Remark(StrEnum):
    """What is answered in words."""

    USEFUL = "useful"
    BETTER = "better"


def is_enough(answered: int) -> bool:
    """Whether so many answers may be shown."""
    return answered >= FEWEST


def average(tally: Mapping[int, int]) -> float | None:
    """The mean on the scale; nothing where fewer than five could say."""
    said = sum(tally.get(value, 0) for value in SCALE)
    if not is_enough(said):
        return None
    return sum(value * tally.get(value, 0) for value in SCALE) / said


def may_be_pooled(answered: Iterable[int]) -> bool:
    """Whether what is left of small groups is large enough together. One alone never is: it would be shown itself."""
    return is_enough(sum(answered))


def is_open(closes_at: datetime, closed_at: datetime | None, now: datetime) -> bool:
    """Whether answers are taken."""
    return closed_at is None and now < closes_at
