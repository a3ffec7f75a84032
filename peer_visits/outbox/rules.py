"""When a mail is tried again, and when trying ends. Times are moments, waits are timedeltas."""

from __future__ import annotations

from datetime import datetime, timedelta

# Many short tries: a long wait punishes a short outage.
WAITS = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))
# With these waits the last try comes about 24 hours after the first.
MOST_TRIES = 290


def next_try(attempts: int, now: datetime) -> datetime:
    """When to try again after `attempts` tries: 1, 2, then every 5 minutes."""
    return now + WAITS[min(attempts, len(WAITS)) - 1]


def is_hopeless(attempts: int) -> bool:
    """Whether a day of temporary refusals has passed: then a person should look."""
    return attempts >= MOST_TRIES


def is_temporary(code: int) -> bool:
    """Whether an SMTP reply code asks to come back later (4xx)."""
    return 400 <= code < 500
