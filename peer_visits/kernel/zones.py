"""Wall clock time in a named zone, and the moments that do not or twice exist."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones


class WallTime(StrEnum):
    """How often a wall clock shows a time on that day."""

    ONCE = "once"
    NEVER = "never"
    TWICE = "twice"


@cache
def zone_names() -> frozenset[str]:
    """All IANA zone names this machine knows."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether the name is a zone of the IANA database."""
    return name in zone_names()


def how_often(wall: datetime, zone: str) -> WallTime:
    """How often the naive wall time occurs in the zone (clock changes skip and repeat an hour)."""
    first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        return WallTime.NEVER
    return WallTime.ONCE if first.utcoffset() == second.utcoffset() else WallTime.TWICE


def to_utc(wall: datetime, zone: str) -> datetime:
    """The moment a wall clock in the zone shows this naive time; of two, the earlier.

    Raises ValueError for a time the clock skips.
    """
    if how_often(wall, zone) is WallTime.NEVER:
        raise ValueError(f"{wall} does not exist in {zone}")
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=8192)
def to_wall(moment: datetime, zone: str) -> datetime:
    """What a wall clock in the zone shows at the aware moment, naive."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
