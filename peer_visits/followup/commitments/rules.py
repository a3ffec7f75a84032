"""When people write, and when they are asked again, over plain values. Months are those of the calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from peer_visits.followup.commitments.states import SETTLED, CommitmentState
from peer_visits.kernel.zones import to_wall

MOST = 3
# How many months after the visit's last day people are asked what came of it.
ASKS = (3, 6)


class Standing(Protocol):
    """What the rules need to know of a commitment."""

    @property
    def state(self) -> CommitmentState: ...
    @property
    def answered_months(self) -> int | None: ...


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or that month's last: 30 November leads to 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def may_write(first_day: date | None, zone: str, now: datetime) -> bool:
    """Whether the visit has begun where it takes place; nothing is promised before."""
    return first_day is not None and first_day <= to_wall(now, zone).date()


def months_passed(last_day: date | None, zone: str, now: datetime) -> int:
    """For which ask an answer given now counts: 0 before the first, then 3, then 6."""
    if last_day is None:
        return 0
    today = to_wall(now, zone).date()
    return max((months for months in ASKS if add_months(last_day, months) <= today), default=0)


def is_open(commitment: Standing, months: int) -> bool:
    """Whether this ask still waits for an answer: what is done or dropped is settled."""
    return commitment.state not in SETTLED and (commitment.answered_months or 0) < months


def state_at(answers: Iterable[tuple[int, CommitmentState]], months: int) -> CommitmentState:
    """What was said last by the time of an ask, from answers in their order with the asks they count for."""
    said = [state for answered, state in answers if answered <= months]
    return said[-1] if said else CommitmentState.PROMISED
