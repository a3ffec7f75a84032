"""The agenda as days on a board: quarter hours as places, so that no style is written into the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from typing import Any

from peer_visits.agenda.clashes.values import Clash
from peer_visits.kernel.zones import to_wall

QUARTER = timedelta(minutes=15)
DAY = 96  # quarters; what passes the end of the board is cut there, never in its words
SHORT = 24  # quarters; a longer board is drawn smaller
MOST_LANES = 6


@dataclass(frozen=True)
class Placed:
    """A session with where it stands, in quarter hours after the board begins, and in which lane."""

    item: Mapping[str, Any]
    at: int
    quarters: int
    lane: int
    is_alone: bool
    clashes: Sequence[Clash]


@dataclass(frozen=True)
class Day:
    """One column: its sessions, how many run side by side, and what is to mend about the whole day."""

    date: date
    sessions: list[Placed]
    lanes: int
    clashes: Sequence[Clash]


@dataclass(frozen=True)
class Board:
    """Days beside each other over one axis of time, `length` quarters long from `first_hour` on."""

    days: list[Day]
    times: list[tuple[int, str]]
    length: int
    first_hour: int = 0

    @property
    def is_long(self) -> bool:
        """Whether the board has to be drawn smaller."""
        return self.length > SHORT


@dataclass(frozen=True)
class Shown:
    """What a board shows even where nothing stands: these days, and these hours in minutes after midnight."""

    days: Sequence[date] = ()
    opens: int = 24 * 60
    closes: int = 0


@dataclass(frozen=True)
class _Span:
    item: Mapping[str, Any]
    at: int
    end: int


NOTHING = Shown()


def make_board(
    items: Sequence[Mapping[str, Any]], zone: str, clashes: Sequence[Clash] = (), shown: Shown = NOTHING
) -> Board:
    """Lay sessions (with `id`, `starts_at`, `ends_at`, in the order of time) out by the zone's wall clock."""
    walls = [(to_wall(item["starts_at"], zone), item) for item in items]
    if not walls and not shown.days:
        return Board([], [], 0)
    first_hour = min([shown.opens // 60, *(wall.hour for wall, _item in walls)])
    spans = {
        day: [_span(wall, item, first_hour) for wall, item in grouped]
        for day, grouped in groupby(walls, key=lambda pair: pair[0].date())
    }
    about = _ClashesOf(clashes)
    days = [_day(day, spans.get(day, []), about) for day in sorted({*spans, *shown.days})]
    last = max((placed.at + placed.quarters for day in days for placed in day.sessions), default=0)
    # Half an hour of room below.
    length = min(DAY, max(last + 2 + last % 2, -(-shown.closes // 15) - first_hour * 4))
    return Board(days, _times(first_hour, length), length, first_hour)


class _ClashesOf:
    """Clashes by the session they are about, and by day."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.of_session: dict[str, list[Clash]] = {}
        self.of_day: dict[date, list[Clash]] = {}
        for clash in clashes:
            if clash.day:
                self.of_day.setdefault(clash.day, []).append(clash)
            else:
                for one in clash.sessions:
                    self.of_session.setdefault(str(one), []).append(clash)


def _times(first_hour: int, length: int) -> list[tuple[int, str]]:
    step = 2 if length <= SHORT else 4
    return [
        (place, f"{(first_hour + place // 4) % 24:02}:{place % 4 * 15:02}")
        for place in range(0, length, step)
    ]


def _span(wall: datetime, item: Mapping[str, Any], first_hour: int) -> _Span:
    begins = wall - wall.replace(hour=first_hour, minute=0, second=0, microsecond=0)
    ends = begins + (item["ends_at"] - item["starts_at"])
    at = min(_nearest(begins), DAY - 1)
    return _Span(item, at, min(max(_nearest(ends), at + 1), DAY))


def _nearest(after: timedelta) -> int:
    # Both ends are rounded the same way: sessions that touch never share a place.
    return int(after / QUARTER + 0.5)


def _day(day: date, spans: Sequence[_Span], about: _ClashesOf) -> Day:
    lanes = _lanes(spans)
    placed = [
        Placed(
            span.item,
            span.at,
            span.end - span.at,
            lane,
            is_alone,
            about.of_session.get(str(span.item["id"]), []),
        )
        for span, lane, is_alone in zip(spans, lanes, _alone(spans), strict=True)
    ]
    return Day(day, placed, max(lanes, default=0) + 1, about.of_day.get(day, []))


def _alone(spans: Sequence[_Span]) -> list[bool]:
    """For each session whether no other meets it: those before have ended, and the next begins later."""
    ends = accumulate((span.end for span in spans), max, initial=0)
    begins = [*(span.at for span in spans[1:]), DAY]
    return [
        end <= span.at and span.end <= next_at
        for span, end, next_at in zip(spans, ends, begins, strict=False)
    ]


def _lanes(spans: Sequence[_Span]) -> list[int]:
    """For each session the first lane that is free when it begins."""
    free_from: list[int] = []
    lanes = []
    for span in spans:
        lane = next((number for number, end in enumerate(free_from) if end <= span.at), len(free_from))
        free_from[lane:] = [span.end, *free_from[lane + 1 :]]
        lanes.append(min(lane, MOST_LANES - 1))
    return lanes
