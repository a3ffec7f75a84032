"""States of a message."""

from __future__ import annotations

from enum import StrEnum


class MessageState(StrEnum):
    """Where a message stands. `sending` with `handed_over_at` set means it may have left already."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
