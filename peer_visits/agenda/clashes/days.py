"""Sessions and the days of the visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from peer_visits.agenda.clashes.values import Clash, ClashKind, Frame, Slot
from peer_visits.kernel.text import phrase

_INSTANT = timedelta(microseconds=1)


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


def by_day(slots: Sequence[Slot], frame: Frame) -> Iterator[tuple[date, list[Slot]]]:
    """The sessions of each day of the visit's own clock; they come in the order of time."""
    for day, grouped in groupby(slots, key=lambda slot: frame.day_of(slot.starts_at)):
        yield day, list(grouped)
