"""Mails that people change by hand, copy, or send to themselves."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import datetime
from html import unescape
from typing import Any

from sqlalchemy.orm import Session

from peer_visits.kernel.ids import new_id
from peer_visits.outbox.gates import WAKE, WHY, gate_of
from peer_visits.outbox.models import Message
from peer_visits.outbox.private_links import with_private_links
from peer_visits.outbox.rendering import MailSettings, one_line, render_edited
from peer_visits.outbox.states import MessageState
from peer_visits.storage.steps import update_one

# What a copy takes over as it is.
_COPIED = (
    "programme_id",
    "call_id",
    "visit_id",
    "group_id",
    "about_kind",
    "about_id",
    "reply_to",
    "language",
    "subject",
    "text",
    "html",
    "calendar",
    "person_id",
    "to_name",
    "to_address",
)
_BAND = re.compile(r'<img class="band" src="([^"]*)"')


def edit_message(
    session: Session,
    message: Message,
    *,
    subject: str,
    text: str,
    revision: int,
    editor_id: uuid.UUID,
    now: datetime,
) -> None:
    """Put other words into a held mail; its HTML part is made from them. Raises Stale if somebody was first."""
    settings: MailSettings = session.info["mail"]
    text = with_private_links(text, message.text)
    band = _BAND.search(message.html)
    subject = one_line(subject)
    update_one(
        session,
        Message,
        Message.id == message.id,
        Message.state == MessageState.HELD,
        Message.revision == revision,
        subject=subject,
        text=text.strip() + "\n",
        html=render_edited(
            settings,
            subject,
            text,
            band=unescape(band[1]) if band else "",
            language=message.language,
        ),
        revision=revision + 1,
        edited_at=now,
        edited_by=editor_id,
    )


def copy_message(session: Session, message: Message, *, kind: str, now: datetime, **changes: Any) -> Message:
    """The same mail once more, as a mail of its own with its own Message-ID."""
    settings: MailSettings = session.info["mail"]
    identity = new_id()
    values = {name: getattr(message, name) for name in _COPIED} | changes
    gate = gate_of(session, kind, values["to_address"], message.programme_id)
    copy = Message(
        id=identity,
        kind=kind,
        key=hashlib.sha256(f"{kind}|{message.id}|{identity}".encode()).hexdigest(),
        message_id=f"<{identity.hex}@{settings.domain}>",
        copy_of=message.copy_of or message.id,
        state=MessageState.HELD if gate else MessageState.QUEUED,
        held_for=gate,
        why=WHY[gate] if gate else "",
        not_before=now,
        created_at=now,
        **values,
    )
    session.add(copy)
    session.info[WAKE] = True
    return copy
