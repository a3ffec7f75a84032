"""Unguessable identifiers and secrets."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from typing import Any


def new_id() -> uuid.UUID:
    """A random record id: safe to show in an address, never a permission by itself."""
    return uuid.uuid4()


def derived_id(record: uuid.UUID, name: str) -> uuid.UUID:
    """The same id each time for what a record leads to (UUID 5): a rehearsal gives what the act will give."""
    return uuid.uuid5(record, name)


def new_secret() -> str:
    """A secret for a link or a session: 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What the database keeps of a secret: its SHA-256 in hex. Enough, since secrets are random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def json_digest(value: Any) -> str:
    """SHA-256 in hex of a value in its one spelling as JSON: sorted keys, no blanks, ASCII only."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
