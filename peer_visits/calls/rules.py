"""What phase a call is in. Times are aware moments in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from peer_visits.calls.states import CallPhase, CallState
from peer_visits.kernel.zones import to_utc, to_wall


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
    @property
    def answered_at(self) -> datetime | None: ...


class Promising(CallWindow, Protocol):
    """A call with its promise of answers."""

    @property
    def zone(self) -> str: ...
    @property
    def answers_by(self) -> date | None: ...


def answers_known_at(call: CallWindow) -> datetime | None:
    """From when on everybody may know their answer: until then a decision can be undone."""
    return call.answered_at or call.decided_at


def phase(call: CallWindow, now: datetime) -> CallPhase:
    """Where a published call stands. At `closes_at` itself it is closed: exact to the second."""
    if now < call.opens_at:
        return CallPhase.UPCOMING
    if now < call.closes_at and call.state is CallState.PUBLISHED:
        return CallPhase.OPEN
    known_at = answers_known_at(call)
    return CallPhase.ANSWERED if known_at and known_at <= now else CallPhase.CLOSED


def is_open(call: CallWindow, now: datetime) -> bool:
    """Whether applications are taken at this moment."""
    return call.state is CallState.PUBLISHED and phase(call, now) is CallPhase.OPEN


@dataclass(frozen=True)
class Promise:
    """By when a call promised its answers, and how that went. Days count calendars of the call's zone.

    `days_late` is measured once everybody has an answer, negative if they came before the promised day.
    """

    day: date
    ends_at: datetime
    days_late: int | None
    is_broken: bool


def read_promise(call: Promising, now: datetime) -> Promise | None:
    """The promise of a call and what became of it by now; nothing where nothing was promised."""
    if call.answers_by is None:
        return None
    ends_at = to_utc(datetime.combine(call.answers_by, time(23, 59, 59)), call.zone)
    known_at = answers_known_at(call)
    if known_at and known_at <= now:
        days_late = (to_wall(known_at, call.zone).date() - call.answers_by).days
        return Promise(call.answers_by, ends_at, days_late, days_late > 0)
    return Promise(call.answers_by, ends_at, None, now > ends_at)
