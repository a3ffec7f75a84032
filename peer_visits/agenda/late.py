"""Changes at short notice, over plain values: of a session that begins, or was to begin, within a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from peer_visits.agenda.releases import Change, ChangedItem

SHORT_NOTICE = timedelta(hours=24)


def late_changes(changes: Iterable[ChangedItem], at: datetime) -> list[ChangedItem]:
    """Those of a release published at that moment."""
    return [one for one in changes if any(is_at_short_notice(moment, at) for moment in moments_of(one))]


def is_at_short_notice(moment: datetime, at: datetime) -> bool:
    """Whether what begins then is less than a day away."""
    return at <= moment <= at + SHORT_NOTICE


def moments_of(one: ChangedItem) -> list[datetime]:
    """When the session begins, and when it was to begin before it was moved."""
    return [one.starts_at, *([one.was_at] if one.was_at else [])]


def still_matters(one: ChangedItem, now: datetime) -> bool:
    """Whether people should still be told: the session, as it is or was to be, is not over."""
    if one.change is Change.REMOVED:
        return one.starts_at > now
    return datetime.fromisoformat(one.item["ends_at"]) > now
