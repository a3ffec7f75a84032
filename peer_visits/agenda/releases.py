"""What a release holds, and what changed since the one before. Links for participants are never in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from peer_visits.agenda.models import AgendaRelease, AgendaSession
from peer_visits.agenda.queries.board import OnBoard
from peer_visits.files.models import StoredFile
from peer_visits.visits.models import Visit

Item = dict[str, Any]


# Beside what people read.
_UNSAID = frozenset({"sequence", "speaker_ids"})


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
    # When it was to begin, if it was moved.
    was_at: datetime | None = None

    @property
    def starts_at(self) -> datetime:
        """When it begins, or would have begun."""
        return datetime.fromisoformat(self.item["starts_at"])


def release_content(
    sessions: Iterable[AgendaSession | OnBoard], visit: Visit | None = None
) -> dict[str, Any]:
    """The placed sessions as they are published, with the visit's days as announced and as held at that time.

    Of an online link only a mark is kept, so that a new one is a change.
    """
    placed = [session for session in sessions if session.starts_at]
    return {"sessions": [_item(session) for session in placed], **({"dates": _dates(visit)} if visit else {})}


def _dates(visit: Visit) -> dict[str, list[str]]:
    announced = (visit.announced_starts_on, visit.announced_ends_on)
    held = (visit.held_starts_on, visit.held_ends_on)
    return {
        name: [day.isoformat() for day in days if day]
        for name, days in (("announced", announced), ("held", held))
    }


def released_dates(release: AgendaRelease) -> dict[str, list[date]]:
    """The days of the visit as announced and as held, as they stood when this was published; empty if unknown."""
    kept = release.content.get("dates", {})
    return {name: [date.fromisoformat(day) for day in kept.get(name, [])] for name in ("announced", "held")}


def _item(session: AgendaSession | OnBoard) -> Item:
    room, material = session.room, session.material
    return {
        "id": str(session.id),
        "kind": session.kind.value,
        "title": session.title,
        "text": session.text,
        "words": session.words or {},
        "language": session.language or "",
        "starts_at": _iso(session.starts_at),
        "ends_at": _iso(session.ends_at),
        "room": session.room_name,
        "place": room.place if room else "",
        "speaker": session.speaker_names,
        "speaker_ids": [str(one.id) for one in session.speakers],
        "capacity": session.capacity,
        "material_link": session.material_link or "",
        "material": material.name if material else "",
        "material_mark": _file_mark(material) if material else "",
        "link_mark": _mark(session.online_link),
        "groups_mark": _mark(json.dumps(session.breakout_groups)) if session.breakout_groups else "",
        "sequence": session.sequence,
    }


def withheld_content(sessions: Iterable[AgendaSession]) -> dict[str, dict[str, Any]]:
    """What a release tells those who take part alone, by session: online links and breakout groups."""
    placed = [session for session in sessions if session.starts_at]
    return {
        "links": {str(one.id): one.online_link for one in placed if one.online_link},
        "groups": {str(one.id): one.breakout_groups for one in placed if one.breakout_groups},
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _file_mark(file: StoredFile) -> str:
    return file.sha256[:16]


def is_as_published(file: StoredFile, item: Item) -> bool:
    """Whether this is the file of a published session."""
    return _file_mark(file) == item.get("material_mark")


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
        ChangedItem(kind, item, _was_at(old.get(item["id"]), kind))
        for item in new.values()
        for kind in [_change(old.get(item["id"]), item)]
        if kind
    ]
    removed = [ChangedItem(Change.REMOVED, item) for identity, item in old.items() if identity not in new]
    return changed + removed


def _was_at(before: Item | None, kind: Change) -> datetime | None:
    return datetime.fromisoformat(before["starts_at"]) if before and kind is Change.MOVED else None


def _change(before: Item | None, now: Item) -> Change | None:
    if before is None:
        return Change.ADDED
    if (before["starts_at"], before["ends_at"]) != (now["starts_at"], now["ends_at"]):
        return Change.MOVED
    # What a release of long ago did not know yet was empty then.
    names = now.keys() - _UNSAID
    is_same = all((before.get(name) or None) == (now[name] or None) for name in names)
    return None if is_same else Change.CHANGED
