"""What phase a call is in. Times are aware moments in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from peer_visits.calls.states import CallPhase, CallState


class CallWindow(Protocol):
    """What the rules need to know of a call."""

    @property
    def state(self) -> CallState: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def decided_at(self) -> datetime | None: ...


def phase(call: CallWindow, now: datetime) -> CallPhase:
    """Where a published call stands. At `closes_at` itself it is closed: exact to the second."""
    if now < call.opens_at:
        return CallPhase.UPCOMING
    if now < call.closes_at and call.state is CallState.PUBLISHED:
        return CallPhase.OPEN
    return CallPhase.ANSWERED if call.decided_at else CallPhase.CLOSED


def is_open(call: CallWindow, now: datetime) -> bool:
    """Whether applications are taken at this moment."""
    return call.state is CallState.PUBLISHED and phase(call, now) is CallPhase.OPEN


def time_left(call: CallWindow, now: datetime) -> timedelta:
    """How long the call stays open; zero once it is closed."""
    return max(call.closes_at - now, timedelta(0))
