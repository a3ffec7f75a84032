"""Times of an agenda, over plain values. Moments are aware, in UTC; lengths are in minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from peer_visits.kernel.text import Phrase, phrase
from peer_visits.kernel.zones import WallTime, how_often, to_wall

YEARS = range(2000, 2101)
LONGEST = timedelta(hours=24)


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


def windows_as_moments(windows: Iterable[Sequence[str]], zone: str) -> list[tuple[datetime, datetime]]:
    """Times somebody can (day, from, until by their own clock) as moments; what the clock skips is left out."""
    return [
        (_moment(day, start, zone), _moment(day, end, zone)) for day, start, end in windows if start < end
    ]


def _moment(day: str, clock: str, zone: str) -> datetime:
    wall = datetime.fromisoformat(f"{day}T{clock}")
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)  # in the hour that is skipped, an hour later
