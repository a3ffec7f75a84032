"""When a mail is tried again, and when trying ends. Times are moments, waits are timedeltas."""

from __future__ import annotations

import re
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


# RFC 3463: 5.1.x is about the address, 5.2.1 a mailbox that is closed for good.
_ABOUT_ADDRESS = re.compile(r"\b5\.(1\.\d{1,3}|2\.1)\b")
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def is_about_the_address(code: int, text: str) -> bool:
    """Whether a final refusal of a recipient says that nobody can be reached there.

    The enhanced code decides where there is one; without it 550, 551 and 553 mean the mailbox (RFC 5321 4.2.2).
    """
    if _ENHANCED.search(text):
        return bool(_ABOUT_ADDRESS.search(text))
    return code in {550, 551, 553}


def room_left(per_minute: int, lately: int, batch: int) -> int:
    """How many more may leave now, when `lately` left within the last minute; 0 per minute means no limit."""
    return min(batch, max(0, per_minute - lately)) if per_minute else batch


def next_handful(size: int, given: int, seconds: float, *, window: float, most: int) -> int:
    """How many mails the next handful takes, after one of `size` of which `given` left in so many seconds.

    As many as leave within the window at that pace, but at most twice as many as before: a worker that has
    only begun leaves little in doubt if it dies.
    """
    if not given:
        return size
    fits = int(given * window / seconds) if seconds > 0 else most
    return max(1, min(fits, size * 2, most))


_ADDRESS = re.compile(r"[!-~]+@[^\s@]+")
_UNWANTED = frozenset('<>,;:"()[]\\')


def can_be_written(address: str) -> bool:
    """Whether a mail can go to this address as it is: plain letters before the @, and nothing that reads otherwise."""
    return bool(_ADDRESS.fullmatch(address)) and not _UNWANTED & set(address)
