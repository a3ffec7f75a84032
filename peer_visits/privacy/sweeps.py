"""What time does: applications are forgotten when their call says so, and erased people stay erased."""

from __future__ import annotations

import uuid
from datetime import datetime

from peer_visits.files.serving import current_store
from peer_visits.privacy.endings import find_whole
from peer_visits.privacy.queries import find_latest_removal
from peer_visits.privacy.restoring import erase_again, list_path, write_list
from peer_visits.privacy.services import forget_application
from peer_visits.storage.rewriting import rewrite_file
from peer_visits.storage.transaction import reading, writing


def forget_old_applications(now: datetime) -> int:
    """Empty every application whose time is over, each in a transaction of its own."""
    due = find_whole(reading(), now)
    for one in due:
        _forget(one.application_id, now)
    return len(due)


def _forget(application_id: uuid.UUID, now: datetime) -> None:
    with writing() as session:
        keys = forget_application(session, now=now, application_id=application_id)
    for key in keys:
        current_store().remove(key)


def keep_erased_erased(now: datetime) -> int:
    """After an older backup was put back, erase again whom it brought; then keep the list up to date."""
    erased = erase_again(now, list_path())
    write_list(list_path())
    return erased


def leave_nothing_in_the_file(now: datetime) -> int:
    """After somebody was erased or an application forgotten, write SQLite's file anew. Returns how often: 0 or 1."""
    removed_at = find_latest_removal(reading())
    return int(removed_at is not None and rewrite_file(since=removed_at, now=now))
