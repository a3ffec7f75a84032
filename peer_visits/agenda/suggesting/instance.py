"""Sessions that want a time, as the solver sees them: days, people with their free hours, rooms, ways, order.

These are the values of schema `peer-visits/schedule/1`; `reading.py` makes them from JSON and names every fault.
Minutes of the day are those of the host's clock; a person or group at `tz` = 60 has clocks one hour ahead of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from peer_visits.kernel.ids import json_digest

SCHEMA = "peer-visits/schedule/1"
EVERYBODY = "all"
DAY = 1440  # minutes

Level = Literal["dropped", "discomfort", "span", "early"]
LEVELS: tuple[Level, ...] = ("dropped", "discomfort", "span", "early")  # all of them: the smaller, the better
Plan = dict[str, tuple[int, str | None]]  # session -> slot number, room


@dataclass(frozen=True)
class Day:
    """A day and what may be filled of it; `max_minutes` None is without a limit."""

    id: str
    open: int
    close: int
    mode: str | None = None
    max_minutes: int | None = None


@dataclass(frozen=True)
class Window:
    """When a person is free on a day, in minutes of the person's own clock."""

    day: str
    start: int
    end: int


@dataclass(frozen=True)
class Speaker:
    """Somebody who is needed in sessions."""

    id: str
    tz: int
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Group:
    """Participants whose clocks show the same."""

    tz: int
    count: int


@dataclass(frozen=True)
class Room:
    """A room and how many it holds."""

    id: str
    capacity: int


@dataclass(frozen=True)
class Way:
    """How long it takes from one place to the other, and back."""

    a: str
    b: str
    minutes: int


@dataclass(frozen=True)
class Fixed:
    """Where a session stands already. What rules say of it alone, or of two such sessions, is no longer asked."""

    day: str
    at: int
    room: str | None = None


@dataclass(frozen=True)
class Session:
    """What is to be placed. `counts`: whether its minutes are some of its day's `max_minutes`; a break's are not."""

    id: str
    minutes: int
    people: tuple[str, ...] = ()
    audience: str = EVERYBODY
    required: bool = True
    weight: int = 1
    days: tuple[str, ...] | None = None
    not_before: int | None = None
    not_after: int | None = None
    mode: str | None = None
    needs_room: bool = False
    size: int = 0
    place: str | None = None
    counts: bool = True
    fixed: Fixed | None = None


@dataclass(frozen=True)
class Instance:
    """A whole agenda."""

    days: tuple[Day, ...]
    sessions: tuple[Session, ...]
    people: tuple[Speaker, ...] = ()
    participants: tuple[Group, ...] = ()
    rooms: tuple[Room, ...] = ()
    travel: tuple[Way, ...] = ()
    precedence: tuple[tuple[str, str], ...] = ()  # before, after
    together: tuple[tuple[str, ...], ...] = ()
    comfort: tuple[int, int] = (9 * 60, 17 * 60)
    slot_minutes: int = 15
    min_gap_minutes: int = 0
    objective: tuple[Level, ...] = LEVELS
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """As in the schema; reading it again gives the same instance."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "slot_minutes": self.slot_minutes,
            "min_gap_minutes": self.min_gap_minutes,
            "comfort": [clock(minute) for minute in self.comfort],
            "days": [_day_json(day) for day in self.days],
            "people": [_speaker_json(person) for person in self.people],
            "participants": [asdict(group) for group in self.participants],
            "rooms": [asdict(room) for room in self.rooms],
            "travel": [asdict(way) for way in self.travel],
            "sessions": [_session_json(session) for session in self.sessions],
            "precedence": [{"before": before, "after": after} for before, after in self.precedence],
            "together": [list(members) for members in self.together],
            "objective": list(self.objective),
        }

    def digest(self) -> str:
        """SHA-256 of what was asked; the name does not count."""
        return json_digest(replace(self, name="").to_json())

    @property
    def slots_a_day(self) -> int:
        """Slot number = index of the day x this + slot of the day."""
        return DAY // self.slot_minutes

    def slots(self, minutes: int) -> int:
        """Slots that hold so many minutes."""
        return -(-minutes // self.slot_minutes)

    def travel_minutes(self, one: str | None, other: str | None) -> int:
        """From place to place; nothing where no way is named."""
        if one is None or other is None or one == other:
            return 0
        ends = {one, other}
        return max((way.minutes for way in self.travel if {way.a, way.b} == ends), default=0)

    def gap(self, one: Session, other: Session) -> int:
        """Minutes that must lie between two sequential sessions, in whole slots."""
        least = max(self.min_gap_minutes, self.travel_minutes(one.place, other.place))
        return self.slots(least) * self.slot_minutes

    def are_sequential(self, one: Session, other: Session) -> bool:
        """Whether somebody is to be in both, so that they must follow each other."""
        return (
            EVERYBODY in {one.audience, other.audience}
            or one.audience == other.audience
            or not set(one.people).isdisjoint(other.people)
        )


def clock(minute: int) -> str:
    """A minute of the day as it is written."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _day_json(day: Day) -> dict[str, Any]:
    data: dict[str, Any] = {"id": day.id, "open": clock(day.open), "close": clock(day.close)}
    if day.mode is not None:
        data["mode"] = day.mode
    return data if day.max_minutes is None else data | {"max_minutes": day.max_minutes}


def _speaker_json(person: Speaker) -> dict[str, Any]:
    windows = [
        {"day": window.day, "from": clock(window.start), "to": clock(window.end)} for window in person.windows
    ]
    return {"id": person.id, "tz": person.tz, "windows": windows}


def _session_json(session: Session) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": session.id,
        "minutes": session.minutes,
        "people": list(session.people),
        "audience": session.audience,
        "required": session.required,
        "weight": session.weight,
        "needs_room": session.needs_room,
        "size": session.size,
        "place": session.place,
        "counts": session.counts,
    }
    for name in ("not_before", "not_after"):
        minute = getattr(session, name)
        if minute is not None:
            data[name] = clock(minute)
    if session.days is not None:
        data["days"] = list(session.days)
    if session.mode is not None:
        data["mode"] = session.mode
    if session.fixed is not None:
        at = session.fixed
        data["fixed"] = {"day": at.day, "at": clock(at.at), "room": at.room}
    return data
