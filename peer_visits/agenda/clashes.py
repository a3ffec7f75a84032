"""What is wrong with an agenda, over plain values: one rule a function, each with what to do about it.

Moments are aware, in UTC. A clash that is only a notice need not be mended, but should be known.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.zones import to_wall

ONLINE_DAY = timedelta(hours=2)
ONLINE_STRETCH = timedelta(minutes=90)
# Hours that are fit for meetings, on anybody's own clock.
SOCIAL_FROM, SOCIAL_UNTIL = time(8), time(20)
_INSTANT = timedelta(microseconds=1)


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


def find_clashes(slots: Iterable[Slot], frame: Frame) -> list[Clash]:
    """Everything to mend, in the order of time within each rule."""
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.ends_at, slot.id))
    return [clash for rule in RULES for clash in rule(ordered, frame)]


def _at_once(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Every pair that meets, in the order of time."""
    running: list[Slot] = []
    for slot in slots:
        running = [one for one in running if one.ends_at > slot.starts_at]
        for one in running:
            yield one, slot
        running.append(slot)


def _pair(one: Slot, other: Slot) -> dict[str, str]:
    return {"one": one.title, "other": other.title}


def meetings(slots: Sequence[Slot], _frame: Frame) -> Iterator[Clash]:
    """A speaker twice, a room twice, or two sessions at once that nobody meant to run side by side."""
    for one, other in _at_once(slots):
        shared = [*_shared_speakers(one, other), *_shared_room(one, other)]
        yield from shared or _side_by_side(one, other)


def _shared_speakers(one: Slot, other: Slot) -> Iterator[Clash]:
    others = {speaker.id for speaker in other.speakers}
    for speaker in one.speakers:
        if speaker.id in others:
            yield Clash(
                (one.id, other.id),
                phrase(
                    "%(who)s speaks in two sessions at once: “%(one)s” and “%(other)s”.",
                    who=speaker.name,
                    **_pair(one, other),
                ),
                phrase("%(who)s speaks elsewhere at this time", who=speaker.name),
                kind=ClashKind.SPEAKER,
                remedy=phrase("Move one of them, or ask somebody else to speak."),
            )


def _shared_room(one: Slot, other: Slot) -> Iterator[Clash]:
    if one.room and one.room.casefold() == other.room.casefold():
        yield Clash(
            (one.id, other.id),
            phrase(
                "%(room)s is taken twice at once: “%(one)s” and “%(other)s”.",
                room=one.room,
                **_pair(one, other),
            ),
            phrase("%(room)s is taken at this time", room=one.room),
            kind=ClashKind.ROOM,
            remedy=phrase("Choose another room for one of them, or move it."),
        )


def _side_by_side(one: Slot, other: Slot) -> Iterator[Clash]:
    if not one.room or not other.room:
        yield Clash(
            (one.id, other.id),
            phrase("Two sessions run at once: “%(one)s” and “%(other)s”.", **_pair(one, other)),
            phrase("Another session runs at this time"),
            kind=ClashKind.AT_ONCE,
            remedy=phrase("If they should, name a room for each; if not, move one of them."),
        )


def availability(slots: Sequence[Slot], _frame: Frame) -> Iterator[Clash]:
    """Speakers who cannot then, or do not come at all."""
    for slot in slots:
        for speaker in slot.speakers:
            if speaker.has_declined:
                yield _absent(
                    slot,
                    phrase("%(who)s does not come, but speaks in “%(title)s”.", **_who(speaker, slot)),
                    phrase("%(who)s does not come", who=speaker.name),
                    phrase("Ask somebody else to speak, or take the session off the board."),
                )
            elif speaker.windows and not _is_within(slot, speaker.windows):
                yield _absent(
                    slot,
                    phrase("“%(title)s” lies outside the times %(who)s can.", **_who(speaker, slot)),
                    phrase("%(who)s cannot at this time", who=speaker.name),
                    phrase("Move it into a time they gave, or ask them again."),
                )


def _who(speaker: Speaking, slot: Slot) -> dict[str, str]:
    return {"who": speaker.name, "title": slot.title}


def _absent(slot: Slot, reason: Phrase, brief: Phrase, remedy: Phrase) -> Clash:
    return Clash((slot.id,), reason, brief, kind=ClashKind.UNAVAILABLE, remedy=remedy)


