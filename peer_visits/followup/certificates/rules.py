"""Who is entitled to a certificate, and when certificates go out, over plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

# Of a hundred minutes of the visit, how many somebody has to have been there, unless the organiser says otherwise.
USUAL_SHARE = 80
# How long hosts have to mend their lists before certificates go out by themselves.
GRACE = timedelta(days=3)
# What is older is not certified by itself any more: somebody decides it.
TOO_OLD = timedelta(days=60)

Span = tuple[datetime, datetime]


def minutes_of(spans: Iterable[Span]) -> int:
    """How many minutes these spans cover. What overlaps counts once: nobody sits in two rooms."""
    covered, end = timedelta(), None
    for start, stop in sorted(spans):
        begin = max(start, end) if end else start
        covered += max(stop - begin, timedelta())
        end = max(stop, end) if end else stop
    return round(covered.total_seconds() / 60)


def is_entitled(attended: int, held: int, share: int) -> bool:
    """Whether so many of the held minutes are the share that is asked for."""
    return attended > 0 and attended * 100 >= share * held


def goes_out_at(ends_at: datetime) -> datetime:
    """When certificates go out by themselves."""
    return ends_at + GRACE


def is_due(ends_at: datetime, now: datetime) -> bool:
    """Whether certificates go out by themselves now."""
    return goes_out_at(ends_at) <= now < ends_at + TOO_OLD
