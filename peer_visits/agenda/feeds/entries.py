"""What stands in somebody's calendar after all releases of a visit, over plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from peer_visits.agenda.releases import Item


@dataclass(frozen=True)
class Issue:
    """A release as far as calendars go: its number, when it was published, and its sessions with their moments."""

    number: int
    published_at: datetime
    items: Sequence[Item]


@dataclass(frozen=True)
class Entry:
    """A session in a calendar; one that is cancelled stays, so that calendars learn of it."""

    item: Item
    published_at: datetime
    is_cancelled: bool = False


def entries_of(
    issues: Iterable[Issue], is_mine: Callable[[Item], bool], since: datetime | None = None
) -> list[Entry]:
    """Somebody's entries after these releases, given in the order of their numbers.

    What a release no longer holds, or no longer as theirs, is cancelled with the number of that release as its
    SEQUENCE, as its mail says too. What was gone before `since` never was in their calendar.
    """
    known: dict[str, Entry] = {}
    for issue in issues:
        mine = {item["id"]: Entry(item, issue.published_at) for item in issue.items if is_mine(item)}
        gone = {key: entry for key, entry in known.items() if key not in mine and not entry.is_cancelled}
        known |= {key: _cancelled(entry, issue) for key, entry in gone.items()} | mine
    return [entry for entry in known.values() if not entry.is_cancelled or _is_after(entry, since)]


def _cancelled(entry: Entry, issue: Issue) -> Entry:
    item = {**entry.item, "sequence": issue.number}
    return replace(entry, item=item, published_at=issue.published_at, is_cancelled=True)


def _is_after(entry: Entry, since: datetime | None) -> bool:
    return since is None or entry.published_at > since
