"""Due dates and lateness of documents, their topics and DOIs, as plain calculations."""

from __future__ import annotations

import re
from datetime import date, timedelta

from peer_visits.kernel.text import fold
from peer_visits.library.states import DocumentState

# As long after the last day as the one report of 2021 whose date is known.
DUE_AFTER = timedelta(days=15)
UNFINISHED = frozenset({DocumentState.OWED, DocumentState.DRAFT, DocumentState.IN_REVIEW})

MOST_TOPICS, LONGEST_TOPIC = 5, 80
_DOI = re.compile(r"10\.\d{4,9}/[!-~]+")
_DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def due_date(last_day: date | None) -> date | None:
    """When a report is owed, if the visit's last day is known."""
    return last_day + DUE_AFTER if last_day else None


def is_late(state: DocumentState, due_on: date | None, today: date) -> bool:
    """Whether a report should have been published by now."""
    return due_on is not None and due_on < today and state in UNFINISHED


def split_topics(typed: str) -> list[str]:
    """Topics separated by commas, each once, whatever its case."""
    topics = (part.strip() for part in re.split(r"[,;]", typed))
    return list({fold(topic): topic for topic in topics if topic}.values())


def plain_doi(typed: str) -> str:
    """A DOI without the address or the `doi:` it was copied with."""
    return _DOI_ADDRESS.sub("", typed, count=1).strip()


def is_doi(value: str) -> bool:
    """Whether something has the form of a DOI; whether it leads anywhere only its registry knows."""
    return _DOI.fullmatch(value) is not None
