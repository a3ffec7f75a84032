"""A visit's agenda as the question when its unplaced sessions should be; and the answer as moves on its board.

Everything is put on the visit's own clock, day by day, so that changes of clocks are right by themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from peer_visits.agenda.clashes.online import ONLINE_DAY
from peer_visits.agenda.clashes.values import SOCIAL_FROM, SOCIAL_UNTIL, Frame, Speaking
from peer_visits.agenda.moves import Move, Stand
from peer_visits.agenda.states import SessionKind
from peer_visits.agenda.suggesting import (
    Day,
    Fixed,
    Group,
    Instance,
    Plan,
    Session,
    Speaker,
    Way,
    Window,
)
from peer_visits.kernel.zones import to_wall

MINUTE = timedelta(minutes=1)
WHOLE_DAY = 1440  # minutes
GRIDS = (15, 5, 1)  # minutes; the first that what stands already lies on
# A pause between two sessions online, so that nobody sits for more than 90 minutes.
PAUSE_ONLINE = 15
# What comes first and what comes last, of the sessions that get a time together.
OPENING = (SessionKind.WELCOME, SessionKind.HOST_INTRODUCTION)
CLOSING = (SessionKind.TRANSFER_PLANNING,)
ANYWHERE = (SessionKind.BREAK, SessionKind.SOCIAL)


@dataclass(frozen=True)
class Part:
    """A session of the board, as far as its time depends on it. `only_some`: others may run beside it."""

    id: uuid.UUID
    title: str
    kind: SessionKind
    stand: Stand
    room: str = ""
    place: str = ""
    speakers: Sequence[Speaking] = ()
    only_some: bool = False


@dataclass(frozen=True)
class Hours:
    """Of which days and hours times may be: minutes after midnight on the visit's clock."""

    days: Sequence[date]
    opens: int
    closes: int


def make_instance(parts: Sequence[Part], frame: Frame, hours: Hours) -> Instance:
    """The question: what stands is fixed, what has no time gets one. Nothing that cannot be placed spoils the rest."""
    standing = [one for one in parts if one.stand.wall and one.stand.wall.date() in hours.days]
    wanted = sorted(
        (one for one in parts if one.stand.wall is None),
        key=lambda one: (_turn(one), one.title, str(one.id)),
    )
    asked = [*wanted, *standing]
    return Instance(
        days=tuple(_day(day, frame, hours) for day in hours.days),
        sessions=tuple(_session(one) for one in asked),
        people=(*_speakers(asked, frame, hours), *_rooms(asked, hours)),
        participants=tuple(_groups(frame, hours)),
        travel=tuple(_ways(asked, frame)),
        precedence=tuple(_order(wanted)),
        comfort=(_minutes(SOCIAL_FROM), _minutes(SOCIAL_UNTIL)),
        slot_minutes=_grid(standing),
        min_gap_minutes=PAUSE_ONLINE if frame.is_online else 0,
    )


def moves_of(plan: Plan, parts: Iterable[Part], instance: Instance) -> list[Move]:
    """The answer: where each session that had no time is to stand, in the order of time."""
    moves = []
    for one in parts:
        if str(one.id) in plan and one.stand.wall is None:
            day, slot = divmod(plan[str(one.id)][0], instance.slots_a_day)
            midnight = datetime.combine(date.fromisoformat(instance.days[day].id), time())
            wall = midnight + slot * instance.slot_minutes * MINUTE
            moves.append(Move(one.id, Stand(wall, one.stand.minutes), seen=one.stand))
    return sorted(moves, key=lambda move: (str(move.to.wall), str(move.session)))


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _turn(one: Part) -> int:
    if one.kind in OPENING:
        return OPENING.index(one.kind)
    return len(OPENING) + (one.kind in CLOSING)


def _order(wanted: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """A welcome before, planning what to take home after everything that is no break and no evening together."""
    for one, other in combinations(wanted, 2):
        if _turn(one) < _turn(other) and not {one.kind, other.kind} & set(ANYWHERE):
            yield str(one.id), str(other.id)


def _grid(standing: Sequence[Part]) -> int:
    starts = [_minutes(one.stand.wall.time()) for one in standing if one.stand.wall]
    return next(grid for grid in GRIDS if grid == 1 or all(start % grid == 0 for start in starts))


def _day(day: date, frame: Frame, hours: Hours) -> Day:
    most = ONLINE_DAY // MINUTE if frame.is_online else None
    return Day(day.isoformat(), hours.opens, hours.closes, max_minutes=most)


def _session(one: Part) -> Session:
    wall = one.stand.wall
    fixed = Fixed(wall.date().isoformat(), _minutes(wall.time())) if wall else None
    needed = [str(speaker.id) for speaker in one.speakers if not speaker.has_declined]
    return Session(
        id=str(one.id),
        minutes=one.stand.minutes,
        people=(*needed, *([_room(one)] if one.room else [])),
        audience=f"some {one.id}" if one.only_some else "all",
        required=False,
        place=one.place or None,
        counts=one.kind is not SessionKind.BREAK,
        fixed=fixed,
    )


def _speakers(asked: Sequence[Part], frame: Frame, hours: Hours) -> Iterator[Speaker]:
    known = {speaker.id: speaker for one in asked for speaker in one.speakers if not speaker.has_declined}
    for speaker in sorted(known.values(), key=lambda each: str(each.id)):
        windows = (
            [each for span in speaker.windows for each in _by_day(span, frame, hours)]
            if speaker.windows
            else _always(hours)
        )
        yield Speaker(str(speaker.id), 0, tuple(windows))


def _room(one: Part) -> str:
    return f"room {one.room.casefold()}"


def _rooms(asked: Sequence[Part], hours: Hours) -> Iterator[Speaker]:
    """A room somebody chose holds one session at a time, as if it were a person who is always free."""
    for name in sorted({_room(one) for one in asked if one.room}):
        yield Speaker(name, 0, tuple(_always(hours)))


def _always(hours: Hours) -> list[Window]:
    return [Window(day.isoformat(), 0, WHOLE_DAY) for day in hours.days]


def _by_day(span: tuple[datetime, datetime], frame: Frame, hours: Hours) -> Iterator[Window]:
    """A stretch of time, cut at the midnights of the visit's clock."""
    start, end = (to_wall(moment, frame.zone).replace(tzinfo=None) for moment in span)
    for day in hours.days:
        midnight = datetime.combine(day, time())
        first = max(0, (start - midnight) // MINUTE)
        last = min(WHOLE_DAY, (end - midnight) // MINUTE)
        if first < last:
            yield Window(day.isoformat(), first, last)


def _groups(frame: Frame, hours: Hours) -> Iterator[Group]:
    """Participants by how far their clocks are ahead on the first day; those who are there share the visit's."""
    if frame.is_onsite or not hours.days:
        return
    noon = datetime.combine(hours.days[0], time(12), ZoneInfo(frame.zone))
    here = noon.utcoffset() or timedelta()
    for zone, count in sorted(frame.zones.items()):
        there = noon.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        yield Group((there - here) // MINUTE, count)


def _ways(asked: Sequence[Part], frame: Frame) -> Iterator[Way]:
    for one, other in combinations(sorted({one.place for one in asked if one.place}), 2):
        yield Way(one, other, frame.way(one, other))
