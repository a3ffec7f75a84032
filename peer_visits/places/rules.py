"""Seats, until when an offer stands, and when a freed place is still given on. Times are aware moments in UTC."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from peer_visits.kernel.zones import WallTime, how_often, to_utc, to_wall

LAST_SECOND = time(23, 59, 59)
# Between these hours nobody should have to answer.
EVENING, MORNING = time(20), time(8)
NOON = time(12)


class Dates(Protocol):
    """What the rules need to know of a visit."""

    @property
    def held_starts_on(self) -> date | None: ...
    @property
    def announced_starts_on(self) -> date | None: ...
    @property
    def held_ends_on(self) -> date | None: ...
    @property
    def announced_ends_on(self) -> date | None: ...


@dataclass(frozen=True)
class Clock:
    """By which clock somebody lives, and on which days of the week (Monday is 0) they do not work."""

    zone: str
    weekend: frozenset[int] = frozenset({5, 6})


def first_day(visit: Dates) -> date | None:
    """The first day of a visit as far as it is known."""
    return visit.held_starts_on or visit.announced_starts_on


def last_day(visit: Dates) -> date | None:
    """The last day of a visit as far as it is known."""
    return visit.held_ends_on or visit.announced_ends_on or first_day(visit)


def is_past(visit: Dates, zone: str, now: datetime) -> bool:
    """Whether the last day of a visit is over where it takes place; never of one without a known day."""
    last = last_day(visit)
    return last is not None and last < to_wall(now, zone).date()


def free_seats(taken: Collection[int], capacity: int) -> list[int]:
    """The seat numbers nobody holds, lowest first."""
    return [seat for seat in range(1, capacity + 1) if seat not in taken]


def answer_deadline(
    now: datetime, *, zone: str, days: int, starts_on: date | None, reader: Clock | None = None
) -> datetime:
    """Until when an offer made now stands: the end of a day in the zone, before the visit begins.

    With a `reader` it never ends in their night or on their weekend, but at noon of the next day they work.
    A visit that has begun already sets no end: whoever offers a place then wants an answer.
    """
    end = _last_moment(to_wall(now, zone).date() + timedelta(days=days), zone)
    if reader:
        end = considerate(end, reader)
    if starts_on is None:
        return end
    before_visit = _last_moment(starts_on - timedelta(days=1), zone)
    return min(end, before_visit) if before_visit > now else end


def considerate(end: datetime, reader: Clock) -> datetime:
    """The same moment, or noon of the reader's next working day if it falls into their night or weekend."""
    wall = to_wall(end, reader.zone)
    if MORNING <= wall.time() <= EVENING and wall.weekday() not in reader.weekend:
        return end
    day = wall.date() if wall.time() < MORNING else wall.date() + timedelta(days=1)
    # A zone that crosses the date line has days without a noon.
    while (
        day.weekday() in reader.weekend
        or how_often(datetime.combine(day, NOON), reader.zone) is WallTime.NEVER
    ):
        day += timedelta(days=1)
    return to_utc(datetime.combine(day, NOON), reader.zone)


def is_in_time(answer_by: datetime | None, now: datetime) -> bool:
    """Whether an offer can still be answered; its last second counts."""
    return answer_by is None or now < answer_by + timedelta(seconds=1)


def last_offer_day(starts_on: date | None, stops_days: int) -> date | None:
    """The last day on which a freed place is given on; nothing for a visit without a date."""
    return None if starts_on is None else starts_on - timedelta(days=stops_days + 1)


def may_still_offer(starts_on: date | None, now: datetime, zone: str, *, stops_days: int = 0) -> bool:
    """Whether a freed place is given on: its visit is far enough away where it takes place."""
    last = last_offer_day(starts_on, stops_days)
    return last is None or to_wall(now, zone).date() <= last


def is_worth_waiting(rank: int, held: Sequence[int], *, limit: int, upgrade_chain: bool) -> bool:
    """Whether who holds places of these ranks may still be offered one of their choice `rank`."""
    return len(held) < limit or (upgrade_chain and rank < max(held))


def _last_moment(day: date, zone: str) -> datetime:
    # The day's last second, not the next day's first: some zones skip midnight when their clocks change.
    return to_utc(datetime.combine(day, LAST_SECOND), zone)


# Addresses at these tell nothing of where their people work.
_PROVIDERS = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com
proton.me protonmail.com gmx.com gmx.net gmx.de gmx.at web.de t-online.de orange.fr laposte.net
free.fr wanadoo.fr libero.it virgilio.it tin.it wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz
freemail.hu citromail.hu abv.bg mail.bg sapo.pt telenet.be skynet.be ziggo.nl kpnmail.nl hotmail.fr
hotmail.it yahoo.fr yahoo.it
"""
PUBLIC_MAIL = frozenset(_PROVIDERS.split())


def may_be_colleagues(own: str, other: str) -> bool:
    """Whether two e-mail addresses can be of one organisation: same domain, or one within the other.

    Somebody who writes from a public mail provider is believed.
    """
    mine, theirs = (address.rpartition("@")[2] for address in (own, other))
    return (
        mine in PUBLIC_MAIL
        or mine == theirs
        or f".{mine}".endswith(f".{theirs}")
        or theirs.endswith(f".{mine}")
    )