def _is_within(slot: Slot, windows: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(start <= slot.starts_at and slot.ends_at <= end for start, end in windows)


def days(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Sessions before the first or after the last day, and those that run past midnight."""
    for slot in slots:
        first, last = frame.day_of(slot.starts_at), frame.day_of(slot.ends_at - _INSTANT)
        if frame.first_day and frame.last_day and not frame.first_day <= first <= frame.last_day:
            yield Clash(
                (slot.id,),
                phrase("“%(title)s” lies outside the days of the visit.", title=slot.title),
                phrase("Outside the days of the visit"),
                kind=ClashKind.OUTSIDE,
                remedy=phrase(
                    "Move it to a day of the visit. If the visit has moved, move the whole agenda."
                ),
            )
        if first != last:
            yield Clash(
                (slot.id,),
                phrase("“%(title)s” runs past midnight.", title=slot.title),
                phrase("Runs past midnight"),
                kind=ClashKind.MIDNIGHT,
                remedy=phrase("End it by midnight, and make a second session of what follows."),
            )


def clock_changes(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Sessions during which the visit's own clock is put forward or back."""
    zone = ZoneInfo(frame.zone)
    for slot in slots:
        before, after = (moment.astimezone(zone).utcoffset() for moment in (slot.starts_at, slot.ends_at))
        if before != after:
            yield Clash(
                (slot.id,),
                phrase("The clock changes during “%(title)s”.", title=slot.title),
                phrase("The clock changes meanwhile"),
                kind=ClashKind.CLOCK_CHANGE,
                remedy=phrase(
                    "Place it before or after the change: what the clock shows is not how long it takes."
                ),
            )


def online_load(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Online, more than two hours a day or 90 minutes without a break."""
    if not frame.is_online:
        return
    for day, grouped in _by_day(slots, frame):
        sessions = [slot for slot in grouped if not slot.is_break]
        stretches, ids = _stretches(sessions), tuple(slot.id for slot in sessions)
        if sum(stretches, timedelta()) > ONLINE_DAY:
            yield Clash(
                ids,
                phrase("On %(day)s people sit online for more than two hours.", day=day),
                phrase("More than two hours online"),
                day,
                ClashKind.LONG_DAY,
                phrase("Move a session to another day, or shorten one."),
            )
        if max(stretches, default=timedelta()) > ONLINE_STRETCH:
            yield Clash(
                ids,
                phrase("On %(day)s there are more than 90 minutes without a break.", day=day),
                phrase("More than 90 minutes without a break"),
                day,
                ClashKind.NO_BREAK,
                phrase("Leave a gap between two sessions, or place a break."),
            )


def _by_day(slots: Sequence[Slot], frame: Frame) -> Iterator[tuple[date, list[Slot]]]:
    for day, grouped in groupby(slots, key=lambda slot: frame.day_of(slot.starts_at)):
        yield day, list(grouped)


def _stretches(sessions: Sequence[Slot]) -> list[timedelta]:
    """How long people sit without a gap, each time; sessions side by side are sat through once."""
    merged: list[tuple[datetime, datetime]] = []
    for slot in sessions:
        if merged and slot.starts_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], slot.ends_at))
        else:
            merged.append((slot.starts_at, slot.ends_at))
    return [end - start for start, end in merged]


def travel(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Too little time for the way from one place to the next."""
    placed = [slot for slot in slots if slot.place]
    for at, later in enumerate(placed):
        for earlier in placed[:at]:
            gap = later.starts_at - earlier.ends_at
            if not timedelta() <= gap < frame.longest_way:
                continue
            way = frame.way(earlier.place, later.place)
            if gap < timedelta(minutes=way):
                yield _too_far(earlier, later, way)


def _too_far(earlier: Slot, later: Slot, way: int) -> Clash:
    return Clash(
        (earlier.id, later.id),
        phrase(
            "The way from “%(one)s” (%(here)s) to “%(other)s” (%(there)s) takes %(minutes)s minutes.",
            here=earlier.place,
            there=later.place,
            minutes=way,
            **_pair(earlier, later),
        ),
        phrase(
            "%(minutes)s minutes on the way between %(here)s and %(there)s",
            minutes=way,
            here=earlier.place,
            there=later.place,
        ),
        kind=ClashKind.TRAVEL,
        remedy=phrase("Leave that much time between them, or change the room of one."),
    )


def capacity(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """A room too small for who is expected, or a session for fewer people than take part, with none beside it."""
    beside = _beside_others(slots)
    for slot in slots:
        is_for_all = slot.id not in beside
        expected = (frame.people if is_for_all and not slot.capacity else slot.capacity) or 0
        if slot.room_capacity and expected > slot.room_capacity:
            yield Clash(
                (slot.id,),
                phrase(
                    "%(room)s holds %(seats)s, and %(people)s are expected in “%(title)s”.",
                    room=slot.room,
                    seats=slot.room_capacity,
                    people=expected,
                    title=slot.title,
                ),
                phrase(
                    "%(room)s holds %(seats)s of %(people)s",
                    room=slot.room,
                    seats=slot.room_capacity,
                    people=expected,
                ),
                kind=ClashKind.CAPACITY,
                remedy=phrase("Choose a larger room, or let a second session run beside it."),
            )
        if is_for_all and not slot.is_break and slot.capacity and slot.capacity < frame.people:
            yield Clash(
                (slot.id,),
                phrase(
                    "“%(title)s” takes %(seats)s, and %(people)s take part.",
                    title=slot.title,
                    seats=slot.capacity,
                    people=frame.people,
                ),
                phrase("For %(seats)s of %(people)s", seats=slot.capacity, people=frame.people),
                kind=ClashKind.CAPACITY,
                remedy=phrase("Let others run beside it, or let more people in."),
            )


def _beside_others(slots: Sequence[Slot]) -> set[uuid.UUID]:
    """The sessions during which another one runs; a break is none."""
    return {slot.id for pair in _at_once([slot for slot in slots if not slot.is_break]) for slot in pair}


def unsocial(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """For how many participants a session lies before 8:00 or after 20:00 of their own clock."""
    everybody = sum(frame.zones.values())
    if frame.is_onsite or not everybody:
        return
    for slot in slots:
        people = sum(count for zone, count in frame.zones.items() if not _is_social(slot, zone))
        if people and not slot.is_break:
            share = {"people": people, "all": everybody, "share": round(100 * people / everybody)}
            yield Clash(
                (slot.id,),
                phrase(
                    "“%(title)s” is before 8:00 or after 20:00 for %(people)s of %(all)s participants (%(share)s %%).",
                    title=slot.title,
                    **share,
                ),
                phrase("Early or late for %(people)s of %(all)s (%(share)s %%)", **share),
                kind=ClashKind.UNSOCIAL,
                remedy=_better_hours(slot, frame),
            )


def _is_social(slot: Slot, zone: str) -> bool:
    start, end = to_wall(slot.starts_at, zone), to_wall(slot.ends_at, zone)
    return start.date() == end.date() and start.time() >= SOCIAL_FROM and end.time() <= SOCIAL_UNTIL


def _better_hours(slot: Slot, frame: Frame) -> Phrase:
    """The hours of that day, by the visit's clock, that suit every participant."""
    day = frame.day_of(slot.starts_at)
    spans = [
        tuple(datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC) for at in (SOCIAL_FROM, SOCIAL_UNTIL))
        for zone in frame.zones
    ]
    start, end = max(span[0] for span in spans), min(span[1] for span in spans)
    if end - start < slot.ends_at - slot.starts_at:
        return phrase("No hour suits everybody. Choose whom it is hard for, and say so to them.")
    return phrase(
        "Between %(start)s and %(end)s it suits everybody.",
        start=f"{to_wall(start, frame.zone):%H:%M}",
        end=f"{to_wall(end, frame.zone):%H:%M}",
    )


def clocks_apart(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Days from which on the participants' clocks stand differently to the visit's, because one of them changed."""
    first_of_day = [(day, sessions) for day, sessions in _by_day(slots, frame)]
    for (_before, earlier), (day, sessions) in pairwise(first_of_day):
        for zone, people in sorted(frame.zones.items()):
            change = _ahead(sessions[0], zone, frame.zone) - _ahead(earlier[0], zone, frame.zone)
            if change:
                yield Clash(
                    tuple(slot.id for slot in sessions),
                    phrase(
                        "From %(day)s on the clock in %(place)s (%(people)s participants) differs from the "
                        "visit's by another time than before.",
                        day=day,
                        place=zone,
                        people=people,
                    ),
                    phrase("Clocks change in %(place)s", place=zone),
                    day,
                    ClashKind.CLOCKS_APART,
                    phrase(
                        "Calendars are right by themselves. Tell these people that their time is another than before."
                    ),
                )


def _ahead(slot: Slot, zone: str, of: str) -> timedelta:
    return to_wall(slot.starts_at, zone) - to_wall(slot.starts_at, of)


Rule = Callable[[Sequence[Slot], Frame], Iterator[Clash]]
RULES: tuple[Rule, ...] = (
    meetings,
    availability,
    days,
    clock_changes,
    online_load,
    travel,
    capacity,
    unsocial,
    clocks_apart,
)
