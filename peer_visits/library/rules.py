"""Slugs, due dates and lateness of documents, as plain calculations."""

from __future__ import annotations

from datetime import date, timedelta

from peer_visits.library.states import DocumentState

# As long after the last day as the one report of 2021 whose date is known.
DUE_AFTER = timedelta(days=15)


def due_date(last_day: date | None) -> date | None:
    """When a report is owed, if the visit's last day is known."""
    return last_day + DUE_AFTER if last_day else None


def is_late(state: DocumentState, due_on: date | None, today: date) -> bool:
    """Whether a report should have been published by now."""
    return due_on is not None and due_on < today and state in _UNFINISHED


_UNFINISHED = frozenset({DocumentState.OWED, DocumentState.DRAFT, DocumentState.IN_REVIEW})
