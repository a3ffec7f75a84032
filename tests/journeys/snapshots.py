"""Mails as people get them, kept as files: a change of words is seen in the review of a change.

`PEER_VISITS_SNAPSHOTS=1` writes the files anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from peer_visits.outbox.models import Message

FOLDER = Path(__file__).with_name("mails")
# What differs from run to run: ids, secrets, slugs and moments.
_CHANGING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"/(verify|reset|account/email)/[\w-]{43}"), r"/\1/SECRET"),
    (re.compile(r"/offers/[0-9a-f]{72}"), "/offers/SECRET"),
    (re.compile(r"/mail/unsubscribe/[0-9a-f]{32}\.[0-9a-f]{12}"), "/mail/unsubscribe/TICKET"),
    (re.compile(r"\b(call|visit|programme|Call|Programme)([- ])\d+"), r"\1\2N"),
    (re.compile(r"\b\d{1,2}( \w+)?( \d{4})? ?– ?\d{1,2} \w+ \d{4}"), "DAYS"),
    (re.compile(r"\b(\w+day )?\d{1,2} \w+ \d{4}(, \d\d:\d\d)?"), "DAY"),
    (re.compile(r"\b\w{3}, \d{1,2} \w{3,4}, \d\d:\d\d"), "MOMENT"),
    (re.compile(r"\((\w+), UTC[^)]+\)"), r"(\1)"),
    (re.compile(r"City of (Host|Example) \d+"), r"City of \1 N"),
)


def compare_mails(messages: Iterable[Message]) -> None:
    """Compare the first mail of each kind with its file."""
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(message.kind, message)
    wrong = [kind for kind, message in first.items() if not _is_as_kept(kind, _plain(message))]
    assert wrong == [], f"mails differ from tests/journeys/mails: {wrong}"


def _plain(message: Message) -> str:
    text = f"Subject: {message.subject}\n\n{message.text}"
    for pattern, replacement in _CHANGING:
        text = pattern.sub(replacement, text)
    return text


def _is_as_kept(kind: str, text: str) -> bool:
    path = FOLDER / f"{kind}.txt"
    if os.environ.get("PEER_VISITS_SNAPSHOTS") == "1":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return path.is_file() and path.read_text("utf-8") == text
