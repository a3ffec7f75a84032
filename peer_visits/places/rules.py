"""Seats, and until when an offer stands. Times are aware moments in UTC."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Protocol

from peer_visits.kernel.zones import to_utc, to_wall

LAST_SECOND = time(23, 59, 59)


class Dates(Protocol):
    """What the rules need to know of a visit."""

    @property
    def held_starts_on(self) -> date | None: ...
    @property
    def announced_starts_on(self) -> date | None: ...


def first_day(visit: Dates) -> date | None:
    """The first day of a visit as far as it is known."""
    return visit.held_starts_on or visit.announced_starts_on


def free_seats(taken: Collection[int], capacity: int) -> list[int]:
    """The seat numbers nobody holds, lowest first."""
    return [seat for seat in range(1, capacity + 1) if seat not in taken]


def answer_deadline(now: datetime, *, zone: str, days: int, starts_on: date | None) -> datetime:
    """Until when an offer made now stands: the end of a day in the zone, before the visit begins.

    A visit that has begun already sets no end: whoever offers a place then wants an answer.
    """
    end = _last_moment(to_wall(now, zone).date() + timedelta(days=days), zone)
    if starts_on is None:
        return end
    before_visit = _last_moment(starts_on - timedelta(days=1), zone)
    return min(end, before_visit) if before_visit > now else end


def is_in_time(answer_by: datetime | None, now: datetime) -> bool:
    """Whether an offer can still be answered; its last second counts."""
    return answer_by is None or now < answer_by + timedelta(seconds=1)


def may_still_offer(starts_on: date | None, now: datetime, zone: str) -> bool:
    """Whether a freed place is worth offering: the visit has not begun where it takes place."""
    return starts_on is None or to_wall(now, zone).date() < starts_on


def _last_moment(day: date, zone: str) -> datetime:
    # The day's last second, not the next day's first: some zones skip midnight when their clocks change.
    return to_utc(datetime.combine(day, LAST_SECOND), zone)
