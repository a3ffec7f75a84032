"""A second opinion on an agenda: minute by minute, with sets, sharing no code with the rules it checks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from peer_visits.agenda.clashes.values import Frame, Slot

Finding = tuple[str, frozenset[uuid.UUID]]


def minutes(slot: Slot) -> set[int]:
    """Every minute of it, counted from 1970."""
    start, end = (int(one.timestamp() // 60) for one in (slot.starts_at, slot.ends_at))
    return set(range(start, end))


def check(slots: Iterable[Slot], frame: Frame) -> set[Finding]:
    """Kind and sessions of everything that is wrong."""
    every = list(slots)
    found: set[Finding] = set()
    for at, one in enumerate(every):
        found |= {(kind, frozenset((one.id,))) for kind in alone(one, every, frame)}
        for other in every[at + 1 :]:
            found |= {(kind, frozenset((one.id, other.id))) for kind in together(one, other, frame)}
    return found | by_day(every, frame)


def alone(slot: Slot, every: list[Slot], frame: Frame) -> Iterable[str]:
    zone = ZoneInfo(frame.zone)
    walls = {datetime.fromtimestamp(minute * 60, UTC).astimezone(zone) for minute in minutes(slot)}
    days = {wall.date() for wall in walls}
    if frame.first_day and frame.last_day and not frame.first_day <= min(days) <= frame.last_day:
        yield "outside"
    if len(days) > 1:
        yield "midnight"
    if len({wall.utcoffset() for wall in walls} | {slot.ends_at.astimezone(zone).utcoffset()}) > 1:
        yield "clock_change"
    yield from unavailable(slot)
    yield from crowded(slot, every, frame)
    if not frame.is_onsite and not slot.is_break and any(is_hard(slot, zone) for zone in frame.zones):
        yield "unsocial"


def unavailable(slot: Slot) -> Iterable[str]:
    for speaker in slot.speakers:
        free = [set(range(int(a.timestamp() // 60), int(b.timestamp() // 60))) for a, b in speaker.windows]
        if speaker.has_declined or (free and not any(minutes(slot) <= window for window in free)):
            yield "unavailable"


def crowded(slot: Slot, every: list[Slot], frame: Frame) -> Iterable[str]:
    runs_beside = not slot.is_break and any(
        not other.is_break and other.id != slot.id and minutes(other) & minutes(slot) for other in every
    )
    expected = slot.capacity or (0 if runs_beside else frame.people)
    if slot.room_capacity and expected > slot.room_capacity:
        yield "capacity"
    if not runs_beside and not slot.is_break and slot.capacity and slot.capacity < frame.people:
        yield "capacity"


def is_hard(slot: Slot, zone: str) -> bool:
    """Whether any minute of it is before eight or after eight in the evening there."""
    hours = {
        datetime.fromtimestamp(minute * 60, UTC).astimezone(ZoneInfo(zone)).hour for minute in minutes(slot)
    }
    return any(hour < 8 or hour >= 20 for hour in hours)


def together(one: Slot, other: Slot, frame: Frame) -> Iterable[str]:
    if minutes(one) & minutes(other):
        shared = {speaker.id for speaker in one.speakers} & {speaker.id for speaker in other.speakers}
        if shared:
            yield "speaker"
        same_room = bool(one.room) and one.room.lower() == other.room.lower()
        if same_room:
            yield "room"
        if not shared and not same_room and not (one.room and other.room):
            yield "at_once"
    elif one.place and other.place and one.place != other.place:
        gap = min(abs(one.starts_at - other.ends_at), abs(other.starts_at - one.ends_at))
        way = frame.travel.get(frozenset((one.place, other.place)), frame.travel_minutes)
        if gap < timedelta(minutes=way):
            yield "travel"


def by_day(every: list[Slot], frame: Frame) -> set[Finding]:
    if not frame.is_online:
        return set()
    days: dict[object, list[Slot]] = {}
    for slot in every:
        if not slot.is_break:
            days.setdefault(slot.starts_at.astimezone(ZoneInfo(frame.zone)).date(), []).append(slot)
    found: set[Finding] = set()
    for slots in days.values():
        sat = sorted(set().union(*map(minutes, slots)))
        ids = frozenset(slot.id for slot in slots)
        if len(sat) > 120:
            found.add(("long_day", ids))
        if longest_run(sat) > 90:
            found.add(("no_break", ids))
    return found


def longest_run(sat: list[int]) -> int:
    """The most minutes in a row."""
    best = run = 0
    last = None
    for minute in sat:
        run = run + 1 if last is not None and minute == last + 1 else 1
        best, last = max(best, run), minute
    return best
