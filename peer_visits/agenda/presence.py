"""When somebody may be noted as present, and the code with which they do it themselves, over plain values."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime, timedelta

# How long before a session its list is open and its code counts.
OPENS_BEFORE = timedelta(minutes=15)
DIGITS = 6


def is_open(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the code of a session counts now."""
    return opens_at(starts_at) <= now <= ends_at


def opens_at(starts_at: datetime) -> datetime:
    """From when on people may be noted."""
    return starts_at - OPENS_BEFORE


def code_of(secret: str, session_id: uuid.UUID | str) -> str:
    """The session's own code: six digits that nobody without the installation's secret can tell.

    It is kept nowhere and stays when the session is moved. Guessing is what the limit of tries is for.
    """
    made = hmac.new(secret.encode(), f"check-in|{session_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}}"


def as_code(typed: str) -> str:
    """What somebody typed, without the blanks and dashes by which people group digits."""
    return "".join(typed.replace("-", " ").split())


def spaced(code: str) -> str:
    """The code as it is read out: 123 456."""
    return f"{code[:3]} {code[3:]}"
