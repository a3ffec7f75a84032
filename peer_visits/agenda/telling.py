"""Who learns what of a release, over plain values: only what concerns them, and nothing if nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peer_visits.agenda.releases import Change, ChangedItem, Item


@dataclass(frozen=True)
class Told:
    """What somebody is told: their sessions as they are now, what is new about them, and what to take back."""

    items: Sequence[Item]
    changes: Sequence[ChangedItem]
    cancelled: Sequence[Item]

    @property
    def is_something(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.changes)


def told_to_participant(now: Sequence[Item], changes: Sequence[ChangedItem]) -> Told:
    """Everybody who takes part is concerned by every session."""
    cancelled = [one.item for one in changes if one.change is Change.REMOVED]
    return Told(now, changes, cancelled)


def told_to_speaker(
    speaker_id: str, before: Iterable[Item], now: Iterable[Item], changes: Sequence[ChangedItem]
) -> Told:
    """Somebody who speaks is concerned by their own sessions: those they have, had, or got."""
    had = {item["id"]: item for item in before if speaker_id in item.get("speaker_ids", ())}
    mine = [item for item in now if speaker_id in item.get("speaker_ids", ())]
    known = {one.item["id"]: one for one in changes}
    has = {item["id"] for item in mine}
    own = [
        ChangedItem(Change.ADDED, item) if item["id"] not in had else known[item["id"]]
        for item in mine
        if item["id"] not in had or item["id"] in known
    ]
    cancelled = [item for identity, item in had.items() if identity not in has]
    return Told(mine, [*own, *(ChangedItem(Change.REMOVED, item) for item in cancelled)], cancelled)
