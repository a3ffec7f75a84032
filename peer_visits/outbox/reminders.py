"""When a reminder is due: so long before or after a moment, once, and never when it would come too late."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peer_visits.kernel.text import Phrase

# How far a call may move a reminder from its moment, in hours.
FARTHEST = 90 * 24


@dataclass(frozen=True)
class Reminder:
    """One reminder with a text of its own, `name`. `hours` after its moment, before it where negative.

    Missed by more than `late_hours`, it is not sent any more.
    """

    name: str
    title: Phrase
    hours: int
    late_hours: int
    is_on: bool = True

    def moment(self, anchor: datetime) -> datetime:
        """When it is due."""
        return anchor + timedelta(hours=self.hours)

    def too_late(self, anchor: datetime) -> datetime:
        """From when on it is not sent any more: what comes before a moment never comes after it."""
        latest = self.moment(anchor) + timedelta(hours=self.late_hours)
        return min(latest, anchor) if self.hours < 0 else latest


@dataclass(frozen=True)
class Setting:
    """What a call has decided about a reminder."""

    name: str
    hours: int
    late_hours: int
    is_on: bool


def with_settings(reminders: Iterable[Reminder], settings: Iterable[Setting]) -> tuple[Reminder, ...]:
    """The reminders as a call wants them."""
    wanted = {one.name: one for one in settings}
    return tuple(
        replace(one, hours=own.hours, late_hours=own.late_hours, is_on=own.is_on)
        if (own := wanted.get(one.name))
        else one
        for one in reminders
    )


def due_reminder(
    reminders: Iterable[Reminder], anchor: datetime, known_at: datetime | None, now: datetime
) -> Reminder | None:
    """The latest reminder whose moment has come; none if that one would come too late.

    Nobody is reminded of what they got to know after the moment of the reminder, `known_at`.
    """
    passed = [
        one
        for one in reminders
        if one.is_on and one.moment(anchor) <= now and (known_at is None or known_at <= one.moment(anchor))
    ]
    latest = max(passed, key=lambda one: one.hours, default=None)
    return latest if latest and now < latest.too_late(anchor) else None


@dataclass(frozen=True)
class Span:
    """Between which moments an anchor has to lie, so that one of its reminders may be due."""

    first: datetime
    last: datetime


def span_of(reminders: Sequence[Reminder], now: datetime) -> Span:
    """The widest span, as no call moves a reminder farther than it may."""
    late = max(one.late_hours for one in reminders)
    first = max(0, *(one.hours for one in reminders)) + late
    last = max(-min(one.hours for one in reminders), 0)
    return Span(now - timedelta(hours=first), now + timedelta(hours=last))


@dataclass(frozen=True)
class Occasion:
    """What somebody may be reminded of, as it is now. `known_at` is when they got to know it."""

    anchor: datetime
    call_id: uuid.UUID
    known_at: datetime | None = None
