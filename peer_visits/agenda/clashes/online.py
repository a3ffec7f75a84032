"""How long people can sit online."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from peer_visits.agenda.clashes.days import by_day
from peer_visits.agenda.clashes.values import Clash, ClashKind, Frame, Slot
from peer_visits.kernel.text import phrase

ONLINE_DAY = timedelta(hours=2)
ONLINE_STRETCH = timedelta(minutes=90)


def online_load(slots: Sequence[Slot], frame: Frame) -> Iterator[Clash]:
    """Online, more than two hours a day or 90 minutes without a break."""
    if not frame.is_online:
        return
    for day, grouped in by_day(slots, frame):
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


def _stretches(sessions: Sequence[Slot]) -> list[timedelta]:
    """How long people sit without a gap, each time; sessions side by side are sat through once."""
    merged: list[tuple[datetime, datetime]] = []
    for slot in sessions:
        if merged and slot.starts_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], slot.ends_at))
        else:
            merged.append((slot.starts_at, slot.ends_at))
    return [end - start for start, end in merged]
