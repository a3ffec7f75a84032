"""Sessions, the visit around them and what is wrong, as plain values. Moments are aware, in UTC."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.zones import to_wall

# Hours that are fit for meetings, on anybody's own clock.
SOCIAL_FROM, SOCIAL_UNTIL = time(8), time(20)


class ClashKind(StrEnum):
    """What a clash is about."""

    SPEAKER = "speaker"
    ROOM = "room"
    AT_ONCE = "at_once"
    UNAVAILABLE = "unavailable"
    OUTSIDE = "outside"
    MIDNIGHT = "midnight"
    CLOCK_CHANGE = "clock_change"
    LONG_DAY = "long_day"
    NO_BREAK = "no_break"
    TRAVEL = "travel"
    CAPACITY = "capacity"
    UNSOCIAL = "unsocial"
    CLOCKS_APART = "clocks_apart"


NOTHING_TO_DO = phrase("")
NOTICES = frozenset({ClashKind.UNSOCIAL, ClashKind.CLOCKS_APART})


@dataclass(frozen=True)
class Speaking:
    """Somebody who speaks: when they can (none given: always), and whether they have said no."""

    id: uuid.UUID
    name: str
    windows: Sequence[tuple[datetime, datetime]] = ()
    has_declined: bool = False


@dataclass(frozen=True)
class Slot:
    """What the rules need to know of a session that is placed. `place` is where its room is."""

    id: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    place: str = ""
    room_capacity: int | None = None
    speakers: Sequence[Speaking] = ()
    is_break: bool = False
    capacity: int | None = None

    def meets(self, other: Slot) -> bool:
        """Whether both run at some moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Frame:
    """What a visit is like: its days on its own clock, its people and their zones, its ways.

    `zones` counts participants by zone; `travel` gives the minutes between two places, else `travel_minutes`.
    """

    zone: str
    first_day: date | None
    last_day: date | None
    is_online: bool
    is_onsite: bool = False
    people: int = 0
    zones: Mapping[str, int] = field(default_factory=dict)
    travel: Mapping[frozenset[str], int] = field(default_factory=dict)
    travel_minutes: int = 30

    def day_of(self, moment: datetime) -> date:
        """The day the visit's own clock shows."""
        return to_wall(moment, self.zone).date()

    def way(self, one: str, other: str) -> int:
        """Minutes between two places."""
        return 0 if one == other else self.travel.get(frozenset((one, other)), self.travel_minutes)

    @cached_property
    def longest_way(self) -> timedelta:
        """No way takes longer."""
        return timedelta(minutes=max([self.travel_minutes, *self.travel.values()]))


@dataclass(frozen=True)
class Clash:
    """Something to mend, and the sessions it is about; `day` is set where it is about the whole day.

    `reason` stands alone, `brief` beside one of the sessions, `remedy` says what to do.
    """

    sessions: tuple[uuid.UUID, ...]
    reason: Phrase
    brief: Phrase
    day: date | None = None
    kind: ClashKind = ClashKind.AT_ONCE
    remedy: Phrase = NOTHING_TO_DO

    @property
    def is_notice(self) -> bool:
        """Whether it may stay as it is."""
        return self.kind in NOTICES


Rule = Callable[[Sequence[Slot], Frame], Iterator[Clash]]
