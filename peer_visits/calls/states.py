"""States of a call: the stored ones, and the phase the clock derives."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """What is stored."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ScoreOrder(StrEnum):
    """Which score puts undecided applicants in order: the plain mean, or the one adjusted for strict readers."""

    RAW = "raw"
    ADJUSTED = "adjusted"


class CallPhase(StrEnum):
    """What a published call is in at a given moment."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"
