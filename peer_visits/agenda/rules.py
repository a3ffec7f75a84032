"""Clashes and times of an agenda, over plain values. Moments are aware, in UTC; lengths are in minutes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, groupby
from zoneinfo import ZoneInfo

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.zones import WallTime, how_often, to_wall

YEARS = range(2000, 2101)
LONGEST = timedelta(hours=24)
ONLINE_DAY = timedelta(hours=2)
ONLINE_STRETCH = timedelta(minutes=90)


@dataclass(frozen=True)
class Slot:
    """What the rules need to know of a session."""

    id: uuid.UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    speaker: str = ""
    is_break: bool = False


@dataclass(frozen=True)
class Clash:
    """Something to mend, and the sessions it is about; `day` is set where it is about the whole day.

    `reason` stands alone, `brief` beside one of the sessions.
    """

    sessions: tuple[uuid.UUID, ...]
    reason: Phrase
    brief: Phrase
    day: date | None = None


@dataclass(frozen=True)
class Frame:
    """The visit's days, on the wall clock of its zone, and whether it is held online."""

    zone: str
    first_day: date | None
    last_day: date | None
    is_online: bool


def wall_time_problem(wall: datetime, zone: str) -> Phrase | None:
    """Why a wall time cannot be promised: the clock skips it, or shows it twice; or the year is a slip."""
    if wall.year not in YEARS:
        return phrase(
            "Check the year: it lies between %(first)s and %(last)s.", first=YEARS[0], last=YEARS[-1]
        )
    shown = how_often(wall, zone)
    if shown is WallTime.NEVER:
        return phrase("The clock skips this time on that day (summer time begins). Choose another.")
    if shown is WallTime.TWICE:
        return _twice(wall, zone)
    return None


def _twice(wall: datetime, zone: str) -> Phrase:
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return phrase(
        "The clock shows %(time)s twice on that day, at %(first)s and at %(second)s UTC"
        " (summer time ends). Choose a time before or after.",
        time=f"{wall:%H:%M}",
        first=f"{first:%H:%M}",
        second=f"{second:%H:%M}",
    )


def length_problem(minutes: int) -> Phrase | None:
    """Why a session cannot be that long."""
    if minutes <= 0:
        return phrase("A session takes at least one minute.")
    if timedelta(minutes=minutes) > LONGEST:
        return phrase("A session takes at most 24 hours.")
    return None


def is_over(ends: Iterable[datetime], now: datetime) -> bool:
    """Whether nothing of an agenda lies ahead."""
    return all(end <= now for end in ends)


def own_zone(moments: Iterable[datetime], zone: str, reader: str) -> str:
    """The reader's zone if its clock differs from the visit's at any of these moments, else nothing."""
    return reader if reader and any(to_wall(at, zone) != to_wall(at, reader) for at in moments) else ""


def find_clashes(slots: Iterable[Slot], frame: Frame) -> list[Clash]:
    """Everything to mend, in the order of time."""
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.ends_at, slot.id))
    found = [*_meetings(ordered), *_outside(ordered, frame)]
    if frame.is_online:
        found += _too_long_online(ordered, frame.zone)
    return found


def _meetings(slots: Sequence[Slot]) -> list[Clash]:
    return [
        Clash((one.id, other.id), *found)
        for one, other in combinations(slots, 2)
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for found in [_meeting(one, other)]
        if found
    ]


def _meeting(one: Slot, other: Slot) -> tuple[Phrase, Phrase] | None:
    titles = {"one": one.title, "other": other.title}
    if one.speaker and one.speaker.casefold() == other.speaker.casefold():
        return phrase(
            "%(who)s speaks in two sessions at once: “%(one)s” and “%(other)s”.", who=one.speaker, **titles
        ), phrase("%(who)s speaks elsewhere at this time", who=one.speaker)
    if one.room and one.room.casefold() == other.room.casefold():
        return phrase(
            "%(room)s is taken twice at once: “%(one)s” and “%(other)s”.", room=one.room, **titles
        ), phrase("%(room)s is taken at this time", room=one.room)
    if not one.room or not other.room:
        return phrase(
            "Two sessions run at once: “%(one)s” and “%(other)s”. If they should, name a room for each.",
            **titles,
        ), phrase("Another session runs at this time")
    return None


def _outside(slots: Sequence[Slot], frame: Frame) -> list[Clash]:
    if frame.first_day is None or frame.last_day is None:
        return []
    return [
        Clash(
            (slot.id,),
            phrase("“%(title)s” lies outside the days of the visit.", title=slot.title),
            phrase("Outside the days of the visit"),
        )
        for slot in slots
        if not frame.first_day <= to_wall(slot.starts_at, frame.zone).date() <= frame.last_day
    ]


def _too_long_online(slots: Sequence[Slot], zone: str) -> list[Clash]:
    found = []
    for day, grouped in groupby(slots, key=lambda slot: to_wall(slot.starts_at, zone).date()):
        sessions = [slot for slot in grouped if not slot.is_break]
        ids = tuple(slot.id for slot in sessions)
        found += [Clash(ids, *said, day) for said in _tiring(day, _stretches(sessions))]
    return found


def _tiring(day: date, stretches: Sequence[timedelta]) -> Iterator[tuple[Phrase, Phrase]]:
    if sum(stretches, timedelta()) > ONLINE_DAY:
        yield (
            phrase("On %(day)s people sit online for more than two hours.", day=day),
            phrase("More than two hours online"),
        )
    if max(stretches, default=timedelta()) > ONLINE_STRETCH:
        yield (
            phrase("On %(day)s there are more than 90 minutes without a break.", day=day),
            phrase("More than 90 minutes without a break"),
        )


def _stretches(sessions: Sequence[Slot]) -> list[timedelta]:
    """How long people sit without a gap, each time; sessions side by side are sat through once."""
    merged: list[tuple[datetime, datetime]] = []
    for slot in sessions:
        if merged and slot.starts_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], slot.ends_at))
        else:
            merged.append((slot.starts_at, slot.ends_at))
    return [end - start for start, end in merged]
