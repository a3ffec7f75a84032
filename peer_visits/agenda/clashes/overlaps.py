"""What runs at once: a speaker or a room taken twice, or sessions that nobody meant to run side by side."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from peer_visits.agenda.clashes.values import Clash, ClashKind, Frame, Slot
from peer_visits.kernel.text import phrase


def pairs_at_once(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Every pair that meets, in the order of time."""
    running: list[Slot] = []
    for slot in slots:
        running = [one for one in running if one.ends_at > slot.starts_at]
        for one in running:
            yield one, slot
        running.append(slot)


def titles(one: Slot, other: Slot) -> dict[str, str]:
    """Two sessions, as a sentence names them."""
    return {"one": one.title, "other": other.title}


def meetings(slots: Sequence[Slot], _frame: Frame) -> Iterator[Clash]:
    """A speaker twice, a room twice, or two sessions at once that nobody meant to run side by side."""
    for one, other in pairs_at_once(slots):
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
                    **titles(one, other),
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
                **titles(one, other),
            ),
            phrase("%(room)s is taken at this time", room=one.room),
            kind=ClashKind.ROOM,
            remedy=phrase("Choose another room for one of them, or move it."),
        )


def _side_by_side(one: Slot, other: Slot) -> Iterator[Clash]:
    if not one.room or not other.room:
        yield Clash(
            (one.id, other.id),
            phrase("Two sessions run at once: “%(one)s” and “%(other)s”.", **titles(one, other)),
            phrase("Another session runs at this time"),
            kind=ClashKind.AT_ONCE,
            remedy=phrase("If they should, name a room for each; if not, move one of them."),
        )


def beside_others(slots: Sequence[Slot]) -> set[uuid.UUID]:
    """The sessions during which another one runs; a break is none."""
    return {slot.id for pair in pairs_at_once([slot for slot in slots if not slot.is_break]) for slot in pair}
