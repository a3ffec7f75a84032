"""The agenda as days on a board: quarter hours as places, so that no style is written into the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from peer_visits.agenda.rules import Clash
from peer_visits.kernel.zones import to_wall

QUARTER = 15
LAST_PLACE, LONGEST_PLACE = 63, 32


@dataclass(frozen=True)
class Placed:
    """A session with where it stands, in quarter hours after the board begins."""

    item: Mapping[str, Any]
    at: int
    quarters: int
    clashes: Sequence[Clash]


@dataclass(frozen=True)
class Board:
    """Days beside each other over one axis of time."""

    days: list[tuple[date, list[Placed]]]
    hours: list[tuple[int, str]]


def make_board(items: Sequence[Mapping[str, Any]], zone: str, clashes: Sequence[Clash] = ()) -> Board:
    """Lay sessions (with `id`, `starts_at`, `ends_at`) out by the wall clock of the zone."""
    if not items:
        return Board([], [])
    walls = [(to_wall(item["starts_at"], zone), item) for item in items]
    first_hour = min(wall.hour for wall, _item in walls)
    days = [
        (day, [_placed(wall, item, first_hour, clashes) for wall, item in grouped])
        for day, grouped in groupby(walls, key=lambda pair: pair[0].date())
    ]
    last = max(placed.at + placed.quarters for _day, row in days for placed in row)
    hours = [(place, f"{first_hour + place // 4:02}:00") for place in range(0, min(last, LAST_PLACE) + 1, 4)]
    return Board(days, hours)


def _placed(wall: datetime, item: Mapping[str, Any], first_hour: int, clashes: Sequence[Clash]) -> Placed:
    start = (wall - wall.replace(hour=first_hour, minute=0, second=0, microsecond=0)) // timedelta(
        minutes=QUARTER
    )
    length = -(-(item["ends_at"] - item["starts_at"]) // timedelta(minutes=QUARTER))
    concerned = [clash for clash in clashes if str(item["id"]) in {str(one) for one in clash.sessions}]
    return Placed(item, min(start, LAST_PLACE), max(1, min(length, LONGEST_PLACE)), concerned)
