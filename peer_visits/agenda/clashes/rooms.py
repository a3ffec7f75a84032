"""Where sessions are: the way from one to the next, and whether a room holds who is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from peer_visits.agenda.clashes.overlaps import beside_others, titles
from peer_visits.agenda.clashes.values import Clash, ClashKind, Frame, Slot
from peer_visits.kernel.text import phrase


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
            **titles(earlier, later),
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
    beside = beside_others(slots)
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
