"""Speakers who cannot then, or do not come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from peer_visits.agenda.clashes.values import Clash, ClashKind, Frame, Slot, Speaking
from peer_visits.kernel.text import Phrase, phrase


def availability(slots: Sequence[Slot], _frame: Frame) -> Iterator[Clash]:
    """Speakers who cannot then, or do not come at all."""
    for slot in slots:
        for speaker in slot.speakers:
            if speaker.has_declined:
                yield _absent(
                    slot,
                    phrase("%(who)s does not come, but speaks in “%(title)s”.", **_who(speaker, slot)),
                    phrase("%(who)s does not come", who=speaker.name),
                    phrase("Ask somebody else to speak, or take the session off the board."),
                )
            elif speaker.windows and not _is_within(slot, speaker.windows):
                yield _absent(
                    slot,
                    phrase("“%(title)s” lies outside the times %(who)s can.", **_who(speaker, slot)),
                    phrase("%(who)s cannot at this time", who=speaker.name),
                    phrase("Move it into a time they gave, or ask them again."),
                )


def _who(speaker: Speaking, slot: Slot) -> dict[str, str]:
    return {"who": speaker.name, "title": slot.title}


def _absent(slot: Slot, reason: Phrase, brief: Phrase, remedy: Phrase) -> Clash:
    return Clash((slot.id,), reason, brief, kind=ClashKind.UNAVAILABLE, remedy=remedy)


def _is_within(slot: Slot, windows: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(start <= slot.starts_at and slot.ends_at <= end for start, end in windows)
