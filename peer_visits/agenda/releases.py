"""What a release holds, and what changed since the one before. Links for participants are never in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peer_visits.agenda.models import AgendaRelease, AgendaSession

Item = dict[str, Any]


class Change(StrEnum):
    """What happened to a session between two releases."""

    ADDED = "added"
    MOVED = "moved"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class ChangedItem:
    """One change, with the session as it is now, or was last."""

    change: Change
    item: Item

    @property
    def starts_at(self) -> datetime:
        """When it begins, or would have begun."""
        return datetime.fromisoformat(self.item["starts_at"])


def release_content(sessions: Sequence[AgendaSession]) -> dict[str, Any]:
    """The sessions as they are published. Of an online link only a mark is kept, so that a new one is a change."""
    return {"sessions": [_item(session) for session in sessions]}


def _item(session: AgendaSession) -> Item:
    return {
        "id": str(session.id),
        "kind": session.kind.value,
        "title": session.title,
        "text": session.text,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "room": session.room,
        "speaker": session.speaker,
        "link_mark": _mark(session.online_link),
        "sequence": session.sequence,
    }


def _mark(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()[:16] if link else ""


def content_mark(content: dict[str, Any]) -> str:
    """A mark of a content: what is published must be what was seen."""
    return _mark(json.dumps(content, sort_keys=True))


def released_items(release: AgendaRelease) -> list[Item]:
    """The sessions of a release with their times as moments."""
    return [with_moments(item) for item in release.content["sessions"]]


def with_moments(item: Item) -> Item:
    """A session of a content with its times as moments."""
    times = {name: datetime.fromisoformat(item[name]) for name in ("starts_at", "ends_at")}
    return {**item, **times}


def changes_between(before: AgendaRelease | None, now: dict[str, Any]) -> list[ChangedItem]:
    """What a new content changes, in the order of time; removed sessions last."""
    old = {item["id"]: item for item in (before.content["sessions"] if before else [])}
    new = {item["id"]: item for item in now["sessions"]}
    changed = [
        ChangedItem(kind, item)
        for item in new.values()
        for kind in [_change(old.get(item["id"]), item)]
        if kind
    ]
    removed = [ChangedItem(Change.REMOVED, item) for identity, item in old.items() if identity not in new]
    return changed + removed


def _change(before: Item | None, now: Item) -> Change | None:
    if before is None:
        return Change.ADDED
    if (before["starts_at"], before["ends_at"]) != (now["starts_at"], now["ends_at"]):
        return Change.MOVED
    return Change.CHANGED if before != now else None
